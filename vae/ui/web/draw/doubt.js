/** Whether a picture may be no digit, as vae/evaluation/doubt.py has it. */

import { fetchJSON } from "../state/weights.js";

export const SENTENCE = "This may be no digit: the classifier hesitates between digits, and the model "
  + "finds both the picture and its code unusual.";

/** @typedef {{entropy: number, reconstruction: number, kl: number}} Doubt thresholds: in nats, and percentiles */

/** @returns {Promise<Doubt|null>} null where the weights come without it */
export const fetchDoubt = () => fetchJSON("doubt.json");

/**
 * @param {Doubt} doubt
 * @param {{probabilities: ArrayLike<number>, reconstruction: number, kl: number}} found p(y|x), and what
 *   x costs at the mean of q(z|x), in nats
 * @param {import("../math/linear.js").Tensors} statistics of the model
 */
export function mayBeNoDigit(doubt, { probabilities, reconstruction, kl }, statistics) {
  const usual = {
    reconstruction: statistics["percentiles.reconstruction"]?.data[doubt.reconstruction],
    kl: statistics["percentiles.kl"]?.data[doubt.kl],
  };
  if (usual.reconstruction === undefined || usual.kl === undefined) return false;
  return entropy(probabilities) >= doubt.entropy
    && reconstruction >= usual.reconstruction && kl >= usual.kl;
}

/** In nats. @param {ArrayLike<number>} probabilities */
function entropy(probabilities) {
  return Array.from(probabilities).reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}
