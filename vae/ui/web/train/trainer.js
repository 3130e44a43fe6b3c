/**
 * A run: a learner, the digits that it learns from, and what it has come to. Knows neither the page
 * nor the worker that it lives in.
 */

import { initialise } from "../engine/learning/initial.js";
import { Learner } from "../engine/learning/learner.js";
import { LearningWorkspace } from "../engine/learning/workspace.js";
import { distribution, familyOf } from "../math/distribution.js";
import { uniformStream } from "../math/random.js";
import { Batches, BLOCK } from "./batches.js";
import { mistakeOf } from "./mistakes.js";
import { configOf } from "./settings.js";
import { bound, encodings, statistics } from "./statistics.js";

const PIXELS = 784;
// Steps between two states that a run can go back to.
const KEPT = 300;
const TEST_SEED = 1;

// What the streams of random numbers are for.
const STREAMS = { initial: 0, order: 1, noise: 2 };

/**
 * @typedef {import("../engine/learning/parameters.js").Parameters} Parameters
 *
 * All that a step changes: with it and the same settings and digits, a run goes on as if it had never
 * stopped.
 * @typedef {{learner: ReturnType<Parameters["keep"]>, steps: number, images: number, seconds: number}} State
 */

export class Trainer {
  #workspace = new LearningWorkspace();
  #batches = new Batches();
  /** @type {State} */
  #kept = /** @type {any} */ (null);
  steps = 0;
  images = 0;
  /** Of training, nothing else. */
  seconds = 0;
  /** @type {ReturnType<typeof configOf>} */
  config = /** @type {any} */ (null);
  /** @type {import("./settings.js").Settings} */
  settings = /** @type {any} */ (null);
  /** @type {Learner} */
  learner = /** @type {any} */ (null);
  /** @type {import("../math/distribution.js").Distribution} */
  prior = /** @type {any} */ (null);

  /**
   * @param {import("./digits.js").Sets} digits
   * @param {import("./settings.js").Settings} settings
   */
  constructor(digits, settings) {
    this.digits = digits;
    this.begin(settings);
  }

  /**
   * Begins anew, with these settings.
   * @param {import("./settings.js").Settings} settings
   */
  begin(settings) {
    this.#workspace.clear();
    const config = /** @type {any} */ (configOf(settings));
    this.config = config;
    Object.assign(this, { steps: 0, images: 0, seconds: 0 });
    this.#batches = new Batches();
    const prior = distribution(this.config.prior);
    const family = familyOf(this.config.prior);
    this.learner = new Learner(config, family, prior, this.#workspace, BLOCK);
    this.prior = prior;
    this.set(settings);
    initialise(this.learner.parameters.all, this.#stream("initial", 0));
    this.#kept = this.state();
  }

  /**
   * Goes on with other settings that leave the network as it is.
   * @param {import("./settings.js").Settings} settings
   */
  set(settings) {
    // What a mistake breaks can be had back as it was before.
    if (this.steps && settings.mistake !== this.settings.mistake) this.#kept = this.state();
    this.settings = settings;
    const family = familyOf(this.config.prior);
    this.learner.useFamily({ ...family, ...mistakeOf(settings.mistake)?.family });
  }

  /** Epochs so far, the part of this one included. */
  get epoch() {
    return this.images / this.digits.train.labels.length;
  }

  /** The KL weight of this moment. */
  get klWeight() {
    const { klWeight, warmup } = this.settings;
    return this.epoch >= warmup ? klWeight : (klWeight * this.epoch) / warmup;
  }

  /**
   * A step.
   * @returns {{reconstruction: number, kl: Float64Array, loss: number, finite: boolean}} in nats an
   *   image, before the update; no update where it is not finite
   */
  step() {
    const start = performance.now();
    const { batch, rate, clip, averaging, mistake } = this.settings;
    const wrong = mistakeOf(mistake);
    const usual = { reconstruction: 1, kl: this.klWeight };
    const order = (/** @type {number} */ epoch) => this.#stream("order", epoch);
    const x = this.#batches.next(this.digits.train, this.images, batch, order);
    const samples = x.length / PIXELS;
    const noise = this.learner.drawNoise(samples, this.#stream("noise", this.steps));
    const weighting = wrong?.weighting?.(usual) ?? usual;
    const { logPx, kl, loss } = this.learner.gradients(x, samples, noise, weighting);
    const finite = Number.isFinite(loss);
    if (finite) this.learner.parameters.descend({ rate: rate * (wrong?.rate ?? 1), clip, averaging });
    this.steps += 1;
    this.images += samples;
    if (finite && this.steps % KEPT === 0) this.#kept = this.state();
    this.seconds += (performance.now() - start) / 1000;
    return { reconstruction: -logPx.reduce((a, b) => a + b, 0) / samples, kl, loss, finite };
  }

  /** Back to the last state that was kept, a few hundred steps ago at most. */
  goBack() {
    this.resume(this.#kept);
  }

  /** @returns {State} as it is now, for resume() */
  state() {
    const { steps, images, seconds } = this;
    return { learner: this.learner.parameters.keep(), steps, images, seconds };
  }

  /**
   * Goes on from where state() was called.
   * @param {State} state
   * @throws {Error} where it is that of another network
   */
  resume(state) {
    this.learner.parameters.restore(state.learner);
    const { steps, images, seconds } = state;
    Object.assign(this, { steps, images, seconds });
    this.#kept = state;
  }

  /**
   * Random numbers of their own for every use and time: runs that differ in one setting see the same
   * batches, and one that goes on needs to know nothing but how far it was.
   * @param {keyof typeof STREAMS} use
   * @param {number} time
   */
  #stream(use, time) {
    return uniformStream((3 * this.settings.seed + STREAMS[use] + Math.imul(time, 0x85ebca6b)) >>> 0);
  }

  /**
   * The bound on test digits, by the averaged weights where there are such.
   * @param {number} [most] of them, the first ones
   * @returns {{reconstruction: number, kl: number, total: number}} nats an image
   */
  test(most) {
    // The right objective, whatever mistake is being learnt with, and the same noise every time.
    this.learner.useFamily(familyOf(this.config.prior));
    const found = this.#averaged(() => bound(this.learner, this.digits.test, uniformStream(TEST_SEED), most));
    this.set(this.settings);
    return found;
  }

  /**
   * Moments and KL of the first `count` test digits' posteriors, (count, D) each.
   * @param {number} count
   */
  encodings(count) {
    return encodings(this.learner, this.digits.test, count);
  }

  /**
   * One image through the network, with the same noise every time.
   * @param {ArrayLike<number>} x 784 intensities in [0, 1]
   */
  trace(x) {
    return this.learner.trace(x, this.learner.drawNoise(1, uniformStream(TEST_SEED)));
  }

  /**
   * The pictures of latent vectors, as bytes.
   * @param {ArrayLike<number>} z (count, D)
   * @param {number} count
   */
  pictures(z, count) {
    return Uint8Array.from(this.learner.decode(z, count), (value) => 255 * value + 0.5);
  }

  /** Tensors and statistics as a checkpoint holds them, by name. */
  checkpoint() {
    return this.#averaged(() => ({
      ...this.learner.parameters.tensors(), ...statistics(this.learner, this.digits.test),
    }));
  }

  /**
   * @template T
   * @param {() => T} act
   * @returns {T}
   */
  #averaged(act) {
    return this.settings.averaging ? this.learner.parameters.withAverage(act) : act();
  }
}
