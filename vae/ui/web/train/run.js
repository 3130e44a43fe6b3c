/** A run as the page knows it: the worker that learns, and what it has said so far. */

import { openCheckpoint } from "../engine/checkpoint.js";
import { weightsURL } from "../state/weights.js";

/**
 * @typedef {{images: number, epoch: number, seconds: number, reconstruction: number, kl: number,
 *   total: number}} Point of a curve, nats an image
 * @typedef {{steps?: number, images?: number, epoch?: number, reconstruction?: number,
 *   kl?: Float64Array, perSecond?: number, cost?: number, test?: number,
 *   norms?: Object<string, number>}} Figures the last ones; kl per latent, cost in microseconds
 * @typedef {{tensors: Object<string, {shape: number[], data: Float32Array}>, config: any,
 *   settings: import("./settings.js").Settings, epoch: number, seconds: number, images: number,
 *   steps: number, test: {reconstruction: number, kl: number, total: number}}} Made a checkpoint
 */

// The conditional model that dreams digits.
const DREAMER = "cvae";
// Points of a curve beyond which its older half is thinned.
const MOST_POINTS = 600;

/**
 * Events: the types of worker.js, as they come, the detail being what was said; "begun" once there
 * are digits to learn from.
 */
export class Run extends EventTarget {
  /** @type {Worker|null} */
  #worker = null;
  /** @type {((made: Made) => void)[]} */
  #waiting = [];
  /** @type {boolean} whether it learns, or is to as soon as it has its digits */
  learns = false;
  /** @type {{train: Point[], test: Point[]}} */
  curves = { train: [], test: [] };
  /** @type {Figures} */
  figures = {};
  /** @type {{mean: Float32Array|null, labels: Uint8Array, latents: number}} */
  codes = { mean: null, labels: new Uint8Array(0), latents: 1 };

  /**
   * Gives it digits and settings, and begins anew.
   * @param {import("./digits.js").Sets|null} digits handed over for good; null for dreamed ones
   * @param {import("./settings.js").Settings} settings
   * @returns {Promise<void>} when it can learn
   */
  begin(digits, settings) {
    const worker = (this.#worker ??= this.#hire());
    this.#forget(settings);
    const begun = new Promise((resolve) => this.addEventListener("begun", resolve, { once: true }));
    if (digits) {
      const buffers = Object.values(digits).flatMap(({ images, labels }) =>
        [images.buffer, labels.buffer]);
      worker.postMessage({ type: "begin", digits, settings }, buffers);
    } else this.#tell("dream", { url: weightsURL(DREAMER), settings });
    return begun;
  }

  /** Goes on from a checkpoint in a file; at: its steps, images and seconds. */
  async resume(file, at) {
    const checkpoint = await openCheckpoint(URL.createObjectURL(file), "vae", "the kept run");
    const parts = await Promise.all(["encoder.", "decoder."].map((part) => checkpoint.tensors(part)));
    this.#tell("resume", { tensors: Object.assign({}, ...parts), at });
  }

  /** Begins anew with the same digits. */
  restart(settings) {
    this.#forget(settings);
    this.#tell("restart", { settings });
  }

  /** @param {boolean} slow whether to take a step at a time, for a person to follow */
  start(slow) {
    this.#tell("run", { slow });
  }

  pause() {
    this.#tell("pause");
  }

  step() {
    this.#tell("step");
  }

  /** Goes on with other settings that leave the network as it is. */
  set(settings) {
    this.#tell("set", { settings });
  }

  /** @returns {Promise<Made>} */
  checkpoint() {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tell("checkpoint");
    });
  }

  /** Ends it for good, and gives its memory back. */
  end() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #hire() {
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = ({ message }) =>
      this.#hear({ type: "error", message: `The worker stopped: ${message}` });
    return worker;
  }

  #tell(type, rest = {}) {
    this.#worker?.postMessage({ type, ...rest });
  }

  #forget({ latents }) {
    this.curves = { train: [], test: [] };
    this.figures = {};
    this.codes.latents = latents;
  }

  #hear(data) {
    REMEMBERED[data.type]?.(this, data);
    if (data.type === "checkpoint") this.#waiting.splice(0).forEach((act) => act(data));
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
    if (data.type === "labels") this.dispatchEvent(new CustomEvent("begun"));
  }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** What stays of what a worker says, by its type. */
const REMEMBERED = {
  labels(run, { labels }) {
    run.codes = { ...run.codes, labels, mean: null };
  },
  encodings(run, { mean }) {
    run.codes = { ...run.codes, mean };
  },
  figures(run, figures) {
    run.figures = { ...run.figures, ...figures };
    if (!figures.kl) return;
    const { images, epoch, seconds, reconstruction } = figures;
    const kl = sum(figures.kl);
    add(run.curves.train, { images, epoch, seconds, reconstruction, kl, total: reconstruction + kl });
  },
  test(run, point) {
    add(run.curves.test, point);
    run.figures.test = point.total;
  },
};

function add(points, point) {
  points.push(point);
  const older = MOST_POINTS / 2;
  if (points.length > MOST_POINTS) {
    points.splice(0, older, ...points.slice(0, older).filter((_, i) => i % 2));
  }
}
