/** The state of Sample: its panels, the one being changed, and the seed; kept in the address. */

import { Reader } from "./reader.js";
import { Sheet } from "./samples.js";
import { parsePanel } from "../state/address.js";
import { MOST_PANELS, parametric } from "../state/specs.js";

const KEYS = ["p", "p2", "p3", "p4"];
const FIRST = parametric("normal", [0, 1]);

/** Events: "panels" (another set of them), "select" (another one is changed), "change" (the state). */
export class Experiment extends EventTarget {
  /** @type {Sheet[]} */
  sheets = [];
  selected = 0;
  seed = 0;
  /** Whether Sample is on the screen; nothing is decoded before. */
  visible = false;
  #taking = false;

  /** @param {import("../state/session.js").Session} session */
  constructor(session) {
    super();
    this.session = session;
    this.reader = new Reader(session);
    session.withModel(() => (this.sheets.length ? this.#follow() : this.#begin()));
  }

  /** @type {Sheet|undefined} the panel that the controls change */
  get sheet() {
    return this.sheets[this.selected];
  }

  show() {
    this.visible = true;
    this.sheets.forEach((sheet) => sheet.draw());
  }

  select(index) {
    if (index === this.selected || !this.sheets[index]) return;
    this.selected = index;
    this.#say("select");
  }

  /** Another panel, which begins as the selected one unless it is told otherwise. */
  add(state = this.sheet.state) {
    if (this.sheets.length >= MOST_PANELS) return;
    this.#put(state).open();
    this.selected = this.sheets.length - 1;
    this.#say("panels");
  }

  remove(index) {
    if (this.sheets.length === 1) return;
    const [gone] = this.sheets.splice(index, 1);
    this.reader.forget(gone);
    if (this.selected > index || this.selected === this.sheets.length) this.selected--;
    this.#say("panels");
    this.#keep();
  }

  reseed(seed) {
    this.seed = seed;
    this.sheets.forEach((sheet) => sheet.draw());
    this.#keep();
  }

  /** Another model in a panel; the first one's is that of the page. */
  setModel(index, name) {
    if (index === 0) this.session.choose(name);
    else this.sheets[index].open(name);
  }

  /** Takes a digit to the stage, and the page to its model; no panel changes by that. */
  async take(sheet, n) {
    const z = Array.from(sheet.latentsOf(n));
    const y = typeof sheet.y === "number" ? sheet.y : sheet.y[n];
    if (this.session.name === sheet.name) {
      if (sheet.model.classes) this.session.setClass(y);
      this.session.moveTo(z, "sample");
      return;
    }
    this.#taking = true;
    await this.session.choose(sheet.name, z, y);
    this.#taking = false;
  }

  /** With what the address held. */
  #begin() {
    const { view, name, facts } = this.session;
    const states = KEYS.filter((key) => view[key]).map((key) => parsePanel(view[key], facts));
    this.seed = Number(view.seed ?? 0);
    const [first = { spec: FIRST, temperature: 1 }, ...others] = states;
    for (const state of [first, ...others]) {
      this.#put({ ...state, name: state.name ?? name }).open();
    }
    this.#say("panels");
  }

  /** The first panel shows the page's model, unless a digit of another panel has just changed it. */
  #follow() {
    if (this.#taking) this.#keep();
    else this.sheets[0].open(this.session.name);
  }

  #put(state) {
    const sheet = new Sheet(this, state);
    sheet.addEventListener("opened", () => this.#keep());
    this.sheets.push(sheet);
    return sheet;
  }

  #keep() {
    const { view } = this.session;
    KEYS.forEach((key, i) => {
      const sheet = this.sheets[i];
      const named = i > 0 || sheet?.name !== this.session.name;
      if (sheet) view[key] = named ? sheet.text : sheet.text.split("~")[1];
      else delete view[key];
    });
    view.seed = String(this.seed);
    this.session.emit("view");
    this.#say("change");
  }

  #say(type) {
    this.dispatchEvent(new Event(type));
  }
}
