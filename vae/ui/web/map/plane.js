/** A plane through the latent space, with coordinates: what the map is a map of. */

import { leadingAxes } from "../math/axes.js";
import { dot } from "../math/linear.js";

/**
 * Coordinates are along two orthonormal axes, measured from `origin`; a point z off the plane has
 * those of its foot. Moving z in the plane changes nothing else about it.
 */
export class Plane {
  /**
   * @param {ArrayLike<number>} origin (D,)
   * @param {[ArrayLike<number>, ArrayLike<number>]} axes (D,) each, orthonormal
   * @param {[string, string]} labels what the axes are
   */
  constructor(origin, axes, labels) {
    this.origin = origin;
    this.axes = axes;
    this.labels = labels;
  }

  /**
   * The plane of two latent dimensions; its coordinates are theirs.
   * @param {number} latents D
   * @param {number} first
   * @param {number} second
   */
  static ofLatents(latents, first, second) {
    const unit = (/** @type {number} */ index) =>
      Float64Array.from({ length: latents }, (_, i) => (i === index ? 1 : 0));
    const axes = /** @type {[Float64Array, Float64Array]} */ ([unit(first), unit(second)]);
    return new Plane(new Float64Array(latents), axes, [`latent ${first}`, `latent ${second}`]);
  }

  /** The only latent dimension there is, across; what lies above or below is the same. */
  static ofOnlyLatent() {
    return new Plane([0], [[1], [0]], ["latent 0", ""]);
  }

  /**
   * The plane of the first two principal components of the means of the stored posteriors.
   * @param {{mean: ArrayLike<number>, count: number, latents: number}} aggregate
   */
  static ofComponents(aggregate) {
    const { mean, times } = momentsOf(aggregate);
    const [u, v] = leadingAxes(times, aggregate.latents, 2);
    return new Plane(mean, [u, v], ["component 1", "component 2"]);
  }

  /**
   * The coordinates of a row of `values`.
   * @param {ArrayLike<number>} values
   * @param {number} [first] where the row begins
   * @returns {import("./scene.js").Pair}
   */
  coordinates(values, first = 0) {
    const { origin, axes: [u, v] } = this;
    let [x, y] = [0, 0];
    for (let i = 0; i < u.length; i++) {
      const away = values[first + i] - origin[i];
      x += u[i] * away;
      y += v[i] * away;
    }
    return [x, y];
  }

  /**
   * z with other coordinates.
   * @param {ArrayLike<number>} z (D,)
   * @param {import("./scene.js").Pair} coordinates
   */
  moved(z, [x, y]) {
    const [fromX, fromY] = this.coordinates(z);
    const [u, v] = this.axes;
    return Array.from(z, (value, i) => value + (x - fromX) * u[i] + (y - fromY) * v[i]);
  }

  /** Whether it is the whole latent space: nothing lies off it. */
  get isAll() {
    return this.origin.length <= 2;
  }

  /** Whether it is the latent space of one dimension, in which nothing is up or down. */
  get isLine() {
    return this.origin.length === 1;
  }

  /**
   * How far a row of `values` lies off the slice through z that is parallel to the plane.
   * @param {ArrayLike<number>} z (D,)
   * @param {ArrayLike<number>} values
   * @param {number} [first] where the row begins
   */
  distance(z, values, first = 0) {
    if (this.isAll) return 0;
    const [u, v] = this.axes;
    let [square, x, y] = [0, 0, 0];
    for (let i = 0; i < u.length; i++) {
      const away = values[first + i] - z[i];
      square += away * away;
      x += u[i] * away;
      y += v[i] * away;
    }
    return Math.sqrt(Math.max(0, square - x * x - y * y));
  }

  /**
   * The covariance [xx, xy, yy] in the plane of independent variables with these stds.
   * @param {ArrayLike<number>} std (D,)
   */
  covarianceOf(std) {
    const [u, v] = this.axes;
    let [xx, xy, yy] = [0, 0, 0];
    for (let i = 0; i < u.length; i++) {
      const variance = std[i] * std[i];
      xx += u[i] * u[i] * variance;
      xy += u[i] * v[i] * variance;
      yy += v[i] * v[i] * variance;
    }
    return [xx, xy, yy];
  }
}

/**
 * Of the means of the posteriors: their mean, and what a vector becomes by their covariance, which
 * in very many dimensions takes longer to write down.
 * @param {{mean: ArrayLike<number>, count: number, latents: number}} aggregate
 */
function momentsOf({ mean: rows, count, latents }) {
  const mean = new Float64Array(latents);
  Array.prototype.forEach.call(rows, (value, i) => (mean[i % latents] += value / count));
  const times = (/** @type {Float64Array} */ v) => {
    const product = new Float64Array(latents);
    const middle = dot(mean, 0, v, 0, latents);
    for (let first = 0; first < count * latents; first += latents) {
      const share = (dot(rows, first, v, 0, latents) - middle) / count;
      for (let i = 0; i < latents; i++) product[i] += share * (rows[first + i] - mean[i]);
    }
    return product;
  };
  return { mean, times };
}
