/** Linear algebra of small symmetric matrices, row by row in one array: (D, D). */

/**
 * @typedef {{shape: number[], data: Float32Array}} Tensor
 * @typedef {Object<string, Tensor>} Tensors by name
 */

/**
 * The Cholesky factor: the lower triangular L with L L' = matrix.
 * @param {ArrayLike<number>} matrix (D, D), symmetric
 * @param {number} size D
 * @returns {Float64Array|null} (D, D); null when the matrix is not positive definite
 */
export function cholesky(matrix, size) {
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

/**
 * The v with L v = right.
 * @param {ArrayLike<number>} lower (D, D)
 * @param {ArrayLike<number>} right (D,)
 * @returns {Float64Array} (D,)
 */
export function solveLower(lower, right) {
  const size = right.length;
  const v = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) v[i] -= lower[i * size + j] * v[j];
    v[i] /= lower[i * size + i];
  }
  return v;
}

/**
 * The v with L L' v = right.
 * @param {ArrayLike<number>} lower (D, D)
 * @param {ArrayLike<number>} right (D,)
 * @returns {Float64Array} (D,)
 */
export function solve(lower, right) {
  const size = right.length;
  const v = solveLower(lower, right);
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) v[i] -= lower[j * size + i] * v[j];
    v[i] /= lower[i * size + i];
  }
  return v;
}

/**
 * a' b of `count` numbers of each.
 * @param {ArrayLike<number>} a
 * @param {number} from where in a
 * @param {ArrayLike<number>} b
 * @param {number} at where in b
 * @param {number} count
 */
export function dot(a, from, b, at, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[from + i] * b[at + i];
  return sum;
}
