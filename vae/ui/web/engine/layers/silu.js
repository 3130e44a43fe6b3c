/** y = x s with s = 1 / (1 + e^-x); dy/dx = s + y (1 - s). */

import { volume } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function silu(layer, shape, parameter, { workspace, block, learns }) {
  const size = volume(shape);
  const slopes = learns ? workspace.reserve(block * size) : null;

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples) {
    const { values } = x;
    const kept = slopes?.values;
    for (let i = 0; i < samples * size; i++) {
      const share = 1 / (1 + Math.exp(-values[i]));
      values[i] *= share;
      if (kept) kept[i] = share + values[i] * (1 - share);
    }
    return x;
  }
  if (!learns) return { shape, forward };

  /** @type {import("./kinds.js").Backward} */
  function backward(gradient, samples) {
    const [{ values }, kept] = [gradient, slopes.values];
    for (let i = 0; i < samples * size; i++) values[i] *= kept[i];
    return gradient;
  }
  return { shape, forward, backward };
}
