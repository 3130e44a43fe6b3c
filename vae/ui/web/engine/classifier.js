/** The frozen classifier p(y|x) in the page, as vae/classifier.py has it: it reads digits. */

import { naming, openCheckpoint } from "./checkpoint.js";
import { network } from "./network.js";

const IMAGE = [1, 28, 28];
export const CLASSES = 10;

export class Classifier {
  #network;
  /** @type {WeakMap<Float32Array, Float32Array>} p(y|x) of single pictures, which many parts ask for */
  #read = new WeakMap();

  /**
   * @param {string} url of the classifier's checkpoint
   * @returns {Promise<Classifier>}
   * @throws {Error} naming the file and what is wrong with it
   */
  static async open(url) {
    const checkpoint = await openCheckpoint(url, "classifier");
    const tensors = await checkpoint.tensors("layers.");
    return naming(checkpoint.name, () => new Classifier(checkpoint, tensors));
  }

  /**
   * For Classifier.open only.
   * @param {{config: import("./checkpoint.js").Config, record: import("./checkpoint.js").Record}} checkpoint
   * @param {import("../math/linear.js").Tensors} tensors
   */
  constructor(checkpoint, tensors) {
    const { config, record } = checkpoint;
    /** @type {import("./checkpoint.js").Record} */
    this.record = record;
    this.#network = network(config.layers, tensors, "layers.", IMAGE);
    if (this.#network.outputs !== CLASSES) {
      throw new Error(`expected ${CLASSES} classes, got ${this.#network.outputs}`);
    }
  }

  /**
   * p(y|x) of a picture that stays as it is: what was read in it is kept as long as the picture is.
   * @param {Float32Array} x 784 intensities in [0, 1]
   * @returns {Float32Array} 10 probabilities, not to be changed
   */
  read(x) {
    const known = this.#read.get(x);
    if (known) return known;
    const probabilities = this.classify(x);
    this.#read.set(x, probabilities);
    return probabilities;
  }

  /**
   * p(y|x) of every picture.
   * @param {ArrayLike<number>} x batch * 784 intensities in [0, 1]
   * @param {number} [batch]
   * @returns {Float32Array} batch * 10 probabilities, yours to keep
   */
  classify(x, batch = 1) {
    const probabilities = this.#network.forward(x, batch).slice();
    for (let i = 0; i < batch; i++) {
      softmax(probabilities.subarray(i * CLASSES, (i + 1) * CLASSES));
    }
    return probabilities;
  }
}

/** @param {Float32Array} values */
function softmax(values) {
  const most = values.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  values.forEach((value, i) => (sum += values[i] = Math.exp(value - most)));
  values.forEach((value, i) => (values[i] = value / sum));
}
