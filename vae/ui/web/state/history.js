/** Undo and redo of where z has rested. */

/** @typedef {import("./session.js").Place} Place */

const REST = 350;

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
  #own = false;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    super();
    this.session = session;
    session.on("model", () => this.#restart());
    session.on("touch", () => this.#restart());
    session.on("jump", () => this.#settle());
    session.on("z", () => {
      if (!session.touched || this.#own) return;
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#settle(), REST);
    });
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

  #restart() {
    clearTimeout(this.#timer);
    this.#past = [];
    this.#future = [];
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
