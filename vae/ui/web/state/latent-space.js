/**
 * The latent space of the model in use, as its file describes it: which dimensions tell something, where
 * the classes lie, where one begins. Latent vectors lie on a grid, so that a slider shows exactly what is
 * decoded, and within the prior's support.
 */

import { Aggregate } from "../math/aggregate.js";
import { uniforms } from "../math/random.js";

/** The points of the grid in one unit of z. */
export const PER_UNIT = 1000;

// An active unit has a larger variance of E[z_i|x] over x: Burda et al., 2016, arXiv:1509.00519, 4.1.
const ACTIVE = 0.01;

export class LatentSpace {
  #prior;
  #latents;
  #statistics;

  /**
   * @param {import("../engine/model.js").Model} model
   * @param {import("../math/linear.js").Tensors} statistics of its file
   */
  constructor({ prior, latents }, statistics) {
    this.#prior = prior;
    this.#latents = latents;
    this.#statistics = statistics;
    /** @type {Aggregate|null} the aggregate posterior; null where the file has none */
    this.aggregate = Aggregate.of(statistics, prior);
  }

  /**
   * The dimensions, most informative first; kl in nats, null where there is no posterior to have one.
   * @returns {{index: number, kl: number|null, active: boolean}[]}
   */
  get dimensions() {
    const { kl, activity } = this.#statistics;
    const all = Array.from({ length: this.#latents }, (_, index) => ({
      index,
      kl: kl ? kl.data[index] : null,
      active: activity ? activity.data[index] > ACTIVE : true,
    }));
    return kl ? all.sort((a, b) => kl.data[b.index] - kl.data[a.index]) : all;
  }

  /**
   * The mean of one dimension over the digits trained on, or else over the prior.
   * @param {number} index
   */
  mean(index) {
    return this.#statistics.mean?.data[index] ?? this.#prior.mean;
  }

  /**
   * The mean of the encodings of a class, (D,), or null.
   * @param {number} label
   */
  classMean(label) {
    const [first, end] = [label, label + 1].map((row) => row * this.#latents);
    return this.#statistics.class_mean?.data.subarray(first, end) ?? null;
  }

  /** Where one begins: the code of the first stored digit, or else a draw from the prior. */
  beginning() {
    const first = this.#statistics["encodings.mean"];
    if (first) return Array.from(first.data.subarray(0, this.#latents));
    const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], this.#latents);
    return Array.from(u, (value) => this.#prior.quantile(value));
  }

  /**
   * The latent vector next to this one that is of the grid and the support.
   * @param {ArrayLike<number>} z
   * @returns {number[]}
   */
  nearest(z) {
    const [low, high] = this.#prior.support;
    return Array.from(z, (value) => Math.min(high, Math.max(low, Math.round(value * PER_UNIT) / PER_UNIT)));
  }
}
