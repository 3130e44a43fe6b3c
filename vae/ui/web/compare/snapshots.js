/** The snapshots of one model: what it was at some epochs of its training, fetched one by one. */

import { openCheckpoint } from "../engine/checkpoint.js";
import { Model } from "../engine/model.js";
import { snapshotsURL } from "../state/weights.js";

/**
 * @typedef {{model: Model, encodings: Float32Array|null}} Opened a decoder, and (N, D) means of the
 *   posteriors of test digits, of a model with an encoder
 * @typedef {Object<string, number>} Entry epoch, seconds and losses
 */

export class Snapshots {
  #checkpoint;
  /** @type {Map<number, Promise<Opened>>} */
  #opened = new Map();

  /** @param {string} name of a model */
  static async open(name) {
    return new Snapshots(await openCheckpoint(snapshotsURL(name), "snapshots"));
  }

  /** @param {Awaited<ReturnType<typeof openCheckpoint>>} checkpoint */
  constructor(checkpoint) {
    this.#checkpoint = checkpoint;
    /** @type {Entry[]} one of each */
    this.entries = /** @type {any} */ (checkpoint.record).snapshots;
  }

  get length() {
    return this.entries.length;
  }

  /** The labels of the encoded test digits, or null for a model without an encoder. */
  async labels() {
    const found = await this.#checkpoint.tensors("encodings.label").catch(() => null);
    return found && Float32Array.from(found["encodings.label"].data);
  }

  /** @param {number} index @returns {Promise<Opened>} */
  opened(index) {
    const opened = this.#opened.get(index) ?? this.#fetch(index);
    this.#opened.set(index, opened);
    return opened;
  }

  /** @param {number} index */
  async #fetch(index) {
    const prefix = `snapshot.${index}.`;
    const tensors = await this.#checkpoint.tensors(prefix);
    const own = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    const { config, name, record } = this.#checkpoint;
    const model = new Model(/** @type {any} */ ({ config, record, name }), own);
    return { model, encodings: own.encodings?.data ?? null };
  }
}
