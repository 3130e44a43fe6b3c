/** A plane through the latent space, with coordinates: what the map is a map of. */

const MOST_SWEEPS = 30;
const PRECISION = 1e-22;

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
    Object.assign(this, { origin, axes, labels });
  }

  /** The plane of two latent dimensions; its coordinates are theirs. */
  static ofLatents(latents, first, second) {
    const unit = (index) => Float64Array.from({ length: latents }, (_, i) => (i === index ? 1 : 0));
    const labels = [`latent ${first}`, `latent ${second}`];
    return new Plane(new Float64Array(latents), [unit(first), unit(second)], labels);
  }

  /** The plane of the first two principal components of the means of the stored posteriors. */
  static ofComponents(aggregate) {
    const { mean, covariance } = momentsOf(aggregate);
    const axes = principalAxes(covariance, aggregate.latents, 2);
    return new Plane(mean, axes, ["component 1", "component 2"]);
  }

  /** The coordinates [x, y] of a row of `values`, which begins at `first`. */
  coordinates(values, first = 0) {
    return this.axes.map((axis) => {
      let sum = 0;
      for (let i = 0; i < axis.length; i++) sum += axis[i] * (values[first + i] - this.origin[i]);
      return sum;
    });
  }

  /** z with the coordinates [x, y]. */
  moved(z, [x, y]) {
    const [fromX, fromY] = this.coordinates(z);
    const [u, v] = this.axes;
    return Array.from(z, (value, i) => value + (x - fromX) * u[i] + (y - fromY) * v[i]);
  }

  /** The covariance [xx, xy, yy] in the plane of independent variables with these stds. */
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
 * The leading eigenvectors of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan,
 * "Matrix Computations", 8.5).
 * @param {ArrayLike<number>} matrix size x size, row by row
 * @returns {Float64Array[]} `count` unit vectors, the largest eigenvalue first; the largest
 *   component of each is positive
 */
export function principalAxes(matrix, size, count) {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS && !diagonal(a, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i]);
  return order.slice(0, count).map((column) => {
    const axis = Float64Array.from({ length: size }, (_, i) => vectors[i * size + column]);
    const most = axis.reduce((x, y) => (Math.abs(y) > Math.abs(x) ? y : x), 0);
    return most < 0 ? axis.map((value) => -value) : axis;
  });
}

function diagonal(a, size) {
  let [off, on] = [0, 0];
  a.forEach((value, i) => {
    if (i % (size + 1)) off += value * value;
    else on += value * value;
  });
  return off <= PRECISION * on;
}

/** One rotation that makes a[p, q] vanish. */
function rotate(a, vectors, size, p, q) {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (values, i, j) => {
    const [x, y] = [values[i], values[j]];
    values[i] = c * x - s * y;
    values[j] = s * x + c * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q);
}

/** Mean and covariance of the means of the posteriors. */
function momentsOf({ mean: rows, count, latents }) {
  const mean = new Float64Array(latents);
  rows.forEach((value, i) => (mean[i % latents] += value / count));
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
