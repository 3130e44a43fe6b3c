/** The adjoint of a convolution, plus b: a small pixel is spread over the patch that it belongs to. */

import { byRows, padded, transposed } from "../matrix.js";
import { sumPlanes } from "./convolution.js";
import { correlation } from "./correlation.js";
import { expect, volume } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function transposedConvolution(layer, shape, parameter, { workspace, block, learns }) {
  const { inputs, outputs, kernel, stride, padding } = layer;
  expect(shape.length === 3 && shape[0] === inputs, `${inputs} channels`, shape);
  const sides = shape.slice(1).map((size) => (size - 1) * stride - 2 * padding + kernel);
  expect(sides.every((size) => size > 0), `more than padding ${padding} takes away`, shape);
  const large = [outputs, ...sides];
  const [from, to, plane] = [volume(shape), volume(large), volume(sides)];
  const wide = padded(inputs);
  const between = correlation(layer, large, shape, workspace);
  const { depth } = between;
  // (K, inputs), each row of whole panels.
  const weight = parameter("weight", [inputs, outputs, kernel, kernel], depth * wide, (index) => {
    const k = index % depth;
    return k * wide + (index - k) / depth;
  });
  const bias = parameter("bias", [outputs]);
  const y = workspace.reserve(block * to);
  /** @type {import("./kinds.js").Numbers} */
  let input;

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples) {
    input = x;
    const [result, shift] = [y.values, bias.numbers.values];
    for (let sample = 0; sample < samples; sample++) {
      const start = sample * to;
      for (let o = 0; o < outputs; o++) {
        result.fill(shift[o], start + o * plane, start + (o + 1) * plane);
      }
      between.toLarge(x, sample * from, byRows(weight.numbers, wide), y, start);
    }
    return y;
  }
  if (!learns) return { shape: large, forward };

  /** @type {import("./kinds.js").Numbers} */
  let dx;

  /** @type {import("./kinds.js").Backward} */
  function backward(dy, samples, wanted) {
    if (wanted) dx ??= workspace.reserve(block * from);
    for (let sample = 0; sample < samples; sample++) {
      const sums = between.gradient(dy, sample * to, input, sample * from, sample === 0);
      if (sample === samples - 1) weight.gradient.values.set(sums.numbers.values);
    }
    sumPlanes(dy.values, samples, outputs, plane, bias.gradient.values);
    if (!wanted) return null;
    const pixels = volume(shape.slice(1));
    for (let sample = 0; sample < samples; sample++) {
      const across = transposed(byRows(weight.numbers, wide));
      const { numbers, width } = between.toSmall(dy, sample * to, across);
      for (let c = 0, i = sample * from; c < inputs; c++) {
        const start = c * width;
        for (let p = 0; p < pixels; p++) dx.values[i++] = numbers.values[start + p];
      }
    }
    return dx;
  }
  return { shape: large, forward, backward };
}
