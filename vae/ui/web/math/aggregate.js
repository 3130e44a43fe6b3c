/**
 * The aggregate posterior, q(z) = E_x q(z|x). It is drawn from as the equal mixture of the posteriors
 * of the 2,000 test digits that a checkpoint stores. They leave gaps in more than a few dimensions,
 * so its density is that of the stored mixture of Gaussians, fitted to all digits trained on.
 */

import { Beta } from "./distribution.js";
import { concentrations } from "./encodings.js";
import { normalQuantile } from "./special.js";

const FITTED = ["mixture.weight", "mixture.mean", "mixture.covariance"];

export class Aggregate {
  #terms;
  #prior;
  #fitted;

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
    this.#fitted = FITTED.map((name) => statistics[name]?.data);
  }

  /** Whether its density is known: codes that pile up at 0 and 1 are no mixture of Gaussians. */
  get hasDensity() {
    return this.#prior.family === "normal" && this.#fitted.every(Boolean);
  }

  /**
   * The logarithm of its density at z, in nats.
   * @param {ArrayLike<number>} z
   * @returns {number}
   */
  logPdf(z) {
    this.#terms ??= gaussianTerms(this.#fitted, this.latents);
    const logs = this.#terms.map((term) => term(z));
    const most = logs.reduce((a, b) => Math.max(a, b));
    return most + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - most), 0));
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

/**
 * The terms of a mixture of Gaussians, by the Cholesky factors of their covariances. A Gaussian that
 * half precision has left without a density, a rare one of many dimensions, has no term.
 * @returns {Array<function(ArrayLike<number>): number>} of every Gaussian: z to log w + log N(z; m, S)
 */
function gaussianTerms([weights, means, covariances], size) {
  const total = weights.reduce((a, b) => a + b, 0);
  return Array.from(weights).flatMap((weight, k) => {
    const mean = means.subarray(k * size, (k + 1) * size);
    const root = cholesky(covariances.subarray(k * size * size, (k + 1) * size * size), size);
    if (!root) return [];
    let constant = Math.log(weight / total) - (size / 2) * Math.log(2 * Math.PI);
    for (let i = 0; i < size; i++) constant -= Math.log(root[i * size + i]);
    const scaled = new Float64Array(size);
    return (z) => {
      let square = 0;
      for (let i = 0; i < size; i++) {
        let away = z[i] - mean[i];
        for (let j = 0; j < i; j++) away -= root[i * size + j] * scaled[j];
        scaled[i] = away / root[i * size + i];
        square += scaled[i] * scaled[i];
      }
      return constant - square / 2;
    };
  });
}

/** The lower triangular L with L L' = S; null when S is not positive definite. */
function cholesky(matrix, size) {
  const root = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j];
      for (let k = 0; k < j; k++) rest -= root[i * size + k] * root[j * size + k];
      if (i === j && !(rest > 0)) return null;
      root[i * size + j] = i === j ? Math.sqrt(rest) : rest / root[j * size + j];
    }
  }
  return root;
}
