/**
 * The aggregate posterior, q(z) = E_x q(z|x). It is drawn from as the equal mixture of the posteriors
 * of the 2,000 test digits that a checkpoint stores. They leave gaps in more than a few dimensions,
 * so its density is that of the stored mixture of Gaussians, fitted to all digits trained on.
 */

import { isBounded } from "./distribution.js";
import { cholesky, dot, solveLower } from "./linear.js";
import { fromMoments, sample } from "./posterior.js";

const STORED = ["encodings.mean", "encodings.std", "encodings.label"];
const FITTED = ["mixture.weight", "mixture.mean", "mixture.covariance"];

export class Aggregate {
  /** @type {((z: ArrayLike<number>) => number)[]|undefined} */
  #terms;
  #prior;
  #fitted;

  /**
   * @param {import("./linear.js").Tensors} statistics of a checkpoint
   * @param {import("./families/family.js").Distribution} prior
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

  /**
   * @param {import("./linear.js").Tensors} statistics of a checkpoint
   * @param {import("./families/family.js").Distribution} prior
   * @returns {Aggregate|null} null where no encodings are stored: there is no encoder, or nobody has
   *   encoded test digits
   */
  static of(statistics, prior) {
    return STORED.every((name) => name in statistics) ? new Aggregate(statistics, prior) : null;
  }

  /** Whether its density is known: codes that pile up at 0 and 1 are no mixture of Gaussians. */
  get hasDensity() {
    return !isBounded(this.#prior) && this.#fitted.every(Boolean);
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
    /** @type {number[]} */
    const rows = [];
    this.label.forEach((label, row) => {
      if (digit === undefined || label === digit) rows.push(row);
    });
    const first = rows[Math.floor(u[0] * rows.length)] * this.latents;
    const of = (/** @type {Float32Array} */ all) => all.subarray(first, first + this.latents);
    return sample(fromMoments(this.#prior.family, of(this.mean), of(this.std)), (i) => u[i + 1]);
  }
}

/**
 * The terms of a mixture of Gaussians, by the Cholesky factors of their covariances. A Gaussian that
 * half precision has left without a density, a rare one of many dimensions, has no term.
 * @param {Float32Array[]} statistics weights (K,), means (K, D), covariances (K, D, D)
 * @param {number} size D
 * @returns {((z: ArrayLike<number>) => number)[]} of every Gaussian: z to log w + log N(z; m, S)
 */
function gaussianTerms([weights, means, covariances], size) {
  const total = weights.reduce((a, b) => a + b, 0);
  return Array.from(weights).flatMap((weight, k) => {
    const mean = means.subarray(k * size, (k + 1) * size);
    const root = cholesky(covariances.subarray(k * size * size, (k + 1) * size * size), size);
    if (!root) return [];
    let constant = Math.log(weight / total) - (size / 2) * Math.log(2 * Math.PI);
    for (let i = 0; i < size; i++) constant -= Math.log(root[i * size + i]);
    return (/** @type {ArrayLike<number>} */ z) => {
      const away = solveLower(root, Float64Array.from(mean, (value, i) => z[i] - value));
      return constant - dot(away, 0, away, 0, size) / 2;
    };
  });
}
