/**
 * Digits that nobody wrote: drawn by a shipped conditional model, z from its prior and each class in
 * turn, without end. Those that a run learns from are replaced by fresh ones as it goes.
 */

import { Model } from "../engine/model.js";
import { uniformStream } from "../math/random.js";

const PIXELS = 784;
const SEED = 3;
// How many are drawn before a run begins, to learn from and to test on, and how many at once.
const FIRST = { train: 2000, test: 500 };
const TOGETHER = 50;

export class Dreamer {
  #model;
  #uniform = uniformStream(SEED);
  #next = 0;

  /** @param {string} url of a conditional model's checkpoint */
  static async open(url) {
    return new Dreamer(await Model.open(url));
  }

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
  }

  /**
   * The digits to begin with, some at every step.
   * @returns {Generator<number, import("./digits.js").Sets>} the share that is drawn, from 0 to 1
   */
  *first() {
    const sets = /** @type {import("./digits.js").Sets} */ ({});
    let done = 0;
    for (const name of /** @type {("train"|"test")[]} */ (["train", "test"])) {
      const count = FIRST[name];
      sets[name] = { images: new Uint8Array(count * PIXELS), labels: new Uint8Array(count) };
      for (let at = 0; at < count; at += TOGETHER) {
        this.#draw(sets[name], at, TOGETHER);
        done += TOGETHER;
        yield done / (FIRST.train + FIRST.test);
      }
    }
    return sets;
  }

  /**
   * Draws `count` of the digits to learn from anew, the oldest ones.
   * @param {import("./digits.js").Sets} sets
   * @param {number} count
   */
  refresh({ train }, count) {
    const total = train.labels.length;
    const at = this.#next % total;
    this.#next += this.#draw(train, at, Math.min(count, total - at));
  }

  /**
   * @param {import("./digits.js").Digits} digits to be written into
   * @param {number} at from this one on
   * @param {number} count
   * @returns {number} count
   */
  #draw({ images, labels }, at, count) {
    const { prior, latents, classes } = this.#model;
    const z = Float32Array.from({ length: count * latents }, () => prior.quantile(this.#uniform()));
    const y = Array.from({ length: count }, (_, i) => (at + i) % classes);
    const pictures = this.#model.decode(z, count, y);
    pictures.forEach((value, i) => (images[at * PIXELS + i] = 255 * value + 0.5));
    labels.set(y, at);
    return count;
  }
}
