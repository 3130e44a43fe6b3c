/** y = x above 0 and slope x below. */

import { volume } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function leakyRelu({ slope }, shape, parameter, { workspace, learns }) {
  const size = volume(shape);
  /** @type {import("./kinds.js").Numbers} */
  let output;

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples) {
    output = x;
    workspace.rectify(x, samples * size, slope);
    return x;
  }
  if (!learns) return { shape, forward };

  // In place, the sign of the output is that of the input.
  /** @type {import("./kinds.js").Backward} */
  function backward(gradient, samples) {
    workspace.rectifyBack(gradient, output, samples * size, slope);
    return gradient;
  }
  return { shape, forward, backward };
}
