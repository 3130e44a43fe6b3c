/**
 * What the worker says of its model while that learns, each thing as often as it is of use.
 *
 * Messages have a {type}: "labels", "figures", "norms", "pictures", "trace", "encodings", "test".
 */

import { uniforms } from "../math/random.js";

/** @typedef {import("./trainer.js").Trainer} Trainer */

// Milliseconds between two of a kind.
const EVERY = { pictures: 70, encodings: 250, test: 2500 };
const SAMPLES = 40;
const MAPPED = 500;
const PIXELS = 784;

export class Reports {
  /** @type {Trainer|null} null before a run has begun: nothing is said then */
  #trainer = null;
  // Of the samples.
  #z = new Float32Array();
  /** @type {number[]} rows of the test digits that are reconstructed */
  #shown = [];
  /** @type {{x: Float32Array|null, label: number}} the digit that is traced: a drawing, or a test digit */
  #looked = { x: null, label: 0 };
  /** @type {Object<string, number>} when each kind was said last */
  #last = {};
  /** @type {ReturnType<typeof nothing>|null} sums since the last figures */
  #since = null;
  /** @type {{images: number, time: number}|null} at the last figures */
  #meter = null;

  /**
   * Says everything of a run that begins. Its samples' z and the digits that it reconstructs stay.
   * @param {Trainer} trainer
   */
  begin(trainer) {
    this.#trainer = trainer;
    const { prior, config, digits: { test } } = trainer;
    this.#z = Float32Array.from(uniforms(7, SAMPLES * config.latents), (u) => prior.quantile(u));
    this.#shown = Array.from({ length: 10 }, (_, label) => Math.max(0, test.labels.indexOf(label)));
    this.#last = {};
    this.#since = null;
    postMessage({ type: "labels", labels: test.labels.slice(0, MAPPED) });
    this.all();
  }

  /** From here on images are counted. */
  start() {
    this.#since = null;
    this.#meter = this.#trainer && { images: this.#trainer.images, time: performance.now() };
  }

  /**
   * Traces another digit.
   * @param {Float32Array|null} x
   * @param {number} label
   */
  look(x, label) {
    this.#looked = { x, label };
    if (this.#trainer) this.#trace(this.#trainer);
  }

  /** Before a step. */
  before() {
    this.#since ??= this.#trainer && nothing(this.#trainer);
  }

  /** @param {ReturnType<Trainer["step"]>} step */
  after({ reconstruction, loss, kl }) {
    const since = this.#since;
    if (!since) return;
    since.steps += 1;
    since.reconstruction += reconstruction;
    since.loss += loss;
    kl.forEach((value, i) => (since.kl[i] += value));
  }

  /** Forgets the steps that led to nothing. */
  forget() {
    this.#since = null;
  }

  norms() {
    postMessage({ type: "norms", norms: this.#trainer?.learner.parameters.gradientNorms() });
  }

  all() {
    this.#say(() => true);
  }

  due() {
    const now = performance.now();
    this.#say((kind) => now - (this.#last[kind] ?? -Infinity) >= EVERY[kind]);
  }

  /** Everything but the test, which takes a while, where that is not due. */
  allInPassing() {
    const now = performance.now();
    this.#say((kind) => kind !== "test" || !(now - this.#last.test < EVERY.test));
  }

  /** @param {(kind: keyof typeof EVERY) => boolean} wanted */
  #say(wanted) {
    const trainer = this.#trainer;
    if (!trainer) return;
    if (wanted("pictures")) {
      this.#last.pictures = performance.now();
      this.#pictures(trainer);
      this.#trace(trainer);
      this.#figures(trainer);
    }
    if (wanted("encodings")) {
      this.#last.encodings = performance.now();
      const { mean } = trainer.encodings(MAPPED);
      postMessage({ type: "encodings", mean });
    }
    if (wanted("test")) {
      this.#last.test = performance.now();
      const { images, epoch, seconds } = trainer;
      postMessage({ type: "test", images, epoch, seconds, ...trainer.test() });
    }
  }

  /** @param {Trainer} trainer */
  #pictures(trainer) {
    const shown = this.#shown;
    const samples = trainer.pictures(this.#z, SAMPLES);
    const { images } = trainer.digits.test;
    const originals = new Uint8Array(shown.length * PIXELS);
    shown.forEach((row, i) => originals.set(images.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS));
    const { mean } = trainer.learner.encode(Float32Array.from(originals, (byte) => byte / 255), 10);
    const reconstructions = trainer.pictures(mean, 10);
    postMessage({ type: "pictures", samples, originals, reconstructions });
  }

  /** The digit that a person looks at, through the network as it is now. @param {Trainer} trainer */
  #trace(trainer) {
    const { images } = trainer.digits.test;
    const first = PIXELS * this.#shown[this.#looked.label];
    const x = this.#looked.x
      ?? Float32Array.from(images.subarray(first, first + PIXELS), (byte) => byte / 255);
    postMessage({ type: "trace", x, ...trainer.trace(x) });
  }

  /** @param {Trainer} trainer */
  #figures({ steps, images, epoch, seconds, klWeight, learner }) {
    const general = { type: "figures", steps, images, epoch, seconds, klWeight };
    const since = this.#since;
    if (!since) return postMessage(general);
    const now = performance.now();
    const meter = this.#meter;
    const perSecond = meter && (1000 * (images - meter.images)) / (now - meter.time);
    this.#meter = { images, time: now };
    this.#since = null;
    const mean = (/** @type {number} */ value) => value / since.steps;
    postMessage({
      ...general,
      reconstruction: mean(since.reconstruction),
      loss: mean(since.loss),
      kl: since.kl.map(mean),
      perSecond,
      cost: (1e6 * (seconds - since.seconds)) / (images - since.images),
      norms: learner.parameters.gradientNorms(),
    });
  }
}

/**
 * Sums over no step yet.
 * @param {Trainer} trainer
 */
function nothing({ config, images, seconds }) {
  return { steps: 0, reconstruction: 0, loss: 0, kl: new Float64Array(config.latents), images, seconds };
}
