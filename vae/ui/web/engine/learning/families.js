/**
 * What training asks of a family of posteriors, for one latent of one image: its two parameters
 * from the encoder's two numbers, z from them and from noise, KL(q || p), and the slopes of all.
 *
 * A slope is [with respect to the first, with respect to the second]. Noise is what makes z random
 * while the parameters stay: `draws` numbers at noise[at], each from draw(uniform).
 * @typedef {{
 *   draws: number,
 *   draw: (uniform: () => number) => number,
 *   parameters: (first: number, second: number) => [number, number],
 *   parameterSlopes: (first: number, second: number, q: [number, number]) => [number, number],
 *   sample: (q: [number, number], noise: ArrayLike<number>, at: number) => number,
 *   sampleSlopes: (z: number, q: [number, number], noise: ArrayLike<number>, at: number)
 *     => [number, number],
 *   divergence: (q: [number, number], prior: any) => number,
 *   divergenceSlopes: (q: [number, number], prior: any) => [number, number],
 * }} LearningFamily
 */

import { beta as betas } from "../../math/families/beta.js";
import { betaFraction, digamma, logBeta, normalQuantile, trigamma } from "../../math/special.js";

// As in vae/latent.py and vae/model.py.
const EDGE = 1e-6;
const LEAST_CONCENTRATION = 0.05;
const MOST_CONCENTRATION = 500;

/**
 * q = N(mean, std^2), the encoder gives mean and log std^2: z = mean + std eps (Kingma and Welling
 * 2014).
 * @type {LearningFamily}
 */
export const normal = {
  draws: 1,
  draw: (uniform) => normalQuantile(uniform()),
  parameters: (mean, logvar) => [mean, Math.exp(logvar / 2)],
  parameterSlopes: (mean, logvar, [, std]) => [1, std / 2],
  sample: ([mean, std], noise, at) => mean + std * noise[at],
  sampleSlopes: (z, q, noise, at) => [1, noise[at]],
  divergence([mean, std], prior) {
    const ratio = (std / prior.std) ** 2;
    return (((mean - prior.mean) / prior.std) ** 2 + ratio - 1 - Math.log(ratio)) / 2;
  },
  divergenceSlopes: ([mean, std], prior) => [
    (mean - prior.mean) / prior.std ** 2,
    std / prior.std ** 2 - 1 / std,
  ],
};

/**
 * q = Beta(alpha, beta), bounded concentrations: z is the quantile of a uniform number, and its
 * slopes are those of implicit reparametrisation (Figurnov et al. 2018).
 * @type {LearningFamily}
 */
export const beta = {
  draws: 1,
  draw: (uniform) => uniform(),
  parameters: (first, second) => [concentration(first), concentration(second)],
  parameterSlopes: (first, second, q) => [slope(first, q[0]), slope(second, q[1])],
  sample: ([a, b], noise, at) =>
    Math.min(Math.max(betas.distribution(a, b).quantile(noise[at]), EDGE), 1 - EDGE),
  sampleSlopes: (z, [a, b]) => (z > EDGE && z < 1 - EDGE ? quantileSlopes(z, a, b) : [0, 0]),
  divergence: ([a, b], { alpha, beta }) =>
    logBeta(alpha, beta) - logBeta(a, b) +
    (a - alpha) * digamma(a) + (b - beta) * digamma(b) +
    (alpha + beta - a - b) * digamma(a + b),
  divergenceSlopes([a, b], { alpha, beta }) {
    const shared = (alpha + beta - a - b) * trigamma(a + b);
    return [(a - alpha) * trigamma(a) + shared, (b - beta) * trigamma(b) + shared];
  },
};

/** By the name that a prior is written with. */
export const FAMILIES = { normal, beta };

function concentration(raw) {
  const softplus = Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw)));
  return Math.min(softplus + LEAST_CONCENTRATION, MOST_CONCENTRATION);
}

const slope = (raw, value) => (value < MOST_CONCENTRATION ? 1 / (1 + Math.exp(-raw)) : 0);

/**
 * The slopes of the quantile of Beta(a, b) with respect to a and b at its value z: by the implicit
 * function theorem -(dF/da) / f with the distribution function F and the density f. F is
 * z^a (1-z)^b C / (a B(a, b)) with the continued fraction C of DLMF 8.17.22, so F / f is
 * z (1 - z) C / a, and only the slope of log C is taken by differences.
 * @param {number} z in (0, 1)
 * @param {number} a
 * @param {number} b
 * @returns {[number, number]}
 */
export function quantileSlopes(z, a, b) {
  // C converges in the lower tail; 1 - z has the distribution Beta(b, a).
  if (z >= (a + 1) / (a + b + 2)) {
    const [db, da] = lowerSlopes(1 - z, b, a);
    return [-da, -db];
  }
  return lowerSlopes(z, a, b);
}

function lowerSlopes(z, a, b) {
  const ratio = (z * (1 - z) * betaFraction(a, b, z)) / a;
  const both = digamma(a + b);
  const [ha, hb] = [a * 1e-4, b * 1e-4];
  const difference = (up, down, h) => Math.log(up / down) / (2 * h);
  const alongA = difference(betaFraction(a + ha, b, z), betaFraction(a - ha, b, z), ha);
  const alongB = difference(betaFraction(a, b + hb, z), betaFraction(a, b - hb, z), hb);
  return [
    -ratio * (Math.log(z) - digamma(a) + both - 1 / a + alongA),
    -ratio * (Math.log1p(-z) - digamma(b) + both + alongB),
  ];
}
