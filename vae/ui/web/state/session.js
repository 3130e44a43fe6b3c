/** What the whole page shares: the model in use, the latent vector on the stage, the classifier. */

import { Aggregate } from "../math/aggregate.js";
import { Classifier } from "../engine/classifier.js";
import { ease } from "../canvas/schedule.js";
import { Model } from "../engine/model.js";
import { messageOf } from "../math/errors.js";
import { uniforms } from "../math/random.js";
import { Emitter } from "./events.js";
import { weightsURL } from "./weights.js";

/** Latent vectors lie on a grid this fine, so that a slider shows exactly what is decoded. */
export const PER_UNIT = 1000;

const ACTIVE = 0.01;
const DIGITS = [..."0123456789"];
// What a field holds until the first model is there, for which no part of the page looks before.
const none = /** @type {any} */ (null);

/**
 * @typedef {import("../math/linear.js").Tensors} Tensors
 * @typedef {import("./facts.js").ModelFacts} ModelFacts
 * @typedef {import("../math/posterior.js").Posterior & {
 *   code: ArrayLike<number>, picture?: Float32Array,
 *   mode?: {mean: ArrayLike<number>, std: ArrayLike<number>, gain: number}|null,
 * }} DrawingPosterior q(z|x) of the drawing: the code that goes onto
 *   the stage, its picture, and where it was looked for, the mode of p(z|x)
 * @typedef {{tab?: string, plane?: string, compare?: string, seed?: string, p?: string, p2?: string, p3?: string,
 *   p4?: string}} View what the parts of the page show beside z, as an address holds it
 * @typedef {{z: number[], y: number, origin: string}} Place
 */

/** @extends {Emitter<import("./events.js").SessionEvents>} */
export class Session extends Emitter {
  /** The name of the model in use; "" before the first. */
  name = "";
  /** @type {Model} the model in use; null before the first event "model" */
  model = none;
  /** @type {Tensors} the statistics of its file; null before the first event "model" */
  statistics = none;
  /** @type {Aggregate|null} the aggregate posterior; null for a model without an encoder */
  aggregate = null;
  /** @type {number[]} the latent vector on the stage */
  z = [];
  /** @type {number} the class that a conditional decoder is told */
  y = 0;
  /** @type {string} where z comes from; see machine/origin.js */
  origin = "example";
  /** @type {Float32Array|null} what was drawn or uploaded, as a model sees it */
  drawing = null;
  /** @type {number[][][]|null} the strokes that it was drawn with; null for a picture, or for none */
  strokes = null;
  /** @type {DrawingPosterior|null} */
  posterior = null;
  /** @type {{A: number[]|null, B: number[]|null}} latent vectors that a person has pinned */
  pins = { A: null, B: null };
  touched = false;
  /** @type {View} */
  view = {};
  /** @type {ModelFacts[]} */
  models = [];
  /** @type {import("./facts.js").Facts} null before `begin` */
  facts = none;
  /** @type {Classifier|null} */
  #classifier = null;
  /** @type {Map<string, Promise<Model>>} */
  #models = new Map();
  #wanted = "";
  #stopEasing = () => {};

  /**
   * Says what Python knows, and what the parts of the page begin with.
   * @param {{models: ModelFacts[], facts: import("./facts.js").Facts, view: View}} known
   */
  begin({ models, facts, view }) {
    this.models = models;
    this.facts = facts;
    this.view = view;
  }

  /**
   * Says what a part of the page shows, for the address.
   * @param {View} change undefined for what is to be left out
   */
  show(change) {
    this.view = { ...this.view, ...change };
    this.emit("view");
  }

  /** @type {Object<string, string>} the beginning of the SHA-256 of every model's file, by name */
  get hashes() {
    return Object.fromEntries(this.models.map(({ name, hash }) => [name, hash]));
  }

  /**
   * Puts a model in use. When it cannot be loaded the previous one stays, and says why.
   * @param {string} name
   * @param {number[]} [z] where to begin, when it suits the model
   * @param {number} [y]
   */
  async choose(name, z, y = 0) {
    this.#wanted = name;
    this.emit("loading", name);
    try {
      const model = await this.open(name);
      const statistics = await model.statistics();
      if (this.#wanted !== name) return;
      this.#stopEasing();
      const aggregate = model.hasEncoder ? new Aggregate(statistics, model.prior) : null;
      [this.name, this.model, this.statistics, this.aggregate] = [name, model, statistics, aggregate];
      this.y = model.classes ? y : 0;
      this.posterior = null;
      this.pins = { A: null, B: null };
      const given = z?.length === model.latents ? z : null;
      this.origin = given ? "address" : model.hasEncoder ? "example" : "prior";
      this.z = this.#clamp(given ?? this.#beginning());
      this.emit("model");
      this.emit("posterior");
      this.emit("pins");
      this.emit("z");
    } catch (error) {
      if (this.#wanted === name) this.emit("failure", messageOf(error));
    }
  }

  /** Fetches the classifier; the page works without it until it comes. */
  async loadClassifier() {
    this.#classifier = await Classifier.open(weightsURL("classifier")).catch(() => null);
    if (this.#classifier) this.emit("classifier");
  }

  /** The classifier, if it has come and the model in use is of digits. */
  get classifier() {
    return this.classifierFor(this.name);
  }

  /** @type {boolean} whether the classifier has come */
  get hasClassifier() {
    return this.#classifier !== null;
  }

  /**
   * @param {string} name of a model
   * @returns {Classifier|null} what reads its pictures: none where they are no digits
   */
  classifierFor(name) {
    return this.reads(name) ? this.#classifier : null;
  }

  /** Whether the images of that model are digits, which the classifier reads. */
  reads(name = this.name) {
    return this.summary(name)?.digits !== false;
  }

  /**
   * What the page says of a model, the one in use where none is named.
   * @param {string} [name]
   */
  summary(name = this.name) {
    return this.models.find((one) => one.name === name);
  }

  /** @type {string[]} the names of the classes of what the model in use was trained on */
  get classNames() {
    return this.summary()?.classes ?? DIGITS;
  }

  /**
   * Calls `act` whenever a model is put in use, and now if one already is.
   * @param {() => void} act
   */
  withModel(act) {
    this.addEventListener("model", act);
    if (this.model) act();
  }

  /**
   * The dimensions, most informative first; kl in nats, null where there is no posterior to have one.
   * @returns {{index: number, kl: number|null, active: boolean}[]}
   */
  get dimensions() {
    const { kl, activity } = this.statistics;
    const all = Array.from({ length: this.model.latents }, (_, index) => ({
      index,
      kl: kl ? kl.data[index] : null,
      active: activity ? activity.data[index] > ACTIVE : true,
    }));
    return kl ? all.sort((a, b) => kl.data[b.index] - kl.data[a.index]) : all;
  }

  /** The beginning of the SHA-256 of the model's file. */
  get hash() {
    return this.hashes[this.name] ?? "";
  }

  /**
   * The mean of the encodings of a digit class, (D,), or null.
   * @param {number} digit
   */
  classMean(digit) {
    const { latents } = this.model;
    return this.statistics.class_mean?.data.subarray(digit * latents, (digit + 1) * latents) ?? null;
  }

  /**
   * Puts z on the stage at once. Unless it is said where z comes from, a person has moved it.
   * @param {ArrayLike<number>} z
   * @param {string} [origin]
   */
  setZ(z, origin = this.posterior ? "moved" : "moved by itself") {
    this.#stopEasing();
    this.#place(z, origin);
  }

  /**
   * Changes one dimension of z at once.
   * @param {number} index
   * @param {number} value
   */
  setLatent(index, value) {
    this.setZ(this.z.with(index, value));
  }

  /**
   * Tells a conditional decoder another class.
   * @param {number} y
   */
  setClass(y) {
    this.emit("jump");
    this.y = y;
    this.emit("z");
  }

  /**
   * Puts z on the stage by way of the straight line from the present one.
   * @param {ArrayLike<number>} z
   * @param {string} [origin]
   */
  moveTo(z, origin = this.posterior ? "moved" : "moved by itself") {
    this.emit("jump");
    this.#stopEasing();
    const [from, to] = [this.z, onGrid(z)];
    this.#stopEasing = ease((t) => {
      this.#place(t === 1 ? to : from.map((value, i) => value + t * (to[i] - value)), origin);
    });
  }

  /** Takes z back to the code of what was drawn. */
  moveBack() {
    if (this.posterior) this.moveTo(this.posterior.code, "posterior");
  }

  /**
   * Puts a whole state back, at once.
   * @param {Place} state
   */
  place({ z, y, origin }) {
    this.y = y;
    this.setZ(z, origin);
  }

  /**
   * The picture of latent vectors, 784 intensities each, in the class on the stage.
   * @param {ArrayLike<number>} z
   * @param {number} [batch]
   */
  decode(z, batch = 1) {
    return this.model.decode(z instanceof Float32Array ? z : Float32Array.from(z), batch, this.y);
  }

  /**
   * @param {"A"|"B"} name of the pin
   * @param {ArrayLike<number>|null} z where to put it, or null to take it away
   */
  pin(name, z) {
    this.pins[name] = z && this.#clamp(z);
    this.emit("pins");
  }

  /**
   * @param {Float32Array|null} x a drawing or a picture as a model sees it, 784 intensities
   * @param {number[][][]|null} [strokes] that it was drawn with
   */
  setDrawing(x, strokes = null) {
    this.drawing = x;
    this.strokes = strokes;
    this.emit("drawing");
  }

  /**
   * The model of this name, fetched at most once.
   * @param {string} name
   */
  open(name) {
    const opened = this.#models.get(name) ?? Model.open(weightsURL(name));
    this.#models.set(name, opened);
    opened.catch(() => this.#models.delete(name));
    return opened;
  }

  /**
   * Offers a model that a person made or opened.
   * @param {string} name
   * @param {Blob} file a checkpoint
   * @param {Omit<ModelFacts, "name">} summary as `models` has it
   * @returns {Promise<Model>} rejected, with a sentence, when it cannot be used
   */
  async offer(name, file, summary) {
    const model = await Model.open(URL.createObjectURL(file), name);
    await model.statistics();
    this.#models.set(name, Promise.resolve(model));
    const offered = { name, ...summary };
    this.models = [...this.models.filter((one) => one.name !== name), offered];
    this.emit("offer", offered);
    return model;
  }

  /**
   * q(z|x) of the drawing, whose code goes onto the stage: what is drawn is what is there.
   * @param {DrawingPosterior|null} posterior
   */
  setPosterior(posterior) {
    this.posterior = posterior;
    const bereft = !posterior && (this.origin === "posterior" || this.origin === "moved");
    if (bereft) this.origin = "left";
    this.emit("posterior");
    if (posterior) this.setZ(Array.from(posterior.code), "posterior");
    else if (bereft) this.emit("z");
  }

  /** Says that somebody has taken over. */
  touch() {
    if (this.touched) return;
    this.touched = true;
    this.emit("touch");
  }

  #beginning() {
    const first = this.statistics["encodings.mean"];
    if (first) return first.data.subarray(0, this.model.latents);
    const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], this.model.latents);
    return Array.from(u, (value) => this.model.prior.quantile(value));
  }

  /** @param {ArrayLike<number>} z */
  #clamp(z) {
    const [low, high] = this.model.prior.support;
    return onGrid(z).map((value) => Math.min(high, Math.max(low, value)));
  }

  /**
   * @param {ArrayLike<number>} z
   * @param {string} origin
   */
  #place(z, origin) {
    this.origin = origin;
    this.z = this.#clamp(z);
    this.emit("z");
  }
}

/** @param {ArrayLike<number>} z */
function onGrid(z) {
  return Array.from(z, (value) => Math.round(value * PER_UNIT) / PER_UNIT);
}
