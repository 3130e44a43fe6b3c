/** The ELBO's terms of one picture, in nats, as `vae/objective.py` has them. */

import { digamma, logBeta } from "./special.js";

/**
 * log p(x|z): x and logits 784 numbers each, x in [0, 1].
 * @param {{family: string, variance?: number}} likelihood
 */
export function logLikelihood(likelihood, x, logits) {
  let sum = 0;
  if (likelihood.family === "bernoulli") {
    // log(1 - p) = -softplus(logit), which does not overflow.
    for (let i = 0; i < x.length; i++) sum += x[i] * logits[i] - softplus(logits[i]);
    return sum;
  }
  const { variance } = likelihood;
  for (let i = 0; i < x.length; i++) sum -= (x[i] - 1 / (1 + Math.exp(-logits[i]))) ** 2;
  return sum / (2 * variance) - (x.length / 2) * Math.log(2 * Math.PI * variance);
}

function softplus(value) {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}

/**
 * KL(q || p) of every dimension: both normal (closed form) or both Beta.
 * @returns {Float64Array} (D,)
 */
export function divergence(posterior, prior) {
  const terms = posterior.family === "beta" ? betaDivergence : normalDivergence;
  return Float64Array.from(posterior.mean, (_, i) => terms(posterior, i, prior));
}

function normalDivergence({ mean, std }, i, prior) {
  const ratio = (std[i] / prior.std) ** 2;
  return ((mean[i] - prior.mean) ** 2 / prior.std ** 2 + ratio - 1 - Math.log(ratio)) / 2;
}

function betaDivergence({ alpha, beta }, i, prior) {
  const [a, b] = [alpha[i], beta[i]];
  return (
    logBeta(prior.alpha, prior.beta) - logBeta(a, b) +
    (a - prior.alpha) * digamma(a) + (b - prior.beta) * digamma(b) +
    (prior.alpha + prior.beta - a - b) * digamma(a + b)
  );
}
