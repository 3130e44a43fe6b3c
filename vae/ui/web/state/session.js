/** What the whole page shares: the model in use, the latent vector on the stage, the classifier. */

import { Aggregate } from "../math/aggregate.js";
import { Classifier } from "../engine/classifier.js";
import { ease } from "../canvas/schedule.js";
import { Model } from "../engine/model.js";
import { weightsURL } from "./weights.js";
import { uniforms } from "../math/random.js";

/** Latent vectors lie on a grid this fine, so that a slider shows exactly what is decoded. */
export const PER_UNIT = 1000;

const ACTIVE = 0.01;
const DIGITS = [..."0123456789"];

/**
 * Events: "loading" (detail: name), "model" (another one is in use), "failure" (detail: a
 * sentence), "z" (what is on the stage changed), "jump" (z is about to be put elsewhere at once),
 * "touch" (the first touch), "classifier" (it has come), "drawing" (another one, or none), "posterior" (of it),
 * "offer" (a model that the page made; detail: its summary), "pins" (A or B), "view" (what the parts show), "show" (detail: the tab to open), "notice"
 * (detail: a sentence).
 */
export class Session extends EventTarget {
  name = null;
  model = null;
  statistics = null;
  /** @type {Aggregate|null} the aggregate posterior; null for a model without an encoder */
  aggregate = null;
  /** @type {number[]} the latent vector on the stage */
  z = [];
  /** @type {number} the class that a conditional decoder is told */
  y = 0;
  /** @type {keyof import("../machine/origin.js").ORIGINS} where z comes from */
  origin = "example";
  /** @type {Float32Array|null} what was drawn or uploaded, as a model sees it */
  drawing = null;
  /** @type {number[][][]|null} the strokes that it was drawn with; null for a picture, or for none */
  strokes = null;
  /** q(z|x) of the drawing as Model.encode() gives it, and the picture of its mean; or null */
  posterior = null;
  /** @type {{A: number[]|null, B: number[]|null}} latent vectors that a person has pinned */
  pins = { A: null, B: null };
  touched = false;
  /** What the parts of the page show beside z, by name: strings, as an address holds them. */
  view = {};
  /** @type {import("./facts.js").ModelFacts[]} */
  models = [];
  /** @type {import("./facts.js").Facts|null} */
  facts = null;
  /** @type {Classifier|null} */
  #classifier = null;
  #models = new Map();
  #wanted = null;
  #stopEasing = () => {};

  /** Says what Python knows, and what the parts of the page begin with. */
  begin({ models, facts, view }) {
    this.models = models;
    this.facts = facts;
    this.view = view;
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
      Object.assign(this, { name, model, statistics, aggregate, y: model.classes ? y : 0 });
      this.posterior = null;
      this.pins = { A: null, B: null };
      const given = z?.length === model.latents;
      this.origin = given ? "address" : model.hasEncoder ? "example" : "prior";
      this.z = this.#clamp(given ? z : this.#beginning());
      for (const type of ["model", "posterior", "pins", "z"]) this.emit(type);
    } catch (error) {
      if (this.#wanted === name) this.emit("failure", error.message);
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

  /** @returns {Classifier|null} what reads that model's pictures: none where they are no digits */
  classifierFor(name) {
    return this.summary(name)?.digits === false ? null : this.#classifier;
  }

  /** What the page says of a model: its name, latents, classes, ...; see vae/ui/facts.py. */
  summary(name = this.name) {
    return this.models.find((one) => one.name === name);
  }

  /** @type {string[]} the names of the classes of what the model in use was trained on */
  get classNames() {
    return this.summary()?.classes ?? DIGITS;
  }

  /** Calls `act` whenever a model is put in use, and now if one already is. */
  withModel(act) {
    this.addEventListener("model", act);
    if (this.model) act();
  }

  /**
   * The dimensions, most informative first, as {index, kl, active}; kl in nats, null where there is
   * no posterior to have one.
   */
  get dimensions() {
    const { kl, activity } = this.statistics;
    const all = Array.from({ length: this.model.latents }, (_, index) => ({
      index,
      kl: kl ? kl.data[index] : null,
      active: activity ? activity.data[index] > ACTIVE : true,
    }));
    return kl ? all.sort((a, b) => b.kl - a.kl) : all;
  }

  /** The beginning of the SHA-256 of the model's file. */
  get hash() {
    return this.hashes[this.name] ?? "";
  }

  /** The mean of the encodings of a digit class, (D,), or null. */
  classMean(digit) {
    const { latents } = this.model;
    return this.statistics.class_mean?.data.subarray(digit * latents, (digit + 1) * latents) ?? null;
  }

  /** Puts z on the stage at once. Unless it is said where z comes from, a person has moved it. */
  setZ(z, origin = this.posterior ? "moved" : "moved by itself") {
    this.#stopEasing();
    this.#place(z, origin);
  }

  /** Changes one dimension of z at once. */
  setLatent(index, value) {
    this.setZ(this.z.with(index, value));
  }

  /** Tells a conditional decoder another class. */
  setClass(y) {
    this.emit("jump");
    this.y = y;
    this.emit("z");
  }

  /** Puts z on the stage by way of the straight line from the present one. */
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

  /** Puts a whole state back, at once. */
  place({ z, y, origin }) {
    this.y = y;
    this.setZ(z, origin);
  }

  /** The picture of latent vectors, 784 intensities each, in the class on the stage. */
  decode(z, batch = 1) {
    return this.model.decode(z instanceof Float32Array ? z : Float32Array.from(z), batch, this.y);
  }

  /** @param {"A"|"B"} name of the pin; z: where to put it, or null to take it away */
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

  /** The model of this name, fetched at most once. */
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
   * @param {object} summary as `models` has it
   * @returns {Promise<Model>} rejected, with a sentence, when it cannot be used
   */
  async offer(name, file, summary) {
    const model = await Model.open(URL.createObjectURL(file), name);
    await model.statistics();
    this.#models.set(name, Promise.resolve(model));
    const others = this.models.filter((one) => one.name !== name);
    this.models.splice(0, Infinity, ...others, { name, ...summary });
    this.emit("offer", { name, ...summary });
    return model;
  }

  /** q(z|x) of the drawing, whose code goes onto the stage: what is drawn is what is there. */
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

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #beginning() {
    const first = this.statistics["encodings.mean"];
    if (first) return first.data.subarray(0, this.model.latents);
    const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], this.model.latents);
    return Array.from(u, (value) => this.model.prior.quantile(value));
  }

  #clamp(z) {
    const [low, high] = this.model.prior.support;
    return onGrid(z).map((value) => Math.min(high, Math.max(low, value)));
  }

  #place(z, origin) {
    this.origin = origin;
    this.z = this.#clamp(z);
    this.emit("z");
  }
}

function onGrid(z) {
  return Array.from(z, (value) => Math.round(value * PER_UNIT) / PER_UNIT);
}
