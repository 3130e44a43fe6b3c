/**
 * A training on the server, which `train.py --watch` lets everybody follow: what a run says, from the
 * file that is written of it; see vae/training/live.py.
 */

import { Emitter } from "../state/events.js";
import { fetchJSON } from "../state/weights.js";

const FILE = "live/training.json";
// Milliseconds between two looks at the file.
const EVERY = 1000;

/**
 * @typedef {import("./run.js").Run} Run
 * @typedef {import("./run.js").RunEvents} RunEvents
 * @typedef {{name: string, epoch: number, epochs: number, images: number, seconds: number,
 *   prior: import("../math/distribution.js").Spec, latents: number,
 *   losses: {reconstruction: number, kl: number}, history: Object<string, number>[],
 *   encodings: string, labels: string, kl: string, samples: string, originals: string,
 *   reconstructions: string}} Written
 */

/** @extends {Emitter<RunEvents>} */
export class Watched extends Emitter {
  /** @type {Run["curves"]} */
  curves = { train: [], test: [] };
  /** @type {Run["figures"]} */
  figures = {};
  /** @type {Run["codes"]} */
  codes = { mean: null, labels: new Uint8Array(0), latents: 1 };
  /** @type {Written|null} what was read last */
  written = null;
  #say;
  #timer = 0;

  /** @param {(sentence: string) => void} say */
  constructor(say) {
    super();
    this.#say = say;
    this.#look();
  }

  /** Ends it for good. */
  end() {
    clearTimeout(this.#timer);
    this.#timer = -1;
  }

  async #look() {
    /** @type {Written|null} */
    const written = await fetchJSON(`${FILE}?${Date.now()}`).catch(() => null);
    if (this.#timer < 0) return;
    if (written && written.images !== this.written?.images) this.#show(written);
    if (written) {
      this.#say(`The server trains ${written.name}: epoch ${written.epoch.toFixed(2)} of ${written.epochs}.`);
    } else if (this.written) this.#say(`The training of ${this.written.name} on the server is over.`);
    else this.#say("The server trains nothing now: run python train.py --watch mlp-20 there.");
    this.#timer = setTimeout(() => this.#look(), EVERY);
  }

  /** @param {Written} written */
  #show(written) {
    const before = this.written;
    this.written = written;
    const another = before?.name !== written.name || written.images < before.images;
    const mean = new Float32Array(bytesOf(written.encodings).buffer);
    this.codes = { mean, labels: bytesOf(written.labels), latents: written.latents };
    const { images, epoch, history } = written;
    const past = another ? null : before;
    const figures = {
      images, epoch, seconds: written.seconds, reconstruction: written.losses.reconstruction,
      kl: Float64Array.from(new Float32Array(bytesOf(written.kl).buffer)),
      perSecond: past ? (images - past.images) / (written.seconds - past.seconds) : undefined,
      test: history.at(-1)?.test_total,
    };
    this.figures = figures;
    const [train, test] = /** @type {const} */ (["train", "test"]).map((set) =>
      points(history, set, images / epoch));
    this.curves = { train, test };
    if (another) this.emit("labels", { labels: this.codes.labels });
    this.emit("figures", figures);
    this.emit("encodings", { mean });
    this.emit("pictures", {
      samples: bytesOf(written.samples),
      originals: bytesOf(written.originals),
      reconstructions: bytesOf(written.reconstructions),
    });
  }
}

/** @param {string} text in base64 */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * @param {Object<string, number>[]} history as a checkpoint has it
 * @param {"train"|"test"} set
 * @param {number} size images an epoch
 */
const points = (history, set, size) => history.map((entry) => ({
  images: entry.epoch * size,
  epoch: entry.epoch,
  seconds: entry.seconds,
  reconstruction: entry[`${set}_reconstruction`],
  kl: entry[`${set}_kl`],
  total: entry[`${set}_total`],
}));
