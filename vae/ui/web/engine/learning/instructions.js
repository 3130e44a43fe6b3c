/** What a step of training does with every weight, four numbers at once, in WebAssembly. */

import {
  F32, I32, V128, above, add, advance, assemble, divide, fill, get, least, load, minus, most,
  multiply, nearest, pick, powerOfTwo, repeat, root, select, set, size, splat, store, subtract,
} from "../assembler.js";
import { PANEL } from "../kernel.js";

const BYTES = Float32Array.BYTES_PER_ELEMENT;
const VECTOR = 4 * BYTES;
const ROW = PANEL * BYTES;
const HALF_BLOCK = (PANEL / 2) * ROW;

/** Adam of Kingma and Ba, 2015, for `count` vectors of weights; see Workspace.adam. */
function adam() {
  const [w, g, m, v, count, ...scalars] = Array.from({ length: 13 }, (_, i) => i);
  const vectors = scalars.map((_, i) => 13 + i);
  const [scale, kept, taken, keptSquares, takenSquares, correction, rate, epsilon] = vectors;
  const [gradient, first, second] = [21, 22, 23];
  return {
    parameters: [...new Array(5).fill(I32), ...new Array(8).fill(F32)],
    locals: new Array(11).fill(V128),
    body: [
      vectors.map((vector, i) => set(vector, splat(get(scalars[i])))),
      repeat([
        set(gradient, multiply(load(get(g), 0), get(scale))),
        set(first, add(multiply(get(kept), load(get(m), 0)), multiply(get(taken), get(gradient)))),
        set(second, add(
          multiply(get(keptSquares), load(get(v), 0)),
          multiply(get(takenSquares), multiply(get(gradient), get(gradient))),
        )),
        store(get(m), 0, get(first)),
        store(get(v), 0, get(second)),
        store(get(w), 0, subtract(load(get(w), 0), divide(
          multiply(get(rate), get(first)),
          add(multiply(root(get(second)), get(correction)), get(epsilon)),
        ))),
        [w, g, m, v].map((pointer) => advance(pointer, VECTOR)),
        advance(count, -1),
      ], get(count)),
    ],
  };
}

/** average += rate (w - average), for `count` vectors. */
function blend() {
  const [average, w, count, rate, share] = [0, 1, 2, 3, 4];
  return {
    parameters: [I32, I32, I32, F32],
    locals: [V128],
    body: [
      set(share, splat(get(rate))),
      repeat([
        store(get(average), 0, add(
          load(get(average), 0),
          multiply(get(share), subtract(load(get(w), 0), load(get(average), 0))),
        )),
        [average, w].map((pointer) => advance(pointer, VECTOR)),
        advance(count, -1),
      ], get(count)),
    ],
  };
}

/** Adds the squares of `count` vectors to the vector at `sums`. */
function squares() {
  const [x, count, sums, total, numbers] = [0, 1, 2, 3, 4];
  return {
    parameters: [I32, I32, I32],
    locals: [V128, V128],
    body: [
      set(total, load(get(sums), 0)),
      repeat([
        set(numbers, load(get(x), 0)),
        set(total, add(get(total), multiply(get(numbers), get(numbers)))),
        advance(x, VECTOR),
        advance(count, -1),
      ], get(count)),
      store(get(sums), 0, get(total)),
    ],
  };
}

/** `count` blocks of 8 x 8 numbers, each transposed; those that are written lie `step` apart. */
function transpose() {
  const [from, to, count, step, ...vectors] = Array.from({ length: 12 }, (_, i) => i);
  const [rows, pairs] = [vectors.slice(0, 4), vectors.slice(4)];
  const mix = (/** @type {number} */ i, /** @type {any} */ x, /** @type {any} */ y, /** @type {number[]} */ places) => set(pairs[i], pick(get(rows[x]), get(rows[y]), places));
  // A corner of 4 x 4: rows are interleaved in pairs, and then the pairs.
  const corner = (/** @type {number} */ fromByte, /** @type {number} */ toByte) => [
    rows.map((row, i) => set(row, load(get(from), fromByte + i * ROW))),
    mix(0, 0, 1, [0, 4, 1, 5]),
    mix(1, 0, 1, [2, 6, 3, 7]),
    mix(2, 2, 3, [0, 4, 1, 5]),
    mix(3, 2, 3, [2, 6, 3, 7]),
    [0, 1, 2, 3].map((row) => store(get(to), toByte + row * ROW, pick(
      get(pairs[row >> 1]), get(pairs[2 + (row >> 1)]), row & 1 ? [2, 3, 6, 7] : [0, 1, 4, 5],
    ))),
  ];
  return {
    parameters: [I32, I32, I32, I32],
    locals: new Array(8).fill(V128),
    body: repeat([
      corner(0, 0),
      advance(to, HALF_BLOCK),
      corner(VECTOR, 0),
      advance(from, HALF_BLOCK),
      corner(VECTOR, VECTOR),
      advance(to, -HALF_BLOCK),
      corner(0, VECTOR),
      advance(from, HALF_BLOCK),
      advance(to, get(step)),
      advance(count, -1),
    ], get(count)),
  };
}

/** y = x above 0 and slope x below, in place, for `count` vectors. */
function rectify() {
  const [x, count, slope, numbers] = [0, 1, 2, 3];
  return {
    parameters: [I32, I32, F32],
    locals: [V128],
    body: repeat([
      set(numbers, load(get(x), 0)),
      store(get(x), 0, add(
        most(get(numbers), fill(0)),
        multiply(splat(get(slope)), least(get(numbers), fill(0))),
      )),
      advance(x, VECTOR),
      advance(count, -1),
    ], get(count)),
  };
}

/** dx = dy where y is above 0 and slope dy elsewhere, in the place of dy. */
function rectifyBack() {
  const [dy, y, count, slope, numbers] = [0, 1, 2, 3, 4];
  return {
    parameters: [I32, I32, I32, F32],
    locals: [V128],
    body: repeat([
      set(numbers, load(get(dy), 0)),
      store(get(dy), 0, select(
        above(load(get(y), 0), fill(0)), get(numbers), multiply(splat(get(slope)), get(numbers)),
      )),
      [dy, y].map((pointer) => advance(pointer, VECTOR)),
      advance(count, -1),
    ], get(count)),
  };
}

/** target += source, for `count` vectors. */
function accumulate() {
  const [target, source, count] = [0, 1, 2];
  return {
    parameters: [I32, I32, I32],
    locals: [],
    body: repeat([
      store(get(target), 0, add(load(get(target), 0), load(get(source), 0))),
      [target, source].map((pointer) => advance(pointer, VECTOR)),
      advance(count, -1),
    ], get(count)),
  };
}

/**
 * e^x for x from -87 to 0, by 2^n e^r with |r| below log(2) / 2 and a Taylor polynomial.
 * @param {any} x
 * @param {number} n
 * @param {number} r
 * @param {number} result
 */
function exponential(x, n, r, result) {
  const coefficients = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1];
  return [
    set(n, nearest(multiply(get(x), fill(Math.LOG2E)))),
    set(r, subtract(get(x), multiply(get(n), fill(Math.LN2)))),
    set(result, fill(coefficients[0])),
    coefficients.slice(1).map((c) => set(result, add(multiply(get(result), get(r)), fill(c)))),
    set(result, multiply(get(result), powerOfTwo(get(n)))),
  ];
}

/**
 * A Bernoulli likelihood, for `count` vectors of x and logits: writes weight * (sigmoid(logit) - x)
 * to `gradient`, the sum of x logit - max(logit, 0) and the product of 1 + e^-|logit| to `out`.
 */
function bernoulli() {
  const [x, logits, gradient, count, out, weight, ...vectors] = Array.from(
    { length: 14 }, (_, i) => i,
  );
  const [sum, product, logit, exponent, n, r, tail, ink] = vectors;
  return {
    parameters: [I32, I32, I32, I32, I32, F32],
    locals: new Array(8).fill(V128),
    body: [
      set(sum, fill(0)),
      set(product, fill(1)),
      repeat([
        set(logit, load(get(logits), 0)),
        set(ink, load(get(x), 0)),
        set(exponent, most(minus(size(get(logit))), fill(-87))),
        exponential(exponent, n, r, tail),
        set(sum, add(get(sum), subtract(
          multiply(get(ink), get(logit)), most(get(logit), fill(0)),
        ))),
        set(r, add(fill(1), get(tail))),
        set(product, multiply(get(product), get(r))),
        set(tail, select(above(get(logit), fill(0)), fill(1), get(tail))),
        store(get(gradient), 0, multiply(
          splat(get(weight)), subtract(divide(get(tail), get(r)), get(ink)),
        )),
        [x, logits, gradient].map((pointer) => advance(pointer, VECTOR)),
        advance(count, -1),
      ], get(count)),
      store(get(out), 0, get(sum)),
      store(get(out), VECTOR, get(product)),
    ],
  };
}

/** The module of these functions; null where the browser has no vectors. */
export const assembleInstructions = () => assemble({
  accumulate: accumulate(),
  bernoulli: bernoulli(),
  rectify: rectify(),
  rectifyBack: rectifyBack(),
  adam: adam(),
  blend: blend(),
  squares: squares(),
  transpose: transpose(),
});
