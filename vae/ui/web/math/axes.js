/** Principal axes: the eigenvectors of a covariance. */

const MOST_SWEEPS = 30;
const PRECISION = 1e-22;

/**
 * The leading eigenvectors of a symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan,
 * "Matrix Computations", 8.5).
 * @param {ArrayLike<number>} matrix (D, D), row by row
 * @param {number} size D
 * @param {number} count
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

/**
 * Whether nothing is left beside the diagonal.
 * @param {Float64Array} a (D, D)
 * @param {number} size D
 */
function diagonal(a, size) {
  let [off, on] = [0, 0];
  a.forEach((value, i) => {
    if (i % (size + 1)) off += value * value;
    else on += value * value;
  });
  return off <= PRECISION * on;
}

/**
 * One rotation that makes a[p, q] vanish.
 * @param {Float64Array} a (D, D)
 * @param {Float64Array} vectors (D, D)
 * @param {number} size D
 * @param {number} p
 * @param {number} q
 */
function rotate(a, vectors, size, p, q) {
  const apq = a[p * size + q];
  if (apq === 0) return;
  const theta = (a[q * size + q] - a[p * size + p]) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  /** @type {(values: Float64Array, i: number, j: number) => void} */
  const turn = (values, i, j) => {
    const [x, y] = [values[i], values[j]];
    values[i] = c * x - s * y;
    values[j] = s * x + c * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q);
}
