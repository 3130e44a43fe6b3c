/**
 * The aggregate posterior, q(z) = E_x q(z|x): the equal mixture of the posteriors of the 2,000 test
 * digits that a checkpoint stores.
 */

import { Beta } from "./distribution.js";
import { concentrations, inside, spread } from "./encodings.js";
import { logBeta, normalQuantile } from "./special.js";

export class Aggregate {
  #terms;
  #prior;

  /**
   * @param {Object<string, {shape: number[], data: Float32Array}>} statistics of a checkpoint
   * @param {import("./distribution.js").Normal|import("./distribution.js").Beta} prior
   */
  constructor(statistics, prior) {
    this.#prior = prior;
    /** @type {Float32Array} (N, D) */
    this.mean = statistics["encodings.mean"].data;
    /** @type {Float32Array} (N, D) */
    this.std = statistics["encodings.std"].data;
    /** @type {Float32Array} (N,) the digits that were encoded */
    this.label = statistics["encodings.label"].data;
    /** @type {number} N */
    this.count = this.label.length;
    /** @type {number} D */
    this.latents = this.mean.length / this.count;
  }

  /**
   * The logarithm of its density at z, in nats.
   * @param {ArrayLike<number>} z
   * @returns {number}
   */
  logPdf(z) {
    this.#terms ??= this.#prior.family === "beta" ? betaTerms(this) : normalTerms(this);
    const logs = this.#terms(z);
    const most = logs.reduce((a, b) => Math.max(a, b));
    return most + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - most), 0) / this.count);
  }

  /**
   * One draw.
   * @param {ArrayLike<number>} u D + 1 uniform numbers: which posterior, and where in it
   * @param {number} [digit] from the posteriors of this class only
   * @returns {number[]} z
   */
  draw(u, digit) {
    const rows = [];
    this.label.forEach((label, row) => {
      if (digit === undefined || label === digit) rows.push(row);
    });
    const first = rows[Math.floor(u[0] * rows.length)] * this.latents;
    return Array.from({ length: this.latents }, (_, i) => {
      const [mean, std] = [this.mean[first + i], this.std[first + i]];
      if (this.#prior.family === "normal") return mean + std * normalQuantile(u[i + 1]);
      return new Beta(...concentrations(mean, std)).quantile(u[i + 1]);
    });
  }
}

/** The log-densities of every posterior at z, (N,). */
function normalTerms({ mean, std, count, latents }) {
  const precision = std.map((value) => 1 / spread(value));
  const logs = new Float64Array(count);
  const constant = logs.map((_, n) => {
    let sum = (-latents / 2) * Math.log(2 * Math.PI);
    for (let i = n * latents; i < (n + 1) * latents; i++) sum += Math.log(precision[i]);
    return sum;
  });
  return (z) => {
    for (let n = 0; n < count; n++) {
      let square = 0;
      for (let i = 0, at = n * latents; i < latents; i++, at++) {
        const away = (z[i] - mean[at]) * precision[at];
        square += away * away;
      }
      logs[n] = constant[n] - square / 2;
    }
    return logs;
  };
}

function betaTerms({ mean, std, count, latents }) {
  const pairs = Array.from(mean, (value, i) => concentrations(value, std[i]));
  const alpha = Float64Array.from(pairs, ([a]) => a - 1);
  const beta = Float64Array.from(pairs, ([, b]) => b - 1);
  const logs = new Float64Array(count);
  const constant = logs.map((_, n) => {
    let sum = 0;
    for (let i = n * latents; i < (n + 1) * latents; i++) sum -= logBeta(...pairs[i]);
    return sum;
  });
  return (z) => {
    const values = Array.from(z, inside);
    const [low, high] = [values.map(Math.log), values.map((value) => Math.log1p(-value))];
    for (let n = 0; n < count; n++) {
      let sum = constant[n];
      for (let i = 0, at = n * latents; i < latents; i++, at++) {
        sum += alpha[at] * low[i] + beta[at] * high[i];
      }
      logs[n] = sum;
    }
    return logs;
  };
}
