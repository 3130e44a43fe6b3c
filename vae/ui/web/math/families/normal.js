/** N(mean, std^2); an encoder puts out the mean and the log-variance. */

import { erfc, normalQuantile } from "../special.js";
import { finite, positive, probability, short } from "./family.js";

/** @type {[number, number]} */
const SUPPORT = [-Infinity, Infinity];

class Normal {
  #constant;

  /**
   * @param {number} mean finite
   * @param {number} std finite and above 0
   * @throws {RangeError}
   */
  constructor(mean, std) {
    this.family = normal;
    this.mean = finite("mean", mean);
    this.std = positive("std", std);
    this.support = SUPPORT;
    this.kurtosis = 3;
    this.#constant = -Math.log(std) - Math.log(2 * Math.PI) / 2;
  }

  get values() {
    return [this.mean, this.std];
  }

  /** The second number of N is a variance. */
  get label() {
    const variance = this.std === 1 ? "1" : `${short(this.std)}\u00b2`;
    return `N(${short(this.mean)}, ${variance})`;
  }

  /** @param {number} x */
  logPdf(x) {
    const z = (x - this.mean) / this.std;
    return this.#constant - (z * z) / 2;
  }

  /** @param {number} x */
  cdf(x) {
    return erfc((this.mean - x) / (this.std * Math.SQRT2)) / 2;
  }

  /** @param {number} u */
  quantile(u) {
    return this.mean + this.std * normalQuantile(probability(u));
  }
}

/** @type {import("./family.js").Family} */
export const normal = {
  name: "normal",
  parameters: ["mean", "std"],
  support: SUPPORT,
  standard: [0, 1],
  round: true,
  distribution: (mean, std) => new Normal(mean, std),
  posterior: (mean, logVariance) => normal.fromMoments(mean, Math.exp(logVariance / 2)),
  fromMoments: (mean, std) => [mean, Math.max(std, Number.MIN_VALUE)],
  moments: ([mean, std]) => [mean, std],
  divergence([mean, std], [priorMean, priorStd]) {
    const ratio = (std / priorStd) ** 2;
    return (((mean - priorMean) / priorStd) ** 2 + ratio - 1 - Math.log(ratio)) / 2;
  },
  inside: (z) => z,
  slopes: ([mean, std], z) => [(mean - z) / std ** 2, 1 / std ** 2],
  // z = mean + std eps (Kingma and Welling 2014).
  draws: 1,
  draw: (uniform) => normalQuantile(uniform()),
  posteriorSlopes: (first, second, [, std]) => [1, std / 2],
  sample: ([mean, std], noise, at) => mean + std * noise[at],
  sampleSlopes: (z, q, noise, at) => [1, noise[at]],
  divergenceSlopes: ([mean, std], [priorMean, priorStd]) => [
    (mean - priorMean) / priorStd ** 2,
    std / priorStd ** 2 - 1 / std,
  ],
  torch: { name: "Normal", posterior: "Normal(first, (second / 2).exp())", sample: "q.rsample()" },
};
