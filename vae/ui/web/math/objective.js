/** The ELBO's terms of one picture, in nats, as `vae/objective.py` has them. */

import { likelihood } from "./likelihoods.js";

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
