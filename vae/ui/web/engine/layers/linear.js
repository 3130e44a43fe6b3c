/** y = W x + b. Backward: dW = dy x', db = dy, dx = W' dy, summed over the samples. */

import { PANEL } from "../kernel.js";
import { byPanels, byRows, padded, panelStart, transposed } from "../matrix.js";
import { expect } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function linear({ inputs, outputs }, shape, parameter, room) {
  expect(shape.length === 1 && shape[0] === inputs, `${inputs} numbers`, shape);
  const { workspace, block, learns } = room;
  const [depth, width] = [padded(inputs), padded(outputs)];
  // W' (inputs, outputs) in panels.
  const weight = parameter("weight", [outputs, inputs], depth * width, (index) => {
    const input = index % inputs;
    return panelStart((index - input) / inputs, depth) + PANEL * input;
  });
  const bias = parameter("bias", [outputs]);
  const y = workspace.reserve(block * outputs);
  // Where whole panels are wider than y.
  const wide = width === outputs ? y : workspace.reserve(block * width);
  /** @type {import("./kinds.js").Numbers} */
  let input;

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples) {
    input = x;
    workspace.multiply(
      byRows(x, inputs), byPanels(weight.numbers, depth), byRows(wide, width),
      samples, outputs, inputs,
    );
    if (wide !== y) copyRows(wide, width, y, outputs, samples, outputs);
    workspace.addToRows(y, samples, bias.numbers);
    return y;
  }
  if (!learns) return { shape: [outputs], forward };

  const dyWide = width === outputs ? null : workspace.reserve(block * width);
  /** @type {import("./kinds.js").Numbers} */
  let across;
  /** @type {import("./kinds.js").Numbers} */
  let dxWide;
  /** @type {import("./kinds.js").Numbers} */
  let dx;

  /** @type {import("./kinds.js").Backward} */
  function backward(dy, samples, wanted) {
    const wideGradient = dyWide ?? dy;
    if (dyWide) copyRows(dy, outputs, dyWide, width, samples, outputs);
    workspace.sumRows(dy, samples, bias.gradient);
    workspace.multiply(
      transposed(byRows(input, inputs)), byRows(wideGradient, width),
      byPanels(weight.gradient, depth), inputs, outputs, samples,
    );
    if (!wanted) return null;
    across ??= workspace.reserve(width * depth);
    dxWide ??= workspace.reserve(block * depth);
    dx ??= depth === inputs ? dxWide : workspace.reserve(block * inputs);
    workspace.transposePanels(weight.numbers, depth, width, across);
    workspace.multiply(
      byRows(wideGradient, width), byPanels(across, width), byRows(dxWide, depth),
      samples, inputs, outputs,
    );
    if (dx !== dxWide) copyRows(dxWide, depth, dx, inputs, samples, inputs);
    return dx;
  }
  return { shape: [outputs], forward, backward };
}

/**
 * Copies rows of `columns` numbers between matrices of other widths.
 * @param {import("../matrix.js").Numbers} source
 * @param {number} sourceWidth
 * @param {import("../matrix.js").Numbers} target
 * @param {number} targetWidth
 * @param {number} rows
 * @param {number} columns
 */
function copyRows(source, sourceWidth, target, targetWidth, rows, columns) {
  const [from, to] = [source.values, target.values];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      to[row * targetWidth + column] = from[row * sourceWidth + column];
    }
  }
}
