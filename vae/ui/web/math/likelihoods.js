/**
 * p(x|z) of the logits that a decoder puts out, of every pixel on its own, as
 * `vae/families/likelihoods.py` has it.
 */

import { sigmoid, softplus } from "./special.js";

/**
 * @typedef {{family: string, variance?: number}} LikelihoodSpec as a configuration has it
 * @typedef {object} Likelihood
 * @property {(x: number, logit: number) => number} log log p(x|logit), in nats
 * @property {(x: number, logit: number) => [number, number]} slopes of that in the logit: its
 *   gradient, and minus its expected curvature
 */

/** @type {Likelihood} log(1 - p) = -softplus(logit), which does not overflow. */
const bernoulli = {
  log: (x, logit) => x * logit - softplus(logit),
  slopes(x, logit) {
    const p = sigmoid(logit);
    return [x - p, p * (1 - p)];
  },
};

/** @type {(variance: number) => Likelihood} */
const gaussian = (variance) => {
  const constant = Math.log(2 * Math.PI * variance) / 2;
  return {
    log: (x, logit) => -((x - sigmoid(logit)) ** 2) / (2 * variance) - constant,
    slopes(x, logit) {
      const p = sigmoid(logit);
      const slope = p * (1 - p);
      return [((x - p) * slope) / variance, slope ** 2 / variance];
    },
  };
};

/** @type {Object<string, (spec: any) => Likelihood>} */
const LIKELIHOODS = { bernoulli: () => bernoulli, gaussian: ({ variance }) => gaussian(variance) };

/**
 * @param {LikelihoodSpec} spec
 * @returns {Likelihood}
 * @throws {RangeError}
 */
export function likelihood(spec) {
  if (Object.hasOwn(LIKELIHOODS, spec.family)) return LIKELIHOODS[spec.family](spec);
  const known = Object.keys(LIKELIHOODS).join(" or ");
  throw new RangeError(`likelihood: expected ${known}, got ${spec.family}`);
}
