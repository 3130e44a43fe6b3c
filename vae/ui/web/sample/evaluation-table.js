/** Every model under every distribution, as a table that sorts. */

import { figureText } from "./evaluation.js";
import { formOf, labelOf } from "../state/specs.js";

export class EvaluationTable {
  #sort = { by: "frechet_distance", up: true };
  #evaluation = null;

  /** @param {HTMLDetailsElement} root; show: puts a model and a spec into the selected set of samples */
  constructor(root, show, facts) {
    Object.assign(this, { root, show, facts });
    this.model = root.querySelector(".of-model");
    this.form = root.querySelector(".of-form");
    for (const select of [this.model, this.form]) select.addEventListener("change", () => this.#fill());
    root.addEventListener("toggle", () => this.#fill());
  }

  /** @param {import("./evaluation.js").Evaluation|null} evaluation; names: of all models */
  use(evaluation, names) {
    this.#evaluation = evaluation;
    this.root.querySelector(".basis").textContent = evaluation
      ? `${evaluation.basis}; \u00b1 is the standard deviation over the seeds. What is not in the table is not measured.`
      : "Not measured: there is no weights/evaluation.json that could be read.";
    if (!evaluation) return;
    this.model.replaceChildren(new Option("all models", ""), ...names.map((name) => new Option(name, name)));
    this.#head();
    this.#fill();
  }

  #head() {
    const row = this.root.querySelector("thead tr");
    const columns = [["model", "model"], ["distribution", "distribution"]];
    for (const [name, { label }] of Object.entries(this.#evaluation.measures)) columns.push([name, label]);
    row.replaceChildren(...columns.map(([name, label]) => {
      const cell = document.createElement("th");
      cell.innerHTML = `<button type="button" class="term"></button>`;
      cell.scope = "col";
      cell.dataset.column = name;
      const measure = this.#evaluation.measures[name];
      cell.firstChild.textContent = label;
      cell.firstChild.title = measure
        ? `${measure.definition} ${measure.better === "lower" ? "Lower" : "Higher"} is better.` : "";
      cell.firstChild.addEventListener("click", () => this.#sortBy(name));
      return cell;
    }));
  }

  #sortBy(by) {
    const measure = this.#evaluation.measures[by];
    const { by: before, up } = this.#sort;
    this.#sort = { by, up: by === before ? !up : measure?.better !== "higher" };
    this.root.querySelector(".definition").textContent = measure?.definition ?? "";
    this.#fill();
  }

  #fill() {
    const evaluation = this.#evaluation;
    if (!evaluation || !this.root.open) return;
    const { by, up } = this.#sort;
    for (const cell of this.root.querySelectorAll("thead th")) {
      const order = up ? "ascending" : "descending";
      cell.setAttribute("aria-sort", cell.dataset.column === by ? order : "none");
    }
    const key = ({ model, label, figures }) =>
      ({ model, distribution: label })[by] ?? figures[by].mean;
    const rows = this.#rows().sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      return (up ? 1 : -1) * (typeof x === "string" ? x.localeCompare(y) : x - y);
    });
    const lines = rows.map((row) => this.#line(row));
    if (evaluation.floor) lines.unshift(this.#line({ model: "real digits", label: evaluation.conditions.floor, figures: evaluation.floor }));
    this.root.querySelector("tbody").replaceChildren(...lines);
  }

  #rows() {
    const evaluation = this.#evaluation;
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

  #line({ model, spec, label, figures }) {
    const line = document.createElement("tr");
    const first = document.createElement("th");
    first.scope = "row";
    first.textContent = model;
    const second = document.createElement("td");
    second.textContent = label;
    if (spec) {
      second.innerHTML = `<button type="button" class="term" title="Show samples of it"></button>`;
      second.firstChild.textContent = label;
      second.firstChild.addEventListener("click", () => this.show(model, spec));
    }
    const numbers = Object.keys(this.#evaluation.measures).map((name) => {
      const cell = document.createElement("td");
      const { mean, spread } = figureText(figures[name]);
      cell.innerHTML = `<b>${mean}</b> <i>${spread}</i>`;
      return cell;
    });
    line.append(first, second, ...numbers);
    return line;
  }
}
