/**
 * Reproducible random numbers. A page that keeps the same uniforms while a person changes a
 * distribution, and maps them through its quantile function, shows the distribution change and
 * nothing else (common random numbers).
 */

/**
 * `count` numbers uniform on (0, 1), never 0 or 1 themselves, with 52 random bits each. The same
 * seed gives the same numbers everywhere, and more of them begin with the fewer.
 *
 * The generator is sfc32 by Chris Doty-Humphrey (PractRand, public domain). Its state is filled by
 * SplitMix (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014) with the
 * 32-bit mixing function that TheIronBorn found with Chris Wellons' hash-prospector.
 * @param {number} seed a whole number from 0 to 2^32 - 1
 * @param {number} count
 * @returns {Float64Array}
 * @throws {RangeError}
 */
export function uniforms(seed, count) {
  if (!(Number.isSafeInteger(count) && count >= 0)) {
    throw new RangeError(`count: expected a whole number of at least 0, got ${count}`);
  }
  const uniform = uniformStream(seed);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = uniform();
  return numbers;
}

/**
 * The numbers of uniforms(), one a call, without end.
 * @param {number} seed a whole number from 0 to 2^32 - 1
 * @returns {() => number}
 * @throws {RangeError}
 */
export function uniformStream(seed) {
  if (seed !== seed >>> 0) {
    throw new RangeError(`seed: expected a whole number from 0 to 2^32 - 1, got ${seed}`);
  }
  const next = sfc32(seed);
  // Half a step off the grid of multiples of 2^-52, which is what keeps 0 and 1 out.
  return () => ((next() >>> 6) * 2 ** 26 + (next() >>> 6) + 0.5) * 2 ** -52;
}

/** @param {number} seed @returns {() => number} 32 random bits */
function sfc32(seed) {
  const mix = splitmix32(seed);
  let [a, b, c, counter] = [mix(), mix(), mix(), 1];
  const next = () => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  // The first numbers still resemble the seed; PractRand, too, lets them go.
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** @param {number} seed @returns {() => number} 32 random bits */
function splitmix32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
}

/**
 * The random numbers of `count` digits: which component of a mixture, which class, and one a latent.
 * Numbers of one kind lie together, so that models of more latents begin with the numbers of those
 * of fewer.
 */
export class Uniforms {
  /**
   * @param {number} seed
   * @param {number} count of digits
   * @param {number} latents D
   */
  constructor(seed, count, latents) {
    const all = uniforms(seed, (latents + 2) * count);
    const column = (/** @type {number} */ i) => all.subarray(i * count, (i + 1) * count);
    this.count = count;
    this.component = column(0);
    this.class = column(1);
    this.latent = Array.from({ length: latents }, (_, i) => column(i + 2));
  }
}
