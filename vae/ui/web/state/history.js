/** Undo and redo of where z has rested. */

const REST = 350;

/**
 * A movement, however long, is one step: it ends when z has not moved for a while. A jump ends the
 * movement before it, so that two clicks are two steps.
 */
export class History extends EventTarget {
  #past = [];
  #future = [];
  #rested = null;
  #timer = null;
  #own = false;

  constructor(session) {
    super();
    this.session = session;
    session.addEventListener("model", () => this.#restart());
    session.addEventListener("touch", () => this.#restart());
    session.addEventListener("jump", () => this.#settle());
    session.addEventListener("z", () => {
      if (!session.touched || this.#own) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#settle(), REST);
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

  #go(from, to) {
    to.push(this.#rested);
    this.#rested = from.pop();
    this.#own = true;
    this.session.place(this.#rested);
    this.#own = false;
    this.#tell();
  }

  #moved() {
    const { session } = this;
    return session.touched && this.#rested !== null && !same(this.#rested, { z: session.z, y: session.y });
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

function same(a, b) {
  return a.y === b.y && a.z.length === b.z.length && a.z.every((value, i) => value === b.z[i]);
}
