/** Undo and redo of where z has rested. */

/** @typedef {import("./stage.js").Place} Place */

/** @typedef {{past: Place[], future: Place[]}} Steps */

const REST = 350;
// Of every model, for a later visit: what a browser keeps of a page has an end.
const MOST = 100;

/**
 * A movement, however long, is one step: it ends when z has not moved for a while. A jump ends the
 * movement before it, so that two clicks are two steps.
 */
export class History extends EventTarget {
  /** @type {Place[]} */
  #past = [];
  /** @type {Place[]} */
  #future = [];
  /** @type {Place} */
  #rested = { z: [], y: 0, origin: "" };
  #timer = 0;
  // Of the models that were in use before, by their names.
  /** @type {Map<string, Steps>} */
  #others = new Map();
  #name;
  #own = false;

  /**
   * @param {import("./session.js").Session} session with a model
   * @param {unknown} [kept] what steps() gave in an earlier visit; what is no step is left out
   */
  constructor(session, kept) {
    super();
    this.session = session;
    this.#name = session.name;
    for (const [name, steps] of Object.entries(kept ?? {})) this.#others.set(name, stepsOf(steps));
    this.#turn();
    session.on("model", () => this.#turn());
    session.on("touch", () => this.#begin([], []));
    session.on("jump", () => this.#settle());
    session.on("z", () => {
      if (!session.touched || this.#own) return;
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#settle(), REST);
    });
  }

  /** The last steps of every model, by its name, for a later visit. @returns {Object<string, Steps>} */
  steps() {
    this.#settle();
    const all = [...this.#others, /** @type {const} */ ([this.#name, { past: this.#past, future: this.#future }])];
    return Object.fromEntries(all.map(([name, { past, future }]) =>
      [name, { past: past.slice(-MOST), future: future.slice(-MOST) }]));
  }

  get canUndo() {
    return this.#past.length > 0 || this.#moved();
  }

  get canRedo() {
    return this.#future.length > 0 && !this.#moved();
  }

  undo() {
    this.#settle();
    if (this.#past.length) this.#go(this.#past, this.#future);
  }

  redo() {
    this.#settle();
    if (this.#future.length) this.#go(this.#future, this.#past);
  }

  /**
   * @param {Place[]} from not empty
   * @param {Place[]} to
   */
  #go(from, to) {
    to.push(this.#rested);
    this.#rested = from.pop() ?? this.#rested;
    this.#own = true;
    this.session.place(this.#rested);
    this.#own = false;
    this.#tell();
  }

  #moved() {
    const { session } = this;
    return session.touched && !same(this.#rested, session);
  }

  #settle() {
    clearTimeout(this.#timer);
    if (!this.#moved()) return;
    this.#past.push(this.#rested);
    this.#future = [];
    this.#rest();
  }

  /** Every model has steps of its own: what z was in one says nothing in another. */
  #turn() {
    const { name } = this.session;
    if (this.#name !== name) this.#others.set(this.#name, { past: this.#past, future: this.#future });
    this.#name = name;
    const { past = [], future = [] } = this.#others.get(name) ?? {};
    const suits = (/** @type {Place} */ { z }) => z.length === this.session.model.latents;
    this.#begin(past.filter(suits), future.filter(suits));
  }

  /**
   * @param {Place[]} past
   * @param {Place[]} future
   */
  #begin(past, future) {
    clearTimeout(this.#timer);
    [this.#past, this.#future] = [past, future];
    this.#rest();
  }

  #rest() {
    const { z, y, origin } = this.session;
    this.#rested = { z: [...z], y, origin };
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {{z: number[], y: number}} a
 * @param {{z: number[], y: number}} b
 */
function same(a, b) {
  return a.y === b.y && a.z.length === b.z.length && a.z.every((value, i) => value === b.z[i]);
}

/**
 * @param {any} steps as something kept them
 * @returns {Steps}
 */
function stepsOf(steps) {
  const [past, future] = [steps?.past, steps?.future].map((places) =>
    (Array.isArray(places) ? places.filter(isPlace) : []));
  return { past, future };
}

/**
 * @param {any} place
 * @returns {place is Place}
 */
function isPlace(place) {
  return Array.isArray(place?.z) && place.z.every(Number.isFinite)
    && Number.isInteger(place.y) && typeof place.origin === "string";
}
