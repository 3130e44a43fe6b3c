/** What every family of distributions of z knows of itself, so that nobody asks for its name. */

/**
 * One distribution of one real number.
 * @typedef {object} Distribution
 * @property {Family} family
 * @property {number[]} values of the family's parameters, in their order
 * @property {number} mean
 * @property {number} std the standard deviation
 * @property {number} kurtosis the fourth standardised moment
 * @property {[number, number]} support the least and the largest value
 * @property {string} label in the notation of books
 * @property {(x: number) => number} logPdf the logarithm of the density, in nats
 * @property {(x: number) => number} cdf the probability of a value up to x
 * @property {(u: number) => number} quantile the x with cdf(x) = u, for u in [0, 1]
 */

/**
 * A family, as a file of this folder holds it and `vae/families` has it. The values of a
 * distribution are those of its parameters, in their order.
 * @typedef {object} Family
 * @property {string} name
 * @property {string[]} parameters their names, as a spec writes them
 * @property {[number, number]} support the least and the largest z
 * @property {number[]|null} standard of a location-scale family, in which all are alike once
 *   standardised: the values of what they become
 * @property {boolean} round whether independent ones of one std have the same density in all
 *   directions
 * @property {(...values: number[]) => Distribution} distribution
 *   throws a RangeError when a value is out of its range
 * @property {(first: number, second: number) => number[]} posterior the values of q(z_i|x) from the
 *   two numbers that an encoder puts out
 * @property {(mean: number, std: number) => number[]} fromMoments the values of the distribution
 *   with these moments, as a checkpoint stores a posterior: in half precision, in which a std may
 *   have become 0
 * @property {(values: number[]) => [number, number]} moments mean and std
 * @property {(q: number[], p: number[]) => number} divergence KL(q || p) in nats, by their values
 * @property {(z: number) => number} inside z where its density is finite
 * @property {((p: number[], z: number) => [number, number])|null} slopes of log p(z): its gradient,
 *   and minus its curvature; null where the curvature depends on z
 *
 * And what a VAE learns with, for one latent of one image. A slope with respect to two values is
 * a pair. Noise makes z random while the values stay: `draws` numbers from noise[at] on.
 * @property {number} draws
 * @property {(uniform: () => number) => number} draw one number of noise
 * @property {(first: number, second: number, values: number[]) => number[]} posteriorSlopes of each
 *   value with respect to the number that it is made from
 * @property {(values: number[], noise: ArrayLike<number>, at: number) => number} sample z
 * @property {(z: number, values: number[], noise: ArrayLike<number>, at: number) => number[]}
 *   sampleSlopes of z with respect to the values, the noise being what it is
 * @property {(q: number[], p: number[]) => number[]} divergenceSlopes of KL(q || p), with respect
 *   to the values of q
 * @property {{name: string, posterior: string, sample: string}} torch what torch calls it, and how
 *   it writes q, from `first` and `second`, and z
 */

/**
 * @param {number} u
 * @returns {number} u
 * @throws {RangeError} when it is no probability
 */
export function probability(u) {
  if (u >= 0 && u <= 1) return u;
  throw new RangeError(`u: expected a probability in [0, 1], got ${u}`);
}

/**
 * @param {string} name of a parameter
 * @param {number} value
 * @returns {number} the value
 * @throws {RangeError} when it is not a finite number
 */
export function finite(name, value) {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${name}: expected a finite number, got ${value}`);
}

/**
 * @param {string} name of a parameter
 * @param {number} value
 * @returns {number} the value
 * @throws {RangeError} when it is not a finite number above 0
 */
export function positive(name, value) {
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name}: expected a finite number above 0, got ${value}`);
}

/**
 * To three digits, as labels have it.
 * @param {number} value
 */
export const short = (value) => String(Number(value.toPrecision(3)));
