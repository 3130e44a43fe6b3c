/** A run as the page knows it: the worker that learns, and what it has said so far. */

import { Emitter } from "../state/events.js";
import { weightsURL } from "../state/weights.js";

/**
 * @typedef {{images: number, epoch: number, seconds: number, reconstruction: number, kl: number,
 *   total: number, loss?: number}} Point of a curve, nats an image; loss: what is minimised
 * @typedef {{steps?: number, images?: number, epoch?: number, reconstruction?: number,
 *   kl?: Float64Array, perSecond?: number, cost?: number, test?: number,
 *   norms?: Object<string, number>}} Figures the last ones; kl per latent, cost in microseconds
 * @typedef {{tensors: Object<string, {shape: number[], data: Float32Array}>, config: any,
 *   settings: import("./settings.js").Settings, epoch: number, seconds: number, images: number,
 *   steps: number, test: {reconstruction: number, kl: number, total: number},
 *   state: import("./trainer.js").State}} Made a checkpoint, and what a run goes on from
 */

/**
 * One image through the network: 784 intensities of x and of the picture; mean, std, z, kl of each
 * latent; nats.
 * @typedef {{x: Float32Array, mean: number[], std: number[], z: Float64Array, kl: Float64Array,
 *   logPx: number, picture: Float32Array}} Trace
 */

/**
 * By type, what worker.js says; "begun" comes once there are digits to learn from.
 * @typedef {object} RunEvents
 * @property {Figures & Omit<Point, "kl"|"total">} figures without a reconstruction and a KL before the first step
 * @property {{samples: Uint8Array, originals: Uint8Array, reconstructions: Uint8Array}} pictures
 * @property {Trace} trace
 * @property {{mean: Float32Array}} encodings (N, D)
 * @property {{labels: Uint8Array}} labels
 * @property {Point} test
 * @property {{steps: number, latent: number, back: number, images: number}} failure latent: where it began,
 *   -1 for log p(x|z); back, images: where the run goes on from
 * @property {{norms: Object<string, number>}} norms of the gradient of each weight
 * @property {{done: number}} dreaming from 0 to 1
 * @property {undefined} paused
 * @property {Made} checkpoint
 * @property {{message: string}} error
 * @property {undefined} begun
 */

// The conditional model that dreams digits.
const DREAMER = "cvae";
// Points of a curve beyond which its older half is thinned.
const MOST_POINTS = 600;

/** @extends {Emitter<RunEvents>} */
export class Run extends Emitter {
  /** @type {Worker|null} */
  #worker = null;
  /** @type {((made: Made) => void)[]} */
  #waiting = [];
  /** @type {{x: Float32Array|null, label: number}} */
  #looked = { x: null, label: 0 };
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

  /**
   * Goes on from where another run of the same settings was, Adam's moments included.
   * @param {import("./trainer.js").State} state
   * @param {Run["curves"]} curves of that run
   */
  resume(state, curves) {
    this.curves = curves;
    this.#tell("resume", { state });
  }

  /**
   * Begins anew with the same digits.
   * @param {import("./settings.js").Settings} settings
   */
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

  /**
   * Goes on with other settings that leave the network as it is.
   * @param {import("./settings.js").Settings} settings
   */
  set(settings) {
    this.#tell("set", { settings });
  }

  /**
   * Has a digit traced from now on.
   * @param {{x: Float32Array|null, label: number}} looked a drawing, or without one the first test
   *   digit of that class
   */
  look(looked) {
    this.#looked = looked;
    this.#tell("look", looked);
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
    worker.postMessage({ type: "look", ...this.#looked });
    return worker;
  }

  /**
   * @param {string} type
   * @param {object} [rest]
   */
  #tell(type, rest = {}) {
    this.#worker?.postMessage({ type, ...rest });
  }

  /** @param {import("./settings.js").Settings} settings */
  #forget({ latents }) {
    this.curves = { train: [], test: [] };
    this.figures = {};
    this.codes.latents = latents;
  }

  /** @param {any} data what worker.js says: a type of RunEvents, and its detail */
  #hear(data) {
    REMEMBERED[data.type]?.(this, data);
    if (data.type === "checkpoint") this.#waiting.splice(0).forEach((act) => act(data));
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
    if (data.type === "labels") this.dispatchEvent(new CustomEvent("begun"));
  }
}

const sum = (/** @type {Float64Array} */ numbers) => numbers.reduce((a, b) => a + b, 0);

/**
 * What stays of what a worker says, by its type.
 * @type {Object<string, (run: Run, said: any) => void>}
 */
const REMEMBERED = {
  labels(run, /** @type {RunEvents["labels"]} */ { labels }) {
    run.codes = { ...run.codes, labels, mean: null };
  },
  encodings(run, /** @type {RunEvents["encodings"]} */ { mean }) {
    run.codes = { ...run.codes, mean };
  },
  figures(run, /** @type {RunEvents["figures"]} */ figures) {
    run.figures = { ...run.figures, ...figures };
    if (!figures.kl) return;
    const { images, epoch, seconds, reconstruction, loss } = figures;
    const kl = sum(figures.kl);
    add(run.curves.train, { images, epoch, seconds, reconstruction, kl, loss, total: reconstruction + kl });
  },
  failure(run, /** @type {RunEvents["failure"]} */ { images }) {
    run.figures = {};
    const { train, test } = run.curves;
    const before = (/** @type {Point[]} */ points) => points.filter((point) => point.images <= images);
    run.curves = { train: before(train), test: before(test) };
  },
  test(run, /** @type {RunEvents["test"]} */ point) {
    add(run.curves.test, point);
    run.figures.test = point.total;
  },
};

/**
 * @param {Point[]} points
 * @param {Point} point
 */
function add(points, point) {
  points.push(point);
  const older = MOST_POINTS / 2;
  if (points.length > MOST_POINTS) {
    points.splice(0, older, ...points.slice(0, older).filter((_, i) => i % 2));
  }
}
