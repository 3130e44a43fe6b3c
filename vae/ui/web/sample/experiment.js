/** The state of Sample: its sets of samples, the one being changed, and the seed; kept in the address. */

import { Reader } from "./reader.js";
import { SampleSet } from "./sample-set.js";
import { parseSampleSet } from "../state/sample-sets.js";
import { MOST_PANELS, parametric, PRIOR, reduce, sameSpec } from "../state/specs.js";

/** @type {("p"|"p2"|"p3"|"p4")[]} */
const KEYS = ["p", "p2", "p3", "p4"];
const FIRST = parametric("normal", [0, 1]);

/** Events: "sets" (another set of them), "select" (another one is changed), "change" (the state). */
export class Experiment extends EventTarget {
  /** @type {SampleSet[]} */
  sampleSets = [];
  selected = 0;
  seed = 0;
  /** Whether Sample is on the screen; nothing is decoded before. */
  visible = false;
  #taking = false;

  /** @param {import("../state/session.js").Session} session */
  constructor(session) {
    super();
    this.session = session;
    /** Whether the readings stand in the corners of the digits. */
    this.labelled = session.view.readings !== "0";
    this.reader = new Reader(session);
    session.withModel(() => (this.sampleSets.length ? this.#follow() : this.#begin()));
  }

  /** @type {SampleSet} the set of samples that the controls change; there is one as soon as a model is */
  get sampleSet() {
    return this.sampleSets[this.selected];
  }

  show() {
    this.visible = true;
    this.sampleSets.forEach((sampleSet) => sampleSet.draw());
  }

  /** @param {number} index */
  select(index) {
    if (index === this.selected || !this.sampleSets[index]) return;
    this.selected = index;
    this.#say("select");
    this.#keep();
  }

  /** Another set of samples: of the selected one's model, from another distribution than all of it. */
  add(state = { ...this.sampleSet.state, spec: this.#another() }) {
    if (this.sampleSets.length >= MOST_PANELS) return;
    this.#put(state).open();
    this.selected = this.sampleSets.length - 1;
    this.#say("sets");
  }

  /** @param {number} index */
  remove(index) {
    if (this.sampleSets.length === 1) return;
    const [gone] = this.sampleSets.splice(index, 1);
    this.reader.forget(gone);
    if (this.selected > index || this.selected === this.sampleSets.length) this.selected--;
    this.#say("sets");
    this.#keep();
  }

  /** @param {number} seed a whole number */
  reseed(seed) {
    this.seed = seed;
    this.sampleSets.forEach((sampleSet) => sampleSet.draw());
    this.#keep();
  }

  /**
   * Another model in a set of samples; the first one's is that of the page.
   * @param {number} index
   * @param {string} name
   */
  setModel(index, name) {
    if (index === 0) this.session.choose(name);
    else this.sampleSets[index].open(name);
  }

  /**
   * Takes a digit to the stage, and the page to its model; no set of samples changes by that.
   * @param {SampleSet} sampleSet
   * @param {number} n which digit
   */
  async take(sampleSet, n) {
    const z = Array.from(sampleSet.latentsOf(n));
    const y = typeof sampleSet.y === "number" ? sampleSet.y : sampleSet.y[n];
    if (this.session.name === sampleSet.name) {
      if (sampleSet.model?.classes) this.session.setClass(y);
      this.session.moveTo(z, "sample");
      return;
    }
    this.#taking = true;
    await this.session.choose(sampleSet.name, z, y);
    this.#taking = false;
  }

  /** The prior, or the first of those with a button, from which no set of the selected model is. */
  #another() {
    const { name, model, spec } = this.sampleSet;
    const { facts } = this.session;
    if (!model || !facts) return spec;
    const { prior } = model.config;
    const shown = this.sampleSets.filter((one) => one.name === name).map((one) => reduce(one.spec, prior));
    const offered = Object.values(facts.families).flatMap(({ presets }) => presets.map((one) => one.spec));
    return [PRIOR, ...offered].find((one) =>
      !shown.some((other) => sameSpec(other, reduce(one, prior)))) ?? spec;
  }

  /** With what the address held. */
  #begin() {
    const { view, name, facts } = this.session;
    const asked = facts ? KEYS.flatMap((key) => parseSampleSet(view[key] ?? "", facts) ?? []) : [];
    const states = asked.filter((state) => state !== null);
    this.seed = Number(view.seed ?? 0);
    const [first = { name: null, spec: FIRST, temperature: 1 }, ...others] = states;
    for (const state of [first, ...others]) {
      this.#put({ ...state, name: state.name ?? name }).open();
    }
    this.selected = Math.min(Number(view.set ?? 1), this.sampleSets.length) - 1;
    this.#say("sets");
  }

  /** The first set shows the page's model, unless a digit of another one has just changed it. */
  #follow() {
    if (this.#taking) this.#keep();
    else this.sampleSets[0].open(this.session.name);
  }

  /** @param {import("./sample-set.js").State} state */
  #put(state) {
    const sampleSet = new SampleSet(this, state);
    sampleSet.addEventListener("opened", () => this.#keep());
    this.sampleSets.push(sampleSet);
    return sampleSet;
  }

  #keep() {
    const texts = KEYS.map((key, i) => {
      const sampleSet = this.sampleSets[i];
      const named = i > 0 || sampleSet?.name !== this.session.name;
      return [key, named ? sampleSet?.text : sampleSet?.text.split("~")[1]];
    });
    const set = this.selected ? String(this.selected + 1) : undefined;
    this.session.show({ ...Object.fromEntries(texts), set, seed: String(this.seed) });
    this.#say("change");
  }

  /** @param {"sets"|"select"|"change"} type */
  #say(type) {
    this.dispatchEvent(new Event(type));
  }
}
