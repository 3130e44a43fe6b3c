/** The same numbers in another shape. */

import { expect, volume } from "./shape.js";

/** @type {import("./kinds.js").Kind} */
export function reshape(layer, shape) {
  expect(volume(layer.shape) === volume(shape), `${volume(layer.shape)} numbers`, shape);
  return { shape: layer.shape, forward: (x) => x, backward: (gradient) => gradient };
}
