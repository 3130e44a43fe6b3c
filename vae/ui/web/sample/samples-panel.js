/** One panel of Sample on the page: its digits, what is said about them, what was measured. */

import { verdict } from "./advice.js";
import { unhurried } from "../canvas/schedule.js";
import { Measured } from "./figures.js";
import { norms } from "../machine/norms.js";
import { paintGrid } from "../canvas/digits.js";
import { summary } from "./reader.js";
import { COUNT } from "./samples.js";
import { formOf, inForm, labelOf, MOST_PANELS } from "../state/specs.js";

const COLUMNS = 8;
const SURE = 0.5;
// A digit that is shown smaller than this, in pixels, has no room for a reading.
const ROOM = 24;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

export class Panel {
  #pointed = null;
  #parts;
  #listeners = [];

  /**
   * @param {HTMLElement} root an article from the template
   * @param {import("./samples.js").Sheet} sheet
   * @param {import("./experiment.js").Experiment} experiment
   * @param {import("../canvas/colours.js").Colours} colours
   */
  constructor(root, sheet, experiment, colours) {
    Object.assign(this, { root, sheet, experiment, colours });
    const names = ["samples", "over", "model", "remove", "label", "verdict", "beside", "matched",
      "quick", "pointed", "trouble"];
    this.#parts = Object.fromEntries(names.map((name) => [name, root.querySelector(`.${name}`)]));
    this.measured = new Measured(root.querySelector(".measured"));
    this.#mountModels();
    this.#mountDigits();
    this.#mountCure();
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
    if (sheet.pictures) this.#paint();
    if (sheet.model) words();
  }

  get index() {
    return this.experiment.sheets.indexOf(this.sheet);
  }

  /** Its number, whether it is the one being changed, and whether it is alone. */
  place() {
    const { index, root, experiment } = this;
    const many = experiment.sheets.length > 1;
    root.setAttribute("aria-label", `panel ${index + 1}`);
    root.setAttribute("aria-current", many && index === experiment.selected);
    this.#parts.samples.dataset.testid = index ? `samples-${index + 1}` : "samples";
    this.#parts.model.setAttribute("aria-label", `model of panel ${index + 1}`);
    this.#parts.remove.setAttribute("aria-label", `remove panel ${index + 1}`);
    this.#parts.remove.hidden = !many;
    this.paintOver();
  }

  /** Leaves the sheet alone. */
  close() {
    this.#listeners.forEach(([type, act]) => this.sheet.removeEventListener(type, act));
    this.root.remove();
  }

  showEvaluation(evaluation) {
    this.measured.evaluation = evaluation;
    if (this.sheet.model) this.measured.show(this.sheet);
  }

  /** The readings in the corners, and the digit that is pointed at. */
  paintOver() {
    const { over } = this.#parts;
    const width = over.clientWidth;
    if (!width) return;
    const scale = devicePixelRatio || 1;
    const side = Math.round(width * scale);
    if (over.width !== side) over.width = over.height = side;
    const context = over.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, width);
    const cell = width / COLUMNS;
    if (this.experiment.labelled && this.sheet.reading && cell >= ROOM) this.#paintReadings(context, cell);
    if (this.#pointed === null) return;
    context.strokeStyle = this.colours.accent;
    context.lineWidth = 2;
    const [column, row] = [this.#pointed % COLUMNS, Math.floor(this.#pointed / COLUMNS)];
    context.strokeRect(column * cell + 1, row * cell + 1, cell - 2, cell - 2);
  }

  #paintReadings(context, cell) {
    const { label, confidence } = this.sheet.reading;
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

  #listen(type, act) {
    this.#listeners.push([type, act]);
    this.sheet.addEventListener(type, act);
  }

  #mountModels() {
    const { model } = this.#parts;
    const names = this.experiment.session.models.map(({ name }) => name);
    model.append(...names.map((name) => new Option(name, name)));
    model.value = this.sheet.name;
    model.addEventListener("change", () => this.experiment.setModel(this.index, model.value));
  }

  #mountDigits() {
    const { samples } = this.#parts;
    const at = ({ clientX, clientY }) => {
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
      else if (event.key in STEPS) this.#point((at + STEPS[event.key] + COUNT) % COUNT);
      else return;
      event.preventDefault();
    });
  }

  #mountCure() {
    this.#parts.matched.addEventListener("click", () =>
      this.sheet.set({ spec: inForm(this.sheet.spec, "matched") }));
    this.#parts.beside.addEventListener("click", () => {
      const { beside } = verdict(this.sheet, this.experiment.session);
      this.experiment.add({ ...this.sheet.state, name: beside.name, spec: inForm(this.sheet.spec, "raw") });
    });
  }

  #take(n) {
    if (this.sheet.pictures) this.experiment.take(this.sheet, n);
  }

  #point(n) {
    if (n === this.#pointed) return;
    this.#pointed = n;
    this.paintOver();
    this.#parts.pointed.textContent = n === null || !this.sheet.pictures ? "" : this.#digitText(n);
  }

  #digitText(n) {
    const { sheet } = this;
    const { latents, prior } = sheet.model;
    const [distance] = norms(sheet.latentsOf(n), latents, prior);
    const read = sheet.reading
      ? `reads ${sheet.reading.label[n]}, ${Math.round(100 * sheet.reading.confidence[n])}%; `
      : "";
    const told = typeof sheet.y === "number" ? "" : `told ${sheet.y[n]}; `;
    return `Digit ${n + 1}: ${told}${read}${distance.toFixed(2)} std from the prior\u2019s mean`;
  }

  #paint() {
    paintGrid(this.#parts.samples, this.sheet.pictures, COLUMNS);
    this.root.dataset.drawn = this.sheet.drawn.text;
    if (this.#pointed !== null) this.#parts.pointed.textContent = this.#digitText(this.#pointed);
  }

  #describe() {
    const { sheet, experiment } = this;
    const { model, label, verdict: words, beside, matched } = this.#parts;
    model.value = sheet.name;
    const heat = sheet.temperature === 1 ? "" : ` at temperature ${sheet.temperature}`;
    label.textContent = labelOf(sheet.spec, experiment.session.facts) + heat;
    const found = verdict(sheet, experiment.session);
    words.textContent = found.sentence;
    words.dataset.trained = found.trained;
    beside.hidden = !found.beside || experiment.sheets.length === MOST_PANELS
      || experiment.sheets.some(({ name }) => name === found.beside.name);
    if (found.beside) beside.textContent = `show ${found.beside.name}, trained for it`;
    matched.hidden = !found.matched || formOf(sheet.spec) === "matched";
    this.measured.show(sheet);
  }

  #showReading() {
    this.paintOver();
    const { confidence, entropy } = summary(this.sheet.reading);
    this.#parts.quick.textContent = `Over these ${COUNT} digits: confidence ${confidence.toFixed(2)}, `
      + `class entropy ${entropy.toFixed(2)} nats`;
    if (this.#pointed !== null) this.#parts.pointed.textContent = this.#digitText(this.#pointed);
  }
}
