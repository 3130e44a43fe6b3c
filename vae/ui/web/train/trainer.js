/**
 * A run: a learner, the digits that it learns from, and what it has come to. Knows neither the page
 * nor the worker that it lives in.
 */

import { initialise } from "../engine/learning/initial.js";
import { Learner } from "../engine/learning/learner.js";
import { LearningWorkspace } from "../engine/learning/workspace.js";
import { distribution, familyOf } from "../math/distribution.js";
import { uniformStream } from "../math/random.js";
import { mistakeOf } from "./mistakes.js";
import { configOf } from "./settings.js";
import { columnMeans, covariance } from "./statistics.js";

const PIXELS = 784;
const BLOCK = 256;
// Steps between two states that a run can go back to.
const KEPT = 300;
const EVALUATED = 2000;
const TEST_SEED = 1;

export class Trainer {
  #workspace = new LearningWorkspace();
  /** @type {() => number} */
  #ordering = () => 0;
  /** @type {() => number} */
  #noise = () => 0;
  #order = new Uint32Array(0);
  #at = 0;
  #x = new Float32Array(BLOCK * PIXELS);
  /** @type {any} */
  #kept = null;
  steps = 0;
  images = 0;
  /** Of training, nothing else. */
  seconds = 0;
  epoch = 0;
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

  /** Begins anew, with these settings. */
  begin(settings) {
    this.#workspace.clear();
    const config = /** @type {any} */ (configOf(settings));
    this.config = config;
    // Streams of their own, so that runs which differ in one setting see the same batches.
    const [initial, ordering, noise] = [0, 1, 2].map((i) => uniformStream(3 * settings.seed + i));
    Object.assign(this, { steps: 0, images: 0, seconds: 0, epoch: 0 });
    this.#ordering = ordering;
    this.#noise = noise;
    const prior = distribution(this.config.prior);
    const family = familyOf(this.config.prior);
    this.learner = new Learner(config, family, prior, this.#workspace, BLOCK);
    this.prior = prior;
    initialise(this.learner.weights, initial);
    this.#order = new Uint32Array(0);
    this.#at = 0;
    this.set(settings);
    this.#kept = this.#state();
  }

  /** Goes on with other settings that leave the network as it is. */
  set(settings) {
    this.settings = settings;
    const family = familyOf(this.config.prior);
    this.learner.useFamily({ ...family, ...mistakeOf(settings.mistake)?.family });
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
    const samples = this.#fill(batch);
    const x = this.#x.subarray(0, samples * PIXELS);
    const noise = this.learner.drawNoise(samples, this.#noise);
    const weighting = wrong?.weighting?.(usual) ?? usual;
    const { logPx, kl, loss } = this.learner.gradients(x, samples, noise, weighting);
    const finite = Number.isFinite(loss);
    if (finite) this.learner.descend({ rate: rate * (wrong?.rate ?? 1), clip, averaging });
    this.steps += 1;
    this.images += samples;
    this.epoch = this.images / this.digits.train.labels.length;
    if (finite && this.steps % KEPT === 0) this.#kept = this.#state();
    this.seconds += (performance.now() - start) / 1000;
    return { reconstruction: -sum(logPx) / samples, kl, loss, finite };
  }

  /** Goes on from the weights of a checkpoint; Adam's moments begin anew. */
  resume(tensors, { steps, images, seconds }) {
    this.learner.load(tensors);
    Object.assign(this, { steps, images, seconds });
    this.epoch = images / this.digits.train.labels.length;
    this.#kept = this.#state();
  }

  /** Back to the last state that was kept, a few hundred steps ago at most. */
  goBack() {
    const { learner, ...rest } = this.#kept;
    this.learner.restore(learner);
    Object.assign(this, rest);
  }

  #state() {
    const { steps, images, epoch, seconds } = this;
    return { learner: this.learner.keep(), steps, images, epoch, seconds };
  }

  /** The next digits of this epoch's order, as intensities. */
  #fill(batch) {
    const { images, labels } = this.digits.train;
    if (this.#at >= this.#order.length) {
      this.#order = permutation(labels.length, this.#ordering);
      this.#at = 0;
    }
    const rows = this.#order.subarray(this.#at, this.#at + Math.min(batch, BLOCK));
    this.#at += rows.length;
    rows.forEach((row, i) => intensities(images, row * PIXELS, PIXELS, this.#x, i * PIXELS));
    return rows.length;
  }

  /**
   * The bound on test digits, by the averaged weights where there are such.
   * @param {number} [most] of them, the first ones
   * @returns {{reconstruction: number, kl: number, total: number}} nats an image
   */
  test(most = EVALUATED) {
    const { images, labels } = this.digits.test;
    const count = Math.min(most, labels.length);
    // The right objective, whatever mistake is being learnt with, and the same noise every time.
    this.learner.useFamily(familyOf(this.config.prior));
    const uniform = uniformStream(TEST_SEED);
    let [reconstruction, kl] = [0, 0];
    this.#averaged(() => batches(count, (first, samples) => {
      const x = intensities(images, first * PIXELS, samples * PIXELS, this.#x, 0);
      const terms = this.learner.evaluate(x, samples, this.learner.drawNoise(samples, uniform));
      reconstruction -= sum(terms.logPx);
      kl += sum(terms.kl) * samples;
    }));
    this.set(this.settings);
    return { reconstruction: reconstruction / count, kl: kl / count, total: (reconstruction + kl) / count };
  }

  /** Moments and KL of the first `count` test digits' posteriors, (count, D) each. */
  encodings(count) {
    const { images, labels } = this.digits.test;
    const total = Math.min(count, labels.length);
    const { latents } = this.config;
    const room = () => new Float32Array(total * latents);
    /** @type {Object<string, Float32Array>} */
    const all = { mean: room(), std: room(), kl: room() };
    batches(total, (first, samples) => {
      const x = intensities(images, first * PIXELS, samples * PIXELS, this.#x, 0);
      const found = this.learner.encode(x, samples);
      for (const name of Object.keys(all)) all[name].set(found[name], first * latents);
    });
    return all;
  }

  /** The pictures of latent vectors, as bytes. */
  pictures(z, count) {
    return Uint8Array.from(this.learner.decode(z, count), (value) => 255 * value + 0.5);
  }

  /** Tensors and statistics as a checkpoint holds them, by name. */
  checkpoint() {
    return this.#averaged(() => ({ ...this.learner.tensors(), ...this.#statistics() }));
  }

  #averaged(act) {
    return this.settings.averaging ? this.learner.withAverage(act) : act();
  }

  /** As vae/evaluation/statistics.py names them, of at most 2,000 test digits. */
  #statistics() {
    const { latents } = this.config;
    const { mean, std, kl } = this.encodings(EVALUATED);
    const label = this.digits.test.labels.slice(0, mean.length / latents);
    const found = {
      kl: vector(columnMeans(kl, latents)),
      activity: vector(covariance(mean, latents).diagonal),
      mean: vector(columnMeans(mean, latents)),
      covariance: { shape: [latents, latents], data: covariance(mean, latents, std).matrix },
      "encodings.mean": { shape: [label.length, latents], data: mean },
      "encodings.std": { shape: [label.length, latents], data: std },
      "encodings.label": { shape: [label.length], data: label },
    };
    return Object.fromEntries(Object.entries(found).map(([name, tensor]) =>
      [`statistics.${name}`, tensor]));
  }
}

const vector = (data) => ({ shape: [data.length], data });
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

function batches(count, act) {
  for (let first = 0; first < count; first += BLOCK) act(first, Math.min(BLOCK, count - first));
}

/** Bytes as numbers in [0, 1], into `to` from `start` on. */
function intensities(bytes, first, count, to, start) {
  for (let i = 0; i < count; i++) to[start + i] = bytes[first + i] / 255;
  return to.subarray(start, start + count);
}

/** Fisher and Yates. */
function permutation(count, uniform) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
