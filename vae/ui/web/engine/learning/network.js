/** A network that learns: its layers with their backward passes, and its weights with gradients. */

import { build } from "../network.js";
import { volume } from "../layers/shape.js";

/**
 * A tensor that learns, or is kept beside those that do (`learns` false).
 * @typedef {import("../layers/kinds.js").Parameter & {learns: boolean,
 *   first: import("../matrix.js").Numbers, second: import("../matrix.js").Numbers,
 *   average: import("../matrix.js").Numbers}} Weights
 */

export class LearningNetwork {
  #layers;

  /**
   * @param {import("../checkpoint.js").Layer[]} layers a checkpoint's layer list
   * @param {number[]} shape of one sample
   * @param {string} prefix "encoder." or "decoder."
   * @param {import("./workspace.js").LearningWorkspace} workspace
   * @param {number} block the most samples of a batch
   * @throws {Error} when a kind is not known or a layer does not fit the one before it
   */
  constructor(layers, shape, prefix, workspace, block) {
    /** @type {Weights[]} */
    this.weights = [];
    /** @type {import("../layers/kinds.js").GetParameter} */
    const parameter = (name, wanted, size = volume(wanted), place = (i) => i, learns = true) => {
      const numbers = workspace.reserve(size);
      const reserve = () => (learns ? workspace.reserve(size) : null);
      const [gradient, first, second] = [reserve(), reserve(), reserve()];
      const average = workspace.reserve(size);
      /** @type {any} those that do not learn have no gradient, and nobody asks for it */
      const weights = { name, shape: wanted, numbers, place, learns, gradient, first, second, average };
      this.weights.push(weights);
      return weights;
    };
    this.#layers = build(layers, shape, prefix, parameter, { workspace, block, learns: true });
    /** @type {number} how many numbers one sample becomes */
    this.outputs = volume(this.#layers.at(-1)?.shape ?? shape);
  }

  /**
   * @param {import("../matrix.js").Numbers} x overwritten where the first layer works in place
   * @param {number} samples
   * @param {boolean} training whether a norm takes the statistics of the batch
   * @returns {import("../matrix.js").Numbers}
   */
  forward(x, samples, training) {
    return this.#layers.reduce((numbers, { forward }) => forward(numbers, samples, training), x);
  }

  /**
   * Writes the gradient of every weight.
   * @param {import("../matrix.js").Numbers} gradient of the loss with respect to what the last
   *   forward() gave; overwritten
   * @param {number} samples
   * @param {boolean} wanted whether that with respect to x is
   * @returns {import("../matrix.js").Numbers|null}
   */
  backward(gradient, samples, wanted) {
    const lowest = this.#layers.findIndex((_, i) => this.#learnsAt(i));
    /** @type {import("../matrix.js").Numbers|null} */
    let dy = gradient;
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const { backward } = this.#layers[i];
      if (!dy || !backward || (i < lowest && !wanted)) return null;
      dy = backward(dy, samples, wanted || i > lowest);
    }
    return dy;
  }

  /** @param {number} index */
  #learnsAt(index) {
    return this.weights.some(({ name }) => name.includes(`.${index}.`));
  }
}

/**
 * A tensor's values in PyTorch's layout.
 * @param {Weights} weights
 * @param {import("../matrix.js").Numbers} numbers
 */
export function read({ shape, place }, numbers) {
  const { values } = numbers;
  return Float32Array.from({ length: volume(shape) }, (_, index) => values[place(index)]);
}

/**
 * Puts values in PyTorch's layout where the tensor lies.
 * @param {Weights} weights
 * @param {import("../matrix.js").Numbers} numbers
 * @param {ArrayLike<number>} data
 */
export function write({ shape, place }, numbers, data) {
  const { values } = numbers;
  for (let index = 0; index < volume(shape); index++) values[place(index)] = data[index];
}
