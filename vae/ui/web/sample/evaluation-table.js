/** Every model under every distribution, as a table that sorts. */

import { button, Table } from "../canvas/table.js";
import { find } from "../canvas/find.js";
import { figureText } from "./evaluation.js";
import { formOf, labelOf } from "../state/specs.js";

const FIRST = "frechet_distance";

/**
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("./evaluation.js").Evaluation} Evaluation
 * @typedef {{model: string, spec?: Spec, label: string, figures: import("./evaluation.js").Figures}} Row
 * @typedef {import("../canvas/table.js").Column<Row>} Column
 */

export class EvaluationTable {
  /** @type {Evaluation|null} */
  #evaluation = null;
  /** @type {Table<Row>|null} made when there are figures */
  #table = null;

  /**
   * @param {HTMLDetailsElement} root
   * @param {(name: string, spec: Spec) => void} show puts them into the selected set of samples
   * @param {import("../state/session.js").Session} session which has begun
   */
  constructor(root, show, session) {
    this.root = root;
    this.show = show;
    this.session = session;
    this.model = find(root, ".of-model", HTMLSelectElement);
    this.form = find(root, ".of-form", HTMLSelectElement);
    for (const select of [this.model, this.form]) select.addEventListener("change", () => this.#fill());
    root.addEventListener("toggle", () => {
      this.#fill();
      this.#tell();
    });
  }

  /**
   * @param {Evaluation|null} evaluation
   * @param {string[]} names of all models
   */
  use(evaluation, names) {
    this.#evaluation = evaluation;
    find(this.root, ".basis").textContent = evaluation
      ? `${evaluation.basis}; \u00b1 is the standard deviation over the seeds. What is not in the table is not measured.`
      : "Not measured: there is no weights/evaluation.json that could be read.";
    if (!evaluation) return;
    this.model.replaceChildren(new Option("all models", ""), ...names.map((name) => new Option(name, name)));
    const { measures } = evaluation;
    const columns = this.#columns(measures);
    const definition = find(this.root, ".definition");
    this.#table = new Table(find(this.root, "table", HTMLTableElement), columns, {
      sorted: ({ name }) => {
        this.#tell();
        definition.textContent = Object.values(measures).find(({ label }) => label === name)?.definition ?? "";
      },
    });
    this.#table.sortBy(columns[2 + Object.keys(measures).indexOf(FIRST)]);
    this.#table.order = this.session.view.figures ?? "";
    if (this.session.view.figures) this.root.open = true;
    this.#fill();
  }

  /** Says for the address that the table is open, and how it is sorted. */
  #tell() {
    this.session.show({ figures: this.root.open ? this.#table?.order : undefined });
  }

  /**
   * @param {Evaluation["measures"]} measures
   * @returns {Column[]}
   */
  #columns(measures) {
    return [
      { name: "model", text: true, value: ({ model }) => model },
      { name: "distribution", text: true, value: ({ label }) => label,
        show: ({ model, spec, label }) =>
          (spec ? button(label, () => this.show(model, spec), "Show samples of it") : label) },
      ...Object.entries(measures).map(([name, { label, definition, better }]) => ({
        name: label,
        title: `${definition} ${better === "lower" ? "Lower" : "Higher"} is better.`,
        falling: better === "higher",
        value: (/** @type {Row} */ { figures }) => figures[name].mean,
        show: (/** @type {Row} */ { figures }) => figureOf(figures[name]),
      })),
    ];
  }

  #fill() {
    const evaluation = this.#evaluation;
    if (!evaluation || !this.root.open) return;
    const { floor, conditions } = evaluation;
    const real = floor ? [{ model: "real digits", label: conditions.floor, figures: floor }] : [];
    this.#table?.show(this.#rows(evaluation), real);
  }

  /** @param {Evaluation} evaluation */
  #rows(evaluation) {
    /** @type {Row[]} */
    const rows = [];
    for (const model of Object.keys(evaluation.models)) {
      if (this.model.value && this.model.value !== model) continue;
      for (const [name, { spec }] of Object.entries(evaluation.distributions)) {
        if (this.form.value && formOf(spec) !== this.form.value) continue;
        const figures = evaluation.named(model, name);
        if (figures) rows.push({ model, spec, label: labelOf(spec, this.session.facts), figures });
      }
    }
    return rows;
  }
}

/** @param {import("./evaluation.js").Figure} figure */
function figureOf(figure) {
  const { mean, spread } = figureText(figure);
  const text = document.createElement("span");
  text.innerHTML = `<b>${mean}</b> <i>${spread}</i>`;
  return text;
}
