/** y = tanh x; dy/dx = 1 - y^2. */

import { volume } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function tanh(layer, shape, parameter, { learns }) {
  const size = volume(shape);
  /** @type {import("./kinds.js").Numbers} */
  let output;

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples) {
    output = x;
    const { values } = x;
    for (let i = 0; i < samples * size; i++) values[i] = Math.tanh(values[i]);
    return x;
  }
  if (!learns) return { shape, forward };

  /** @type {import("./kinds.js").Backward} */
  function backward(gradient, samples) {
    const [{ values }, y] = [gradient, output.values];
    for (let i = 0; i < samples * size; i++) values[i] *= 1 - y[i] * y[i];
    return gradient;
  }
  return { shape, forward, backward };
}
