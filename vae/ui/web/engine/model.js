/** A model in the page: a checkpoint's VAE, decoding and encoding as vae/model.py does. */

import { naming, openCheckpoint } from "./checkpoint.js";
import { distribution } from "../math/distribution.js";
import { posterior } from "../math/posterior.js";
import { sigmoid } from "../math/special.js";
import { network } from "./network.js";

const IMAGE = [1, 28, 28];
const PIXELS = 784;

const STATISTICS = "statistics.";

/** A variational autoencoder: prior p(z), posterior q(z|x), likelihood p(x|z). */
export class Model {
  #checkpoint;
  #decoder;
  /** @type {import("./network.js").Network|undefined} */
  #encoder;
  /** @type {import("../math/linear.js").Tensors|undefined} */
  #statistics;

  /**
   * Fetches a model, ready to decode. The encoder and the statistics come when they are asked for.
   * @param {string} url of a .safetensors checkpoint
   * @param {string} [name] what to call it, where its address does not say
   * @returns {Promise<Model>}
   * @throws {Error} naming the file and what is wrong with it
   */
  static async open(url, name) {
    const checkpoint = await openCheckpoint(url, "vae", name);
    const tensors = await checkpoint.tensors("decoder.");
    return naming(checkpoint.name, () => new Model(checkpoint, tensors));
  }

  /**
   * For Model.open only.
   * @param {import("./checkpoint.js").Checkpoint} checkpoint
   * @param {import("../math/linear.js").Tensors} tensors
   */
  constructor(checkpoint, tensors) {
    const { config, record, name } = checkpoint;
    this.#checkpoint = checkpoint;
    /** @type {string} the file's name */
    this.name = name;
    /** @type {import("./checkpoint.js").Config} */
    this.config = config;
    /** @type {import("./checkpoint.js").Record} */
    this.record = record;
    /** @type {number} D, the number of latent dimensions */
    this.latents = config.latents;
    /** @type {number} how many classes y the decoder is told of; 0 when it is p(x|z) */
    this.classes = config.classes ?? 0;
    /** @type {boolean} whether there is a posterior q(z|x); a GAN has none */
    this.hasEncoder = config.encoder.length > 0;
    /** @type {import("../math/families/family.js").Distribution} of every z_i */
    this.prior = distribution(config.prior);
    this.#decoder = network(config.decoder, tensors, "decoder.", [
      this.latents + this.classes,
    ]);
    checkOutputs("decoder", this.#decoder, PIXELS);
  }

  /**
   * The statistics stored beside the weights, fetched at the first call; see vae/evaluation.py.
   * @returns {Promise<Object<string, {shape: number[], data: Float32Array}>>} by name
   * @throws {Error} naming the file, when it has none or they do not come
   */
  async statistics() {
    this.#statistics ??= withoutPrefix(await this.#checkpoint.tensors(STATISTICS));
    return this.#statistics;
  }

  /**
   * Fetches the encoder, unless it is here; encode() works from then on.
   * @returns {Promise<void>}
   * @throws {Error} naming the file and what is wrong with it
   */
  async loadEncoder() {
    if (this.#encoder) return;
    if (!this.hasEncoder) throw new Error(`${this.name} has no encoder, and so no posterior q(z|x)`);
    const tensors = await this.#checkpoint.tensors("encoder.");
    await naming(this.name, () => {
      const encoder = network(this.config.encoder, tensors, "encoder.", IMAGE);
      checkOutputs("encoder", encoder, 2 * this.latents);
      this.#encoder = encoder;
    });
  }

  /**
   * The posterior q(z|x), independent over the D latent dimensions, of the prior's family.
   * @param {ArrayLike<number>} x one picture, 784 numbers in [0, 1]
   * @returns {import("../math/posterior.js").Posterior} yours to keep
   * @throws {RangeError} when x is not 784 numbers
   * @throws {Error} before loadEncoder() has finished
   */
  encode(x) {
    if (!this.#encoder) throw new Error(`${this.name}: call loadEncoder() before encode()`);
    return posterior(this.prior.family, this.#encoder.forward(x));
  }

  /**
   * The means of p(x|z), which are the pictures.
   * @param {ArrayLike<number>} z `batch` latent vectors of D numbers, one after another
   * @param {number} [batch]
   * @param {number|ArrayLike<number>} [y] for a conditional model: the class of all, or of each
   * @returns {Float32Array} batch * 784 numbers in [0, 1], yours to keep
   * @throws {RangeError} when z does not hold batch * D numbers
   */
  decode(z, batch = 1, y = 0) {
    return this.#decoder.forward(this.#code(z, batch, y), batch).map(sigmoid);
  }

  /**
   * The pictures before the sigmoid, for a likelihood that must not lose digits near 0 and 1.
   * @param {ArrayLike<number>} z as decode() takes it
   * @param {number} [batch]
   * @param {number|ArrayLike<number>} [y] as decode() takes it
   * @returns {Float32Array} batch * 784 numbers, yours to keep
   * @throws {RangeError} when z does not hold batch * D numbers
   */
  logits(z, batch = 1, y = 0) {
    return this.#decoder.forward(this.#code(z, batch, y), batch).slice();
  }

  /**
   * What the decoder takes: z in the prior's units, and beside it the class, one-hot.
   * @param {ArrayLike<number>} z
   * @param {number} batch
   * @param {number|ArrayLike<number>} y
   */
  #code(z, batch, y) {
    const { family, mean, std } = this.prior;
    const code = Float32Array.from(z, (value) => (family.inside(value) - mean) / std);
    if (!this.classes) return code;
    if (z.length !== batch * this.latents) {
      throw new RangeError(`expected ${batch} x ${this.latents} numbers, got ${z.length}`);
    }
    const width = this.latents + this.classes;
    const inputs = new Float32Array(batch * width);
    for (let i = 0; i < batch; i++) {
      inputs.set(code.subarray(i * this.latents, (i + 1) * this.latents), i * width);
      inputs[i * width + this.latents + (typeof y === "number" ? y : y[i])] = 1;
    }
    return inputs;
  }
}

/**
 * @param {string} what
 * @param {import("./network.js").Network} built
 * @param {number} wanted
 */
function checkOutputs(what, built, wanted) {
  if (built.outputs === wanted) return;
  throw new Error(`the ${what} should give ${wanted} numbers, but gives ${built.outputs}`);
}

/** @param {import("../math/linear.js").Tensors} tensors */
function withoutPrefix(tensors) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name.slice(STATISTICS.length), tensor]),
  );
}
