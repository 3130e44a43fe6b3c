/**
 * The models that can be put in use: what is said of each, its file, fetched at most once, and the
 * classifier, which reads the pictures of those that were trained on digits.
 */

import { Classifier } from "../engine/classifier.js";
import { Model } from "../engine/model.js";
import { messageOf } from "../math/errors.js";
import { weightsURL } from "./weights.js";

/** @typedef {import("./facts.js").ModelFacts} ModelFacts */

export class Library {
  /** @type {ModelFacts[]} */
  models = [];
  /** Why there is no classifier, in a sentence; "" when it has come, or is to come. */
  classifierTrouble = "";
  /** @type {Classifier|null} */
  #classifier = null;
  /** @type {Map<string, Promise<Model>>} */
  #opened = new Map();
  #events;

  /** @param {import("./events.js").Emitter<import("./events.js").SessionEvents>} events where it tells */
  constructor(events) {
    this.#events = events;
  }

  /** @type {Object<string, string>} the beginning of the SHA-256 of every model's file, by name */
  get hashes() {
    return Object.fromEntries(this.models.map(({ name, hash }) => [name, hash]));
  }

  /**
   * What the page says of a model.
   * @param {string} name
   */
  summary(name) {
    return this.models.find((one) => one.name === name);
  }

  /**
   * The model of this name.
   * @param {string} name
   */
  open(name) {
    const opened = this.#opened.get(name) ?? Model.open(weightsURL(name));
    this.#opened.set(name, opened);
    opened.catch(() => this.#opened.delete(name));
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
    // All of it is read now, so that what is wrong with it is said now.
    await Promise.all([model.statistics(), model.hasEncoder && model.loadEncoder()]);
    this.#opened.set(name, Promise.resolve(model));
    const offered = { name, ...summary };
    this.models = [...this.models.filter((one) => one.name !== name), offered];
    this.#events.emit("offer", offered);
    return model;
  }

  /** Fetches the classifier; the page works without it until it comes. */
  async loadClassifier() {
    try {
      this.#classifier = await Classifier.open(weightsURL("classifier"));
      this.classifierTrouble = "";
    } catch (error) {
      this.classifierTrouble = `Nothing reads the digits: ${messageOf(error)}, by choosing a model.`;
    }
    this.#events.emit("classifier");
  }

  /**
   * Whether the images of a model are digits, which the classifier reads.
   * @param {string} name
   */
  reads(name) {
    return this.summary(name)?.digits !== false;
  }

  /**
   * @param {string} name of a model
   * @returns {Classifier|null} what reads its pictures, if it has come: none where they are no digits
   */
  classifierFor(name) {
    return this.reads(name) ? this.#classifier : null;
  }
}
