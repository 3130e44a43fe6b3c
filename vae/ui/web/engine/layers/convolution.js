/** Every small pixel is W' times the patch of the large picture around it, plus b. */

import { byRows } from "../matrix.js";
import { correlation, fromLarge } from "./correlation.js";
import { expect, volume } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function convolution(layer, shape, parameter, { workspace, block, learns }) {
  const { inputs, outputs, kernel, stride, padding } = layer;
  expect(shape.length === 3 && shape[0] === inputs, `${inputs} channels`, shape);
  const sides = shape.slice(1).map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
  expect(sides.every((size) => size > 0), `at least one kernel of ${kernel}`, shape);
  const small = [outputs, ...sides];
  const [from, to, pixels] = [volume(shape), volume(small), volume(sides)];
  const weight = parameter("weight", [outputs, inputs, kernel, kernel]);
  const bias = parameter("bias", [outputs]);
  const between = correlation(layer, shape, small, workspace);
  const y = workspace.reserve(block * to);
  /** @type {import("./kinds.js").Numbers} */
  let input;

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples) {
    input = x;
    for (let sample = 0; sample < samples; sample++) {
      const { numbers, width } = between.toSmall(
        x, sample * from, byRows(weight.numbers, between.depth),
      );
      const [sums, result, shift] = [numbers.values, y.values, bias.numbers.values];
      for (let i = sample * to, o = 0; o < outputs; o++) {
        const start = o * width;
        for (let p = 0; p < pixels; p++) result[i++] = sums[start + p] + shift[o];
      }
    }
    return y;
  }
  if (!learns) return { shape: small, forward };

  /** @type {import("./kinds.js").Numbers} */
  let dx;

  /** @type {import("./kinds.js").Backward} */
  function backward(dy, samples, wanted) {
    if (wanted) dx ??= workspace.reserve(block * from);
    for (let sample = 0; sample < samples; sample++) {
      const sums = between.gradient(input, sample * from, dy, sample * to, sample === 0);
      if (sample === samples - 1) transposeInto(weight.gradient.values, sums);
    }
    sumPlanes(dy.values, samples, outputs, pixels, bias.gradient.values);
    if (!wanted) return null;
    dx.values.fill(0, 0, samples * from);
    for (let sample = 0; sample < samples; sample++) {
      const across = fromLarge(weight.numbers, between.depth);
      between.toLarge(dy, sample * to, across, dx, sample * from);
    }
    return dx;
  }

  /**
   * @param {Float32Array} target
   * @param {{numbers: import("../matrix.js").Numbers, wide: number}} sums
   */
  function transposeInto(target, { numbers: { values }, wide }) {
    for (let i = 0, o = 0; o < outputs; o++) {
      for (let k = 0; k < between.depth; k++) target[i++] = values[k * wide + o];
    }
  }
  return { shape: small, forward, backward };
}

/**
 * The sum over samples and pixels of every channel.
 * @param {Float32Array} values
 * @param {number} samples
 * @param {number} channels
 * @param {number} pixels
 * @param {Float32Array} sums
 */
export function sumPlanes(values, samples, channels, pixels, sums) {
  sums.fill(0);
  for (let i = 0, sample = 0; sample < samples; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let p = 0; p < pixels; p++) sum += values[i++];
      sums[channel] += sum;
    }
  }
}
