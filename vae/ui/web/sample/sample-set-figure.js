/** A set of samples on the page: its digits, what is said about them, the figures of its kind. */

import { advice } from "./advice.js";
import { unhurried } from "../canvas/schedule.js";
import { Figures } from "./figures.js";
import { norms } from "../machine/norms.js";
import { sharp } from "../canvas/axes.js";
import { paintGrid } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { summary } from "./reader.js";
import { COUNT } from "./sample-set.js";
import { formOf, inForm, labelOf, MOST_PANELS } from "../state/specs.js";

const COLUMNS = 8;
const SURE = 0.5;
// A digit that is shown smaller than this, in pixels, has no room for a reading.
const ROOM = 24;
const STEPS = new Map([["ArrowLeft", -1], ["ArrowRight", 1], ["ArrowUp", -COLUMNS], ["ArrowDown", COLUMNS]]);

/** @typedef {import("./sample-set.js").Reading} Reading */

export class SampleSetFigure {
  /** @type {number|null} the digit that is pointed at */
  #pointed = null;
  #parts;
  /** @type {[string, (event: any) => void][]} */
  #listeners = [];

  /**
   * @param {HTMLElement} root an article from the template
   * @param {import("./sample-set.js").SampleSet} sampleSet
   * @param {import("./experiment.js").Experiment} experiment
   * @param {import("../canvas/colours.js").Colours} colours
   */
  constructor(root, sampleSet, experiment, colours) {
    this.root = root;
    this.sampleSet = sampleSet;
    this.experiment = experiment;
    this.colours = colours;
    this.#parts = {
      samples: find(root, ".samples", HTMLCanvasElement),
      over: find(root, ".over", HTMLCanvasElement),
      model: find(root, ".model", HTMLSelectElement),
      remove: find(root, ".remove"),
      label: find(root, ".label"),
      advice: find(root, ".advice"),
      beside: find(root, ".beside"),
      matched: find(root, ".matched"),
      quick: find(root, ".quick"),
      pointed: find(root, ".pointed"),
      trouble: find(root, ".trouble"),
    };
    this.measures = new Figures(find(root, ".measures"));
    this.#mountModels();
    this.#mountDigits();
    this.#mountOffers();
    this.#parts.remove.addEventListener("click", () => experiment.remove(this.index));
    for (const type of ["pointerdown", "focusin"]) {
      root.addEventListener(type, () => experiment.select(this.index));
    }
    const words = unhurried(() => this.#describe());
    this.#listen("opened", words);
    this.#listen("opened", () => (this.#parts.trouble.textContent = ""));
    this.#listen("drawn", () => this.#paint());
    this.#listen("read", unhurried(() => this.#showReading()));
    this.#listen("trouble", ({ detail }) => (this.#parts.trouble.textContent = detail));
    if (sampleSet.pictures) this.#paint();
    if (sampleSet.model) words();
  }

  get index() {
    return this.experiment.sampleSets.indexOf(this.sampleSet);
  }

  /** Its number, whether it is the one being changed, and whether it is alone. */
  place() {
    const { index, root, experiment } = this;
    const many = experiment.sampleSets.length > 1;
    root.setAttribute("aria-label", `samples ${index + 1}`);
    root.setAttribute("aria-current", String(many && index === experiment.selected));
    this.#parts.samples.dataset.testid = index ? `samples-${index + 1}` : "samples";
    this.#parts.model.setAttribute("aria-label", `model of samples ${index + 1}`);
    this.#parts.remove.setAttribute("aria-label", `remove samples ${index + 1}`);
    this.#parts.remove.hidden = !many;
    this.paintOver();
  }

  /** Leaves the sampleSet alone. */
  close() {
    this.#listeners.forEach(([type, act]) => this.sampleSet.removeEventListener(type, act));
    this.root.remove();
  }

  /** @param {import("./evaluation.js").Evaluation|null} evaluation */
  showEvaluation(evaluation) {
    this.measures.evaluation = evaluation;
    if (this.sampleSet.model) this.measures.show(this.sampleSet);
  }

  /** The readings in the corners, and the digit that is pointed at. */
  paintOver() {
    const { over } = this.#parts;
    const width = over.clientWidth;
    if (!width) return;
    const context = sharp(over, width, width);
    const cell = width / COLUMNS;
    const { reading } = this.sampleSet;
    if (this.experiment.labelled && reading && cell >= ROOM) this.#paintReadings(context, cell, reading);
    if (this.#pointed === null) return;
    context.strokeStyle = this.colours.accent;
    context.lineWidth = 2;
    const [column, row] = [this.#pointed % COLUMNS, Math.floor(this.#pointed / COLUMNS)];
    context.strokeRect(column * cell + 1, row * cell + 1, cell - 2, cell - 2);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} cell the side of a digit
   * @param {Reading} reading
   */
  #paintReadings(context, cell, { label, confidence }) {
    const paper = document.body.classList.contains("paper");
    context.font = `${Math.max(9, Math.min(12, cell / 4.5))}px ${this.colours.font}`;
    context.textBaseline = "top";
    label.forEach((digit, n) => {
      // A reading that is no more than a guess has a question mark.
      const text = confidence[n] < SURE ? `${digit}?` : String(digit);
      context.fillStyle = paper ? "#6a6a70" : "#a8a8b0";
      context.fillText(text, (n % COLUMNS) * cell + 3, Math.floor(n / COLUMNS) * cell + 3);
    });
  }

  /**
   * @param {string} type of the set's events
   * @param {(event: any) => void} act
   */
  #listen(type, act) {
    this.#listeners.push([type, act]);
    this.sampleSet.addEventListener(type, act);
  }

  #mountModels() {
    const { model } = this.#parts;
    const names = this.experiment.session.library.models.map(({ name }) => name);
    model.append(...names.map((name) => new Option(name, name)));
    model.value = this.sampleSet.name;
    model.addEventListener("change", () => this.experiment.setModel(this.index, model.value));
  }

  #mountDigits() {
    const { samples } = this.#parts;
    const at = (/** @type {MouseEvent} */ { clientX, clientY }) => {
      const { left, top, width, height } = samples.getBoundingClientRect();
      const column = Math.floor(((clientX - left) / width) * COLUMNS);
      const row = Math.floor(((clientY - top) / height) * (COUNT / COLUMNS));
      return Math.min(COUNT - 1, Math.max(0, row * COLUMNS + column));
    };
    samples.addEventListener("pointermove", (event) => this.#point(at(event)));
    samples.addEventListener("pointerleave", () => this.#point(null));
    samples.addEventListener("blur", () => this.#point(null));
    samples.addEventListener("click", (event) => this.#take(at(event)));
    samples.addEventListener("keydown", (event) => {
      const at = this.#pointed ?? 0;
      if (event.key === "Enter" || event.key === " ") this.#take(at);
      else if (STEPS.has(event.key)) this.#point((at + (STEPS.get(event.key) ?? 0) + COUNT) % COUNT);
      else return;
      event.preventDefault();
    });
  }

  #mountOffers() {
    this.#parts.matched.addEventListener("click", () =>
      this.sampleSet.set({ spec: inForm(this.sampleSet.spec, "matched") }));
    this.#parts.beside.addEventListener("click", () => {
      const beside = this.#advice()?.beside;
      if (!beside) return;
      const { state, spec } = this.sampleSet;
      this.experiment.add({ ...state, name: beside.name, spec: inForm(spec, "raw") });
    });
  }

  #advice() {
    const { model, spec, temperature } = this.sampleSet;
    const { facts, library: { models } } = this.experiment.session;
    return model && facts && advice({ model, spec, temperature }, { facts, models });
  }

  /** @param {number} n */
  #take(n) {
    if (this.sampleSet.pictures) this.experiment.take(this.sampleSet, n);
  }

  /** @param {number|null} n */
  #point(n) {
    if (n === this.#pointed) return;
    this.#pointed = n;
    this.paintOver();
    this.#parts.pointed.textContent = n === null || !this.sampleSet.pictures ? "" : this.#digitText(n);
  }

  /** @param {number} n */
  #digitText(n) {
    const { sampleSet } = this;
    if (!sampleSet.model) return "";
    const { latents, prior } = sampleSet.model;
    const [distance] = norms(sampleSet.latentsOf(n), latents, prior);
    const read = sampleSet.reading
      ? `reads ${sampleSet.reading.label[n]}, ${Math.round(100 * sampleSet.reading.confidence[n])}%; `
      : "";
    const told = typeof sampleSet.y === "number" ? "" : `told ${sampleSet.y[n]}; `;
    return `Digit ${n + 1}: ${told}${read}${distance.toFixed(2)} std from the prior\u2019s mean`;
  }

  #paint() {
    const { pictures, drawn } = this.sampleSet;
    if (!pictures || !drawn) return;
    paintGrid(this.#parts.samples, pictures, COLUMNS);
    this.root.dataset.drawn = drawn.text;
    if (this.#pointed !== null) this.#parts.pointed.textContent = this.#digitText(this.#pointed);
  }

  #describe() {
    const { sampleSet, experiment } = this;
    const { model, label, advice: words, beside, matched } = this.#parts;
    model.value = sampleSet.name;
    const heat = sampleSet.temperature === 1 ? "" : ` at temperature ${sampleSet.temperature}`;
    const { facts } = experiment.session;
    const found = this.#advice();
    if (!facts || !found) return;
    label.textContent = labelOf(sampleSet.spec, facts) + heat;
    words.textContent = found.sentence;
    words.dataset.trained = String(found.trained);
    beside.hidden = !found.beside || experiment.sampleSets.length === MOST_PANELS
      || experiment.sampleSets.some(({ name }) => name === found.beside?.name);
    if (found.beside) beside.textContent = `show ${found.beside.name}, trained for it`;
    matched.hidden = !found.matched || formOf(sampleSet.spec) === "matched";
    this.measures.show(sampleSet);
  }

  #showReading() {
    this.paintOver();
    const { reading } = this.sampleSet;
    if (!reading) return void (this.#parts.quick.textContent = "");
    const { confidence, entropy } = summary(reading);
    this.#parts.quick.textContent = `Over these ${COUNT} digits: confidence ${confidence.toFixed(2)}, `
      + `class entropy ${entropy.toFixed(2)} nats`;
    if (this.#pointed !== null) this.#parts.pointed.textContent = this.#digitText(this.#pointed);
  }
}
