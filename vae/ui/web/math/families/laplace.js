/**
 * Laplace(location, scale), of standard deviation scale sqrt(2); an encoder puts out the location and
 * the log-variance.
 */

import { finite, positive, probability, short } from "./family.js";

/** @type {[number, number]} */
const SUPPORT = [-Infinity, Infinity];

class Laplace {
  /**
   * @param {number} location finite
   * @param {number} scale finite and above 0
   * @throws {RangeError}
   */
  constructor(location, scale) {
    this.family = laplace;
    this.mean = finite("location", location);
    this.scale = positive("scale", scale);
    this.std = scale * Math.SQRT2;
    this.support = SUPPORT;
    this.kurtosis = 6;
  }

  get values() {
    return [this.mean, this.scale];
  }

  get label() {
    return `Laplace(${short(this.mean)}, ${short(this.scale)})`;
  }

  /** @param {number} x */
  logPdf(x) {
    return -Math.abs(x - this.mean) / this.scale - Math.log(2 * this.scale);
  }

  /** @param {number} x */
  cdf(x) {
    const z = (x - this.mean) / this.scale;
    return z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2;
  }

  /** @param {number} u */
  quantile(u) {
    const tail = Math.log(2 * Math.min(probability(u), 1 - u));
    return this.mean + this.scale * (u < 0.5 ? tail : -tail);
  }
}

/** @type {import("./family.js").Family} */
export const laplace = {
  name: "laplace",
  parameters: ["location", "scale"],
  support: SUPPORT,
  standard: [0, 1],
  round: false,
  distribution: (location, scale) => new Laplace(location, scale),
  posterior: (location, logVariance) => laplace.fromMoments(location, Math.exp(logVariance / 2)),
  fromMoments: (mean, std) => [mean, Math.max(std / Math.SQRT2, Number.MIN_VALUE)],
  moments: ([location, scale]) => [location, scale * Math.SQRT2],
  /** M. Gil, F. Alajaji and T. Linder, Information Sciences 249 (2013). */
  divergence([location, scale], [priorLocation, priorScale]) {
    const apart = Math.abs(location - priorLocation);
    const ratio = scale / priorScale;
    return ratio * Math.exp(-apart / scale) + apart / priorScale - Math.log(ratio) - 1;
  },
  inside: (z) => z,
  slopes: null,
  // z = location + scale e, e ~ Laplace(0, 1).
  draws: 1,
  draw: (uniform) => new Laplace(0, 1).quantile(uniform()),
  posteriorSlopes: (first, second, [, scale]) => [1, scale / 2],
  sample: ([location, scale], noise, at) => location + scale * noise[at],
  sampleSlopes: (z, q, noise, at) => [1, noise[at]],
  divergenceSlopes([location, scale], [priorLocation, priorScale]) {
    const apart = Math.abs(location - priorLocation);
    const near = Math.exp(-apart / scale);
    return [
      (Math.sign(location - priorLocation) * (1 - near)) / priorScale,
      (near * (1 + apart / scale)) / priorScale - 1 / scale,
    ];
  },
  torch: {
    name: "Laplace",
    posterior: "Laplace(first, (second / 2).exp() / 2**0.5)",
    sample: "q.rsample()",
  },
};
