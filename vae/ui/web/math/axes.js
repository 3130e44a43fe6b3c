/** Principal axes: the eigenvectors of a covariance. */

import { dot } from "./linear.js";
import { eigenvectors } from "./tridiagonal.js";

// Of the largest eigenvalue: how far an axis may be from an eigenvector.
const PRECISION = 1e-10;
// Steps between two looks at how far it has come.
const LOOK = 10;

/**
 * The leading eigenvectors of a symmetric matrix.
 * @param {ArrayLike<number>} matrix (D, D), row by row
 * @param {number} size D
 * @param {number} count
 * @returns {Float64Array[]} as leadingAxes() gives them
 */
export function principalAxes(matrix, size, count) {
  const times = (/** @type {Float64Array} */ v) =>
    Float64Array.from({ length: size }, (_, i) => dot(matrix, i * size, v, 0, size));
  return leadingAxes(times, size, count);
}

/**
 * The leading eigenvectors of a symmetric matrix of which only the products with vectors are known,
 * by Lanczos' method with full reorthogonalisation (Golub and Van Loan, "Matrix Computations", 10.3).
 * A few axes of very many dimensions take a few dozen products.
 * @param {(v: Float64Array) => Float64Array} times v (D,) to S v (D,), yours to change
 * @param {number} size D
 * @param {number} count
 * @returns {Float64Array[]} `count` unit vectors, the largest eigenvalue first; the largest
 *   component of each is positive
 */
export function leadingAxes(times, size, count) {
  /** @type {Float64Array[]} */
  const basis = [];
  /** @type {number[][]} of the tridiagonal matrix that S is in this basis */
  const [diagonal, beside] = [[], []];
  // Where the products lead nowhere new, an eigenvalue may be there twice: then all are looked for.
  let stuck = false;
  let next = start(basis, size);
  for (;;) {
    const product = times(next);
    diagonal.push(dot(product, 0, next, 0, size));
    basis.push(next);
    const rest = Math.sqrt(makeOrthogonal(product, basis));
    const scale = Math.max(...diagonal.map(Math.abs), ...beside);
    const done = basis.length === size;
    if (done || (!stuck && basis.length >= count && basis.length % LOOK === 0)) {
      const found = eigenvectors(diagonal, beside).slice(0, count);
      const off = Math.max(...found.map(({ vector }) => rest * Math.abs(vector[vector.length - 1])));
      if (done || off <= PRECISION * scale) return found.map(({ vector }) => combined(basis, vector));
    }
    const none = rest <= Number.EPSILON * size * scale;
    stuck ||= none;
    beside.push(none ? 0 : rest);
    next = none ? start(basis, size) : product.map((value) => value / rest);
  }
}

/**
 * A unit vector that is orthogonal to those of the basis, and to no eigenvector that one would meet.
 * @param {Float64Array[]} basis
 * @param {number} size D
 */
function start(basis, size) {
  const v = Float64Array.from({ length: size }, (_, i) => 1.5 + Math.sin((i + 1) * (basis.length + 1.7)));
  const length = Math.sqrt(makeOrthogonal(v, basis));
  return v.map((value) => value / length);
}

/**
 * Takes away from v, in place, what lies along the vectors of a basis; twice, for rounding.
 * @param {Float64Array} v
 * @param {Float64Array[]} basis orthonormal
 * @returns {number} the square of its length then
 */
function makeOrthogonal(v, basis) {
  for (let time = 0; time < 2; time++) {
    for (const one of basis) {
      const along = dot(one, 0, v, 0, v.length);
      for (let i = 0; i < v.length; i++) v[i] -= along * one[i];
    }
  }
  return dot(v, 0, v, 0, v.length);
}

/**
 * @param {Float64Array[]} basis
 * @param {Float64Array} shares
 */
function combined(basis, shares) {
  const axis = new Float64Array(basis[0].length);
  basis.forEach((one, k) => {
    for (let i = 0; i < axis.length; i++) axis[i] += shares[k] * one[i];
  });
  const most = axis.reduce((x, y) => (Math.abs(y) > Math.abs(x) ? y : x), 0);
  return most < 0 ? axis.map((value) => -value) : axis;
}
