/** Every model under every distribution, as a table that sorts. */

import { find } from "../canvas/find.js";
import { figureText } from "./evaluation.js";
import { formOf, labelOf } from "../state/specs.js";

/**
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("./evaluation.js").Evaluation} Evaluation
 * @typedef {{model: string, spec?: Spec, label: string, figures: import("./evaluation.js").Figures}} Row
 */

export class EvaluationTable {
  #sort = { by: "frechet_distance", up: true };
  /** @type {Evaluation|null} */
  #evaluation = null;

  /**
   * @param {HTMLDetailsElement} root
   * @param {(name: string, spec: Spec) => void} show puts them into the selected set of samples
   * @param {import("../state/facts.js").Facts} facts
   */
  constructor(root, show, facts) {
    this.root = root;
    this.show = show;
    this.facts = facts;
    this.model = find(root, ".of-model", HTMLSelectElement);
    this.form = find(root, ".of-form", HTMLSelectElement);
    for (const select of [this.model, this.form]) select.addEventListener("change", () => this.#fill());
    root.addEventListener("toggle", () => this.#fill());
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
    this.#head(evaluation);
    this.#fill();
  }

  /** @param {Evaluation} evaluation */
  #head({ measures }) {
    const columns = [["model", "model"], ["distribution", "distribution"]];
    for (const [name, { label }] of Object.entries(measures)) columns.push([name, label]);
    find(this.root, "thead tr").replaceChildren(...columns.map(([name, label]) => {
      const cell = document.createElement("th");
      const measure = measures[name];
      const title = measure
        ? `${measure.definition} ${measure.better === "lower" ? "Lower" : "Higher"} is better.` : "";
      cell.scope = "col";
      cell.dataset.column = name;
      cell.append(termButton(label, title, () => this.#sortBy(name)));
      return cell;
    }));
  }

  /** @param {string} by a measure, or "model", or "distribution" */
  #sortBy(by) {
    const measure = this.#evaluation?.measures[by];
    const { by: before, up } = this.#sort;
    this.#sort = { by, up: by === before ? !up : measure?.better !== "higher" };
    find(this.root, ".definition").textContent = measure?.definition ?? "";
    this.#fill();
  }

  #fill() {
    const evaluation = this.#evaluation;
    if (!evaluation || !this.root.open) return;
    const { by, up } = this.#sort;
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("thead th"))) {
      const order = up ? "ascending" : "descending";
      cell.setAttribute("aria-sort", cell.dataset.column === by ? order : "none");
    }
    const way = up ? 1 : -1;
    const rows = this.#rows(evaluation).sort((a, b) => way * ascending(a, b, by));
    const { floor, conditions } = evaluation;
    if (floor) rows.unshift({ model: "real digits", label: conditions.floor, figures: floor });
    const lines = rows.map((row) => this.#line(row, Object.keys(evaluation.measures)));
    find(this.root, "tbody").replaceChildren(...lines);
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
        if (figures) rows.push({ model, spec, label: labelOf(spec, this.facts), figures });
      }
    }
    return rows;
  }

  /**
   * @param {Row} row
   * @param {string[]} measures
   */
  #line({ model, spec, label, figures }, measures) {
    const line = document.createElement("tr");
    const first = document.createElement("th");
    first.scope = "row";
    first.textContent = model;
    const second = document.createElement("td");
    second.append(spec ? termButton(label, "Show samples of it", () => this.show(model, spec)) : label);
    const numbers = measures.map((name) => {
      const cell = document.createElement("td");
      const { mean, spread } = figureText(figures[name]);
      cell.innerHTML = `<b>${mean}</b> <i>${spread}</i>`;
      return cell;
    });
    line.append(first, second, ...numbers);
    return line;
  }
}

/**
 * @param {Row} a
 * @param {Row} b
 * @param {string} by
 */
function ascending(a, b, by) {
  if (by === "model") return a.model.localeCompare(b.model);
  if (by === "distribution") return a.label.localeCompare(b.label);
  return a.figures[by].mean - b.figures[by].mean;
}

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} act
 */
function termButton(text, title, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "term", textContent: text, title });
  button.addEventListener("click", act);
  return button;
}
