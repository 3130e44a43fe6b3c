/** Ways through the latent space, from one vector to another or nowhere in particular. */

import { uniforms } from "../math/random.js";
import { erfc, normalQuantile } from "../math/special.js";

// A probability of exactly 0 or 1 has no finite quantile.
const EDGE = 1e-9;

/**
 * @typedef {import("../math/distribution.js").Distribution} Distribution
 * @typedef {(t: number) => number[]} Way t in [0, 1] -> z, from one vector to another
 */

/**
 * The kinds of path by name, with z(0) = a and z(1) = b.
 * @type {Object<string, (a: number[], b: number[], prior: Distribution) => Way>}
 */
export const PATHS = {
  straight,
  spherical,
  quantile,
};

/** @type {(a: number[], b: number[]) => Way} */
function straight(a, b) {
  return (t) => a.map((value, i) => value + t * (b[i] - value));
}

/**
 * Along the great circle around the prior's mean, in its standard deviations, the radius changing
 * evenly (Shoemake 1985; White, "Sampling Generative Networks", 2016). Straight when the two lie
 * in one direction, or in opposite ones, where there is no one great circle.
 * @type {(a: number[], b: number[], prior: Distribution) => Way}
 */
function spherical(a, b, { mean, std, support: [low, high] }) {
  const [from, to] = [a, b].map((z) => z.map((value) => (value - mean) / std));
  const [first, second] = [from, to].map((v) => Math.hypot(...v));
  const product = from.reduce((sum, value, i) => sum + value * to[i], 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, product / (first * second))));
  if (!(Math.sin(angle) > 1e-6)) return straight(a, b);
  return (t) => {
    const radius = first + t * (second - first);
    const [p, q] = [(1 - t) * angle, t * angle].map((part) => Math.sin(part) / Math.sin(angle));
    return from.map((value, i) => {
      const z = mean + std * radius * ((p * value) / first + (q * to[i]) / second);
      return Math.min(high, Math.max(low, z));
    });
  };
}

/**
 * Straight in the prior's cumulative probabilities: evenly through where the prior has mass.
 * @type {(a: number[], b: number[], prior: Distribution) => Way}
 */
function quantile(a, b, prior) {
  const inside = (/** @type {number} */ u) => Math.min(1 - EDGE, Math.max(EDGE, u));
  const [from, to] = [a, b].map((z) => z.map((value) => inside(prior.cdf(value))));
  return (t) => {
    if (t <= 0) return [...a];
    if (t >= 1) return [...b];
    return from.map((u, i) => prior.quantile(u + t * (to[i] - u)));
  };
}

const WAVES = 6;
const TURN = 4;
const SLOWEST = 9;
const FASTEST = 3.5;

/**
 * A slow smooth walk that begins at z and then wanders as the prior has it: every dimension is a
 * stationary Gaussian process of unit variance (a sum of random waves: Rahimi and Recht 2007), put
 * through the prior's quantile function.
 * @param {number[]} z
 * @param {Distribution} prior
 * @param {number} seed
 * @returns {(seconds: number) => number[]}
 */
export function roam(z, prior, seed) {
  const random = uniforms(seed, 2 * WAVES * z.length);
  const begin = z.map((value) => normalQuantile(Math.min(1 - EDGE, Math.max(EDGE, prior.cdf(value)))));
  /** @type {(i: number, seconds: number) => number} */
  const wave = (i, seconds) => {
    let sum = 0;
    for (let k = 0; k < WAVES; k++) {
      const at = 2 * (i * WAVES + k);
      const period = FASTEST + (SLOWEST - FASTEST) * random[at];
      sum += Math.cos(2 * Math.PI * (seconds / period + random[at + 1]));
    }
    return sum * Math.sqrt(2 / WAVES);
  };
  return (seconds) => {
    const turned = (Math.PI / 2) * Math.min(1, seconds / TURN);
    return begin.map((start, i) => {
      const normal = Math.cos(turned) * start + Math.sin(turned) * wave(i, seconds);
      return prior.quantile(erfc(-normal / Math.SQRT2) / 2);
    });
  };
}
