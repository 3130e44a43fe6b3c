/** Eigenvectors of a symmetric tridiagonal matrix. */

/**
 * By implicit QR steps with Wilkinson's shift (Golub and Van Loan, "Matrix Computations", 8.3.5).
 * @param {ArrayLike<number>} diagonal (K,)
 * @param {ArrayLike<number>} beside (K - 1,) what stands beside the diagonal
 * @returns {{value: number, vector: Float64Array}[]} K unit vectors, the largest eigenvalue first
 */
export function eigenvectors(diagonal, beside) {
  const size = diagonal.length;
  const values = Float64Array.from(diagonal);
  const off = Float64Array.from({ length: size }, (_, i) => beside[i] ?? 0);
  const vectors = Array.from({ length: size }, (_, i) => new Float64Array(size).fill(1, i, i + 1));
  // Beside the largest of the numbers the smallest are rounding.
  const floor = Number.EPSILON ** 2 * [...values, ...off].reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const negligible = (/** @type {number} */ i) =>
    Math.abs(off[i]) <= floor + Number.EPSILON * (Math.abs(values[i]) + Math.abs(values[i + 1]));
  let last = size - 1;
  while (last > 0) {
    if (negligible(last - 1)) {
      last--;
      continue;
    }
    let first = last - 1;
    while (first > 0 && !negligible(first - 1)) first--;
    step(values, off, vectors, first, last);
  }
  return vectors.map((vector, i) => ({ value: values[i], vector })).sort((a, b) => b.value - a.value);
}

/**
 * One step on the rows `first` to `last`: rotations that drive what lies beside the diagonal to 0.
 * @param {Float64Array} values
 * @param {Float64Array} off
 * @param {Float64Array[]} vectors
 * @param {number} first
 * @param {number} last
 */
function step(values, off, vectors, first, last) {
  const half = (values[last - 1] - values[last]) / 2;
  const edge = off[last - 1];
  const shift = values[last] - edge ** 2 / (half + (half < 0 ? -1 : 1) * Math.hypot(half, edge));
  let [x, z] = [values[first] - shift, off[first]];
  for (let k = first; k < last; k++) {
    const r = Math.hypot(x, z);
    const [c, s] = r ? [x / r, z / r] : [1, 0];
    if (k > first) off[k - 1] = r;
    const [a, b, d] = [values[k], off[k], values[k + 1]];
    values[k] = c * c * a + 2 * c * s * b + s * s * d;
    values[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
    x = off[k] = c * s * (d - a) + (c * c - s * s) * b;
    if (k + 1 < last) {
      z = s * off[k + 1];
      off[k + 1] *= c;
    }
    turn(vectors[k], vectors[k + 1], c, s);
  }
}

/**
 * @param {Float64Array} u
 * @param {Float64Array} v
 * @param {number} c
 * @param {number} s
 */
function turn(u, v, c, s) {
  for (let i = 0; i < u.length; i++) {
    const [x, y] = [u[i], v[i]];
    u[i] = c * x + s * y;
    v[i] = c * y - s * x;
  }
}
