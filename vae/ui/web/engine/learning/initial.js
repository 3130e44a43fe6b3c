/** A network's first weights, from the distributions that PyTorch draws its own from. */

import { volume } from "../layers/shape.js";
import { write } from "./network.js";

/** @type {Object<string, number>} */
const CONSTANTS = { running_mean: 0, running_var: 1 };

/**
 * Uniform on (-1 / sqrt(n), 1 / sqrt(n)) for a layer of n inputs a unit (He et al. 2015, as
 * torch.nn.Linear and Conv2d have it); 1 and 0 for the scale and the shift of a norm.
 * @param {import("./network.js").Weights[]} weights of a network
 * @param {() => number} uniform on (0, 1)
 */
export function initialise(weights, uniform) {
  /** @typedef {import("./network.js").Weights} Weights */
  const layerOf = (/** @type {Weights} */ { name }) => name.slice(0, name.lastIndexOf("."));
  const kindOf = (/** @type {Weights} */ { name }) => name.slice(name.lastIndexOf(".") + 1);
  const main = new Map(weights.filter((one) => kindOf(one) === "weight").map((w) => [layerOf(w), w]));
  for (const tensor of weights) {
    const { shape } = main.get(layerOf(tensor)) ?? tensor;
    const kind = kindOf(tensor);
    const constant = shape.length === 1 ? CONSTANTS[kind] ?? Number(kind === "weight") : undefined;
    const bound = 1 / Math.sqrt(volume(shape.slice(1)));
    const data = Float32Array.from({ length: volume(tensor.shape) }, () =>
      constant ?? bound * (2 * uniform() - 1));
    write(tensor, tensor.numbers, data);
    write(tensor, tensor.average, data);
  }
}
