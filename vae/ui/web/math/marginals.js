/** The aggregate posterior's density of one latent at a time, on a grid, computed once. */

import { isBounded } from "./distribution.js";

const POINTS = 320;
const TAIL = 4;
const SPARE = 0.002;

/**
 * @typedef {object} Marginal
 * @property {number} low
 * @property {number} high
 * @property {Float64Array} values at the middles of equal cells from low to high
 * @property {(x: number) => number} pdf
 */

export class Marginals {
  /** @type {Map<number, Marginal>} */
  #found = new Map();

  /**
   * @param {{latents: number, prior: import("./families/family.js").Distribution}} model
   * @param {import("./linear.js").Tensors} statistics with encodings.mean and .std
   */
  constructor(model, statistics) {
    this.model = model;
    this.means = statistics["encodings.mean"].data;
    this.stds = statistics["encodings.std"].data;
  }

  /**
   * @param {number} index of the latent
   * @returns {Marginal}
   */
  at(index) {
    const found = this.#found.get(index) ?? this.#compute(index);
    this.#found.set(index, found);
    return found;
  }

  /** @param {number} index @returns {Marginal} */
  #compute(index) {
    const { latents, prior } = this.model;
    const count = this.means.length / latents;
    const pick = (/** @type {Float32Array} */ all) => Float64Array.from({ length: count }, (_, n) => all[n * latents + index]);
    const [means, stds] = [pick(this.means), pick(this.stds)];
    const [low, high] = isBounded(prior) ? prior.support : reach(means, stds);
    const step = (high - low) / POINTS;
    const { family } = prior;
    const values = new Float64Array(POINTS);
    for (let n = 0; n < count; n++) {
      // Narrower than a cell, a posterior would fall between the points and not be seen.
      const q = family.distribution(...family.fromMoments(means[n], Math.max(stds[n], step / 2)));
      for (let i = 0; i < POINTS; i++) {
        values[i] += Math.exp(q.logPdf(low + (i + 0.5) * step)) / count;
      }
    }
    const pdf = (/** @type {number} */ x) => values[Math.floor((x - low) / step)] ?? 0;
    return { low, high, values, pdf };
  }
}

/**
 * Where nearly all of the mixture's mass is.
 * @param {Float64Array} means
 * @param {Float64Array} stds
 */
function reach(means, stds) {
  const lows = means.map((mean, n) => mean - TAIL * stds[n]).sort();
  const highs = means.map((mean, n) => mean + TAIL * stds[n]).sort();
  const spare = Math.floor(SPARE * means.length);
  return [lows[spare], highs[highs.length - 1 - spare]];
}
