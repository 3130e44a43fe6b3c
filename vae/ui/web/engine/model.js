/** A model in the page: a checkpoint's VAE, decoding and encoding as vae/model.py does. */

import { naming, openCheckpoint } from "./checkpoint.js";
import { distribution } from "../math/distribution.js";
import { messageOf } from "../math/errors.js";
import { posterior } from "../math/posterior.js";
import { sigmoid } from "../math/special.js";
import { checkOutputs, network } from "./network.js";

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
  /** @type {{code: Float32Array, logits: Float32Array, picture?: Float32Array}|null} of the last single z */
  #last = null;

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
    return naming(checkpoint.name, () => understood(() => new Model(checkpoint, tensors)));
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
   * @returns {Promise<Object<string, {shape: number[], data: Float32Array}>>} by name; a file may
   *   have none
   * @throws {Error} naming the file, when they do not come
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
    await naming(this.name, () => understood(() => {
      const encoder = network(this.config.encoder, tensors, "encoder.", IMAGE);
      checkOutputs("encoder", encoder, 2 * this.latents);
      this.#encoder = encoder;
    }));
  }

  /**
   * The posterior q(z|x), independent over the D latent dimensions, of the prior's family.
   * @param {ArrayLike<number>} x one picture, 784 numbers in [0, 1]
   * @returns {import("../math/posterior.js").Posterior} yours to keep
   * @throws {RangeError} when x is not 784 numbers
   * @throws {Error} before loadEncoder() has finished
   */
  encode(x) {
    return posterior(this.prior.family, this.#readyEncoder.forward(x));
  }

  /**
   * What every layer of the encoder makes of a picture, as encode() takes it.
   * @param {ArrayLike<number>} x
   */
  traceEncoder(x) {
    return this.#readyEncoder.trace(x);
  }

  get #readyEncoder() {
    if (!this.#encoder) throw new Error(`${this.name}: call loadEncoder() before encode()`);
    return this.#encoder;
  }

  /**
   * The means of p(x|z), which are the pictures.
   * @param {ArrayLike<number>} z `batch` latent vectors of D numbers, one after another
   * @param {number} [batch]
   * @param {number|ArrayLike<number>} [y] for a conditional model: the class of all, or of each
   * @returns {Float32Array} batch * 784 numbers in [0, 1], to keep and not to change: the picture of the
   *   same single z is the same array
   * @throws {RangeError} when z does not hold batch * D numbers
   */
  decode(z, batch = 1, y = 0) {
    const logits = this.#logits(z, batch, y);
    if (batch !== 1 || !this.#last) return logits.map(sigmoid);
    return this.#last.picture ??= logits.map(sigmoid);
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
    return this.#logits(z, batch, y).slice();
  }

  /**
   * Those of a single z are kept: its picture, its costs and what is read in it are asked for one after
   * the other.
   * @param {ArrayLike<number>} z
   * @param {number} batch
   * @param {number|ArrayLike<number>} y
   * @returns {Float32Array} until the next call
   */
  #logits(z, batch, y) {
    const code = this.#code(z, batch, y);
    if (batch !== 1) return this.#decoder.forward(code, batch);
    const last = this.#last;
    const same = last?.code.length === code.length && last.code.every((value, i) => value === code[i]);
    if (last && same) return last.logits;
    const logits = this.#decoder.forward(code, 1).slice();
    this.#last = { code, logits };
    return logits;
  }

  /**
   * What the decoder takes for one z, and what every layer makes of it.
   * @param {ArrayLike<number>} z
   * @param {number} y as decode() takes it
   */
  traceDecoder(z, y) {
    const values = this.#code(z, 1, y);
    return [{ shape: [values.length], values }, ...this.#decoder.trace(values)];
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
 * @template T
 * @param {() => T} build what a configuration describes
 * @returns {T}
 */
function understood(build) {
  try {
    return build();
  } catch (error) {
    throw new Error(`is damaged, or of another version: ${messageOf(error)}`, { cause: error });
  }
}

/** @param {import("../math/linear.js").Tensors} tensors */
function withoutPrefix(tensors) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name.slice(STATISTICS.length), tensor]),
  );
}
