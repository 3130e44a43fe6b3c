/** Mixtures of Gaussians with full covariances; one Gaussian is a mixture of one. */

import { principalAxes } from "./axes.js";
import { cholesky } from "./linear.js";
import { normalQuantile } from "./special.js";

const LEAST_STD = 1e-6;
// Dimensions beyond which a root takes seconds that is not triangular.
const MOST_SYMMETRIC = 128;
// What is added to the variances, relative to their mean, until there is a triangular root.
const RIDGES = [0, 1e-6, 1e-4, 1e-2, 1];
const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

export class Gaussians {
  /** @type {number[]} */
  #cumulative = [];
  /** @type {Map<number, Float64Array>} */
  #roots = new Map();

  /**
   * @param {ArrayLike<number>} weights (K,), not negative
   * @param {Float32Array} means (K, D)
   * @param {Float32Array} covariances (K, D, D)
   * @param {number} latents D
   */
  constructor(weights, means, covariances, latents) {
    const total = Array.from(weights).reduce((a, b) => a + b, 0);
    /** @type {number[]} summing to 1 */
    this.weights = Array.from(weights, (weight) => weight / total);
    this.means = means;
    this.covariances = covariances;
    this.latents = latents;
    this.mean = new Float64Array(latents);
    let sum = 0;
    this.weights.forEach((weight, k) => {
      this.#cumulative.push((sum += weight));
      for (let i = 0; i < latents; i++) this.mean[i] += weight * means[k * latents + i];
    });
  }

  /** @param {import("./random.js").Uniforms} u @returns {Float64Array} (count, D) */
  draw({ count, component, latent }) {
    const { latents, means } = this;
    const z = new Float64Array(count * latents);
    for (let n = 0; n < count; n++) {
      const k = this.#component(component[n]);
      const root = this.#root(k);
      for (let j = 0; j < latents; j++) {
        const e = normalQuantile(latent[j][n]);
        for (let i = 0; i < latents; i++) z[n * latents + i] += root[j * latents + i] * e;
      }
      for (let i = 0; i < latents; i++) z[n * latents + i] += means[k * latents + i];
    }
    return z;
  }

  /**
   * The density of one latent, with its mean and standard deviation.
   * @param {number} index
   */
  marginal(index) {
    const { latents, means, covariances } = this;
    const parts = this.weights.map((weight, k) => ({
      weight,
      mean: means[k * latents + index],
      std: Math.max(LEAST_STD, Math.sqrt(covariances[(k * latents + index) * latents + index])),
    }));
    const mean = this.mean[index];
    const variance = parts.reduce((sum, one) =>
      sum + one.weight * (one.std ** 2 + (one.mean - mean) ** 2), 0);
    const pdf = (/** @type {number} */ x) => parts.reduce((sum, { weight, mean: m, std }) =>
      sum + (weight * Math.exp(-(((x - m) / std) ** 2) / 2)) / (std * ROOT_TWO_PI), 0);
    return { mean, std: Math.sqrt(variance), pdf };
  }

  /** @param {number} u */
  #component(u) {
    const k = this.#cumulative.findIndex((bound) => u < bound);
    return k < 0 ? this.weights.length - 1 : k;
  }

  /**
   * The symmetric R with R R = S: of all roots the one that moves the standard normal least, so
   * that digits change no more than they must. In very many dimensions, Cholesky's, for time.
   * @param {number} k
   */
  #root(k) {
    const { latents, covariances } = this;
    const size = latents * latents;
    const rootOf = latents > MOST_SYMMETRIC ? triangularRoot : squareRoot;
    const root = this.#roots.get(k) ?? rootOf(covariances.subarray(k * size, (k + 1) * size), latents);
    this.#roots.set(k, root);
    return root;
  }
}

/**
 * R = L' with L L' = S, row by row; of the nearest S that has one where rounding has left none.
 * @param {ArrayLike<number>} matrix (D, D)
 * @param {number} size D
 */
function triangularRoot(matrix, size) {
  let mean = 0;
  for (let i = 0; i < size; i++) mean += matrix[i * (size + 1)] / size;
  for (const ridge of RIDGES) {
    const raised = Float64Array.from(matrix);
    for (let i = 0; i < size; i++) raised[i * (size + 1)] += ridge * mean;
    const lower = cholesky(raised, size);
    if (lower) return lower.map((_, at) => lower[(at % size) * size + Math.floor(at / size)]);
  }
  return new Float64Array(size * size);
}

/**
 * A negative eigenvalue is rounding.
 * @param {ArrayLike<number>} matrix (D, D)
 * @param {number} size D
 */
function squareRoot(matrix, size) {
  const root = new Float64Array(size * size);
  for (const axis of principalAxes(matrix, size, size)) {
    const scale = Math.sqrt(Math.max(0, stretch(matrix, axis)));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) root[i * size + j] += scale * axis[i] * axis[j];
    }
  }
  return root;
}

/**
 * v' S v: the eigenvalue of a unit eigenvector v.
 * @param {ArrayLike<number>} matrix (D, D)
 * @param {Float64Array} v (D,)
 */
function stretch(matrix, v) {
  let sum = 0;
  for (let i = 0; i < v.length; i++) {
    for (let j = 0; j < v.length; j++) sum += v[i] * matrix[i * v.length + j] * v[j];
  }
  return sum;
}
