/** What the whole page shares: what is on the stage, the models to choose from, and what the parts show. */

import { messageOf } from "../math/errors.js";
import { Library } from "./library.js";
import { Stage } from "./stage.js";

const DIGITS = [..."0123456789"];

/** @typedef {import("./address.js").View} View what the parts of the page show beside z */

export class Session extends Stage {
  library = new Library(this);
  touched = false;
  /** @type {View} */
  view = {};
  /** @type {import("./facts.js").Facts} null before `begin` */
  facts = /** @type {any} */ (null);
  /** Why the model that was asked for last is not in use, in a sentence; "" when it is, or is to come. */
  modelTrouble = "";
  #wanted = "";

  /**
   * Says what Python knows, and what the parts of the page begin with.
   * @param {{models: import("./facts.js").ModelFacts[], facts: import("./facts.js").Facts, view: View}} known
   */
  begin({ models, facts, view }) {
    this.library.models = models;
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

  /**
   * Puts a model in use. When it cannot be loaded the previous one stays, and says why.
   * @param {string} name
   * @param {number[]} [z] where to begin, when it suits the model; otherwise it begins where it was left
   * @param {number} [y]
   */
  async choose(name, z, y) {
    this.#wanted = name;
    this.modelTrouble = "";
    this.emit("loading", name);
    try {
      const model = await this.library.open(name);
      const statistics = await model.statistics();
      if (this.#wanted !== name) return;
      this.use(name, model, statistics, z, y);
    } catch (error) {
      if (this.#wanted !== name) return;
      this.#wanted = this.name;
      this.modelTrouble = messageOf(error);
      this.emit("failure", this.modelTrouble);
    }
  }

  /** Whether another model has been asked for and has not come yet. */
  get loading() {
    return this.#wanted !== this.name;
  }

  /** What reads the pictures of the model in use, if it has come and they are digits. */
  get classifier() {
    return this.library.classifierFor(this.name);
  }

  /** What the page says of the model in use. */
  get summary() {
    return this.library.summary(this.name);
  }

  /** @type {string[]} the names of the classes of what the model in use was trained on */
  get classNames() {
    return this.summary?.classes ?? DIGITS;
  }

  /** Says that somebody has taken over. */
  touch() {
    if (this.touched) return;
    this.touched = true;
    this.emit("touch");
  }
}
