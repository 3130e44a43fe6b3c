/** A network in the page: a checkpoint's layer list and tensors, ready to run. */

import { messageOf } from "../math/errors.js";
import { KINDS } from "./layers/kinds.js";
import { volume } from "./layers/shape.js";
import { Workspace } from "./matrix.js";

// Samples that go through the layers together: enough for a weight, once loaded, to be used often,
// and few enough for what lies between two layers to stay in a processor's cache.
const BLOCK = 8;

/**
 * Builds a network and checks that its layers and tensors fit each other.
 * @param {import("./checkpoint.js").Layer[]} layers the layer list of a checkpoint's configuration
 * @param {Object<string, {shape: number[], data: Float32Array}>} tensors by name; layer i's
 *   parameters are `${prefix}${i}.weight` and so on, in PyTorch's layout
 * @param {string} prefix "decoder." or "encoder."
 * @param {number[]} [shape] the shape of one sample; a first layer that is linear implies it
 * @param {Workspace} [workspace] where to keep its numbers
 * @returns {Network}
 * @throws {Error} when a kind is not known, a tensor is missing or has another shape than its layer
 *   asks for, or a layer does not fit the one before it
 */
export function network(
  layers, tensors, prefix, shape = [layers?.[0]?.inputs], workspace = new Workspace(),
) {
  if (!Array.isArray(layers)) throw new Error(`layers: expected a list, got ${layers}`);
  const input = workspace.reserve(BLOCK * volume(shape));
  /** @type {import("./layers/kinds.js").GetParameter} */
  const parameter = (name, wanted, size = volume(wanted), place = (index) => index) => {
    const numbers = workspace.reserve(size);
    const { values } = numbers;
    tensorOf(tensors, name, wanted).forEach((value, index) => (values[place(index)] = value));
    // Nothing here learns, and nobody asks for a gradient.
    return { name, shape: wanted, numbers, gradient: numbers, place };
  };
  const built = build(layers, shape, prefix, parameter, { workspace, block: BLOCK, learns: false });
  return new Network(built, input, built.at(-1)?.shape ?? shape);
}

/**
 * The layers of a list, in a row.
 * @param {import("./checkpoint.js").Layer[]} layers
 * @param {number[]} shape the shape of one sample that reaches the first
 * @param {string} prefix of the parameters' names
 * @param {import("./layers/kinds.js").GetParameter} parameter gives the tensor of a name
 * @param {import("./layers/kinds.js").Room} room
 * @returns {import("./layers/kinds.js").Built[]}
 * @throws {Error} when a kind is not known or a layer does not fit the one before it
 */
export function build(layers, shape, prefix, parameter, room) {
  return layers.map((layer, i) => {
    const where = `${prefix}${i}`;
    const kind = KINDS.get(layer.kind);
    if (!kind) {
      const known = [...KINDS.keys()].join(", ");
      throw new Error(`${where}: expected a layer of the kind ${known}, got ${layer.kind}`);
    }
    try {
      /** @type {import("./layers/kinds.js").GetParameter} */
      const named = (name, ...rest) => parameter(`${where}.${name}`, ...rest);
      const built = kind(layer, shape, named, room);
      shape = built.shape;
      return built;
    } catch (error) {
      throw new Error(`${where} (${layer.kind}): ${messageOf(error)}`, { cause: error });
    }
  });
}

/**
 * @param {string} what
 * @param {{outputs: number}} network
 * @param {number} wanted how many numbers a sample is to become
 * @throws {Error} where it is another number
 */
export function checkOutputs(what, { outputs }, wanted) {
  if (outputs !== wanted) throw new Error(`the ${what} should give ${wanted} numbers, but gives ${outputs}`);
}

/**
 * @param {import("../math/linear.js").Tensors} tensors
 * @param {string} name
 * @param {number[]} wanted
 */
function tensorOf(tensors, name, wanted) {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`the tensor ${name} is missing`);
  if (String(tensor.shape) !== String(wanted)) {
    const [expected, got] = [wanted, tensor.shape].map((shape) => `[${shape.join(", ")}]`);
    throw new Error(`${name}: expected the shape ${expected}, got ${got}`);
  }
  return tensor.data;
}

export class Network {
  #layers;
  #input;
  #result = new Float32Array(0);

  /**
   * @param {import("./layers/kinds.js").Built[]} layers
   * @param {import("./matrix.js").Numbers} input
   * @param {number[]} shape
   */
  constructor(layers, input, shape) {
    this.#layers = layers;
    this.#input = input;
    /** @type {number} how many numbers one sample is */
    this.inputs = input.length / BLOCK;
    /** @type {number[]} the shape of what one sample becomes */
    this.shape = shape;
    /** @type {number} how many numbers one sample becomes */
    this.outputs = volume(shape);
  }

  /**
   * Runs the network.
   * @param {ArrayLike<number>} x `batch` samples, one after another
   * @param {number} [batch]
   * @returns {Float32Array} batch * outputs numbers; the next call overwrites them
   * @throws {RangeError} when x does not hold batch * inputs numbers
   */
  forward(x, batch = 1) {
    const { inputs, outputs } = this;
    if (x.length !== batch * inputs) {
      throw new RangeError(
        `expected ${batch} x ${inputs} = ${batch * inputs} numbers, got ${x.length}`,
      );
    }
    if (this.#result.length !== batch * outputs) this.#result = new Float32Array(batch * outputs);
    for (let first = 0; first < batch; first += BLOCK) {
      this.#forwardBlock(x, first, Math.min(BLOCK, batch - first));
    }
    return this.#result;
  }

  /**
   * What every layer makes of one sample.
   * @param {ArrayLike<number>} x
   * @returns {{shape: number[], values: Float32Array}[]} a layer each, yours to keep
   */
  trace(x) {
    let numbers = this.#input;
    numbers.values.set(x);
    return this.#layers.map(({ shape, forward }) => {
      numbers = forward(numbers, 1);
      return { shape, values: numbers.values.slice(0, volume(shape)) };
    });
  }

  /**
   * @param {ArrayLike<number>} x
   * @param {number} first
   * @param {number} samples
   */
  #forwardBlock(x, first, samples) {
    const { inputs, outputs } = this;
    const input = this.#input.values;
    for (let i = 0; i < samples * inputs; i++) input[i] = x[first * inputs + i];
    const { values } = this.#layers.reduce((numbers, { forward }) => forward(numbers, samples), this.#input);
    this.#result.set(values.subarray(0, samples * outputs), first * outputs);
  }
}
