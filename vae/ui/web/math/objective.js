/** The ELBO's terms of one picture, in nats, as `vae/objective.py` has them. */

import { likelihood } from "./likelihoods.js";
import { sample } from "./posterior.js";
import { uniformStream } from "./random.js";

/**
 * log p(x|z).
 * @param {import("./likelihoods.js").LikelihoodSpec} spec
 * @param {ArrayLike<number>} x 784 numbers in [0, 1]
 * @param {ArrayLike<number>} logits 784 numbers
 */
export function logLikelihood(spec, x, logits) {
  const { log } = likelihood(spec);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += log(x[i], logits[i]);
  return sum;
}

/**
 * KL(q(z|x) || p(z)) of every latent.
 * @param {import("./posterior.js").Posterior} q
 * @param {import("./families/family.js").Distribution} p of every latent, of the same family
 * @returns {Float64Array} (D,)
 */
export function divergence({ family, values, mean }, p) {
  return Float64Array.from(mean, (_, i) =>
    family.divergence(values.map((value) => value[i]), p.values));
}

/**
 * KL(q(z|x) || r(z)) for an r that has no such closed form: the mean of log q(z|x) - log r(z) over
 * draws of q, always of the same random numbers, and its standard error.
 * @param {import("./posterior.js").Posterior} q
 * @param {(z: number[]) => number} logPdf log r
 * @param {number} count of draws, at least 2
 * @returns {{mean: number, error: number}}
 */
export function estimatedDivergence(q, logPdf, count) {
  const uniform = uniformStream(0);
  const own = Array.from(q.mean, (_, i) => q.family.distribution(...q.values.map((value) => value[i])));
  const found = Array.from({ length: count }, () => {
    const z = sample(q, uniform);
    return z.reduce((sum, value, i) => sum + own[i].logPdf(value), 0) - logPdf(z);
  });
  const mean = found.reduce((a, b) => a + b) / count;
  const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, error: Math.sqrt(variance / count) };
}
