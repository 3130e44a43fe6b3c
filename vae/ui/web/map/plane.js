/** A plane through the latent space, with coordinates: what the map is a map of. */

import { principalAxes } from "../math/axes.js";

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

  /**
   * The plane of the first two principal components of the means of the stored posteriors.
   * @param {{mean: ArrayLike<number>, count: number, latents: number}} aggregate
   */
  static ofComponents(aggregate) {
    const { mean, covariance } = momentsOf(aggregate);
    const [u, v] = principalAxes(covariance, aggregate.latents, 2);
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
 * Mean and covariance of the means of the posteriors.
 * @param {{mean: ArrayLike<number>, count: number, latents: number}} aggregate
 */
function momentsOf({ mean: rows, count, latents }) {
  const mean = new Float64Array(latents);
  Array.prototype.forEach.call(rows, (value, i) => (mean[i % latents] += value / count));
  const covariance = new Float64Array(latents * latents);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < latents; i++) {
      const away = (rows[n * latents + i] - mean[i]) / count;
      for (let j = 0; j < latents; j++) {
        covariance[i * latents + j] += away * (rows[n * latents + j] - mean[j]);
      }
    }
  }
  return { mean, covariance };
}
