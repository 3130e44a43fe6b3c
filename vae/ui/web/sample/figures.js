/** The figures of one set of samples, beside those of real digits, each explained at a click. */

import { figureText } from "./evaluation.js";
import { specText } from "../state/specs.js";

const SHOWN = [
  "frechet_distance", "precision", "recall", "coverage", "class_entropy", "smallest_class_share",
];
const UNITS = { class_entropy: ", nats" };

export class Figures {
  #evaluation = null;
  #explained = null;

  /** @param {HTMLElement} root to be filled */
  constructor(root) {
    this.root = root;
  }

  set evaluation(evaluation) {
    this.#evaluation = evaluation;
  }

  /** @param {import("./sample-set.js").SampleSet} sampleSet */
  show({ name, spec, temperature, model }) {
    const table = this.#evaluation;
    const figures = temperature === 1 ? table?.of(name, spec, model.config.prior) : undefined;
    const key = `${name} ${specText(spec)} ${temperature} ${Boolean(figures)}`;
    if (this.root.dataset.shows === key) return;
    this.root.dataset.shows = key;
    this.root.replaceChildren(...(figures ? this.#table(table, figures) : [absence(temperature)]));
  }

  #table(table, figures) {
    const body = document.createElement("table");
    body.innerHTML = `<thead><tr><th scope="col">measure</th><th scope="col">here</th>
      <th scope="col" title="Of as many real digits, which differ from the reference, too">real</th></tr></thead><tbody></tbody>`;
    const words = document.createElement("p");
    words.className = "definition";
    words.setAttribute("role", "status");
    words.textContent = `${table.basis}.`;
    for (const measure of SHOWN) {
      body.lastChild.append(row(measure, table, figures, () => this.#explain(measure, words, table)));
    }
    return [body, words];
  }

  #explain(measure, words, table) {
    this.#explained = this.#explained === measure ? null : measure;
    words.textContent = this.#explained ? table.measures[measure].definition : `${table.basis}.`;
  }
}

function row(measure, { measures, floor }, figures, explain) {
  const { label, definition, better } = measures[measure];
  const line = document.createElement("tr");
  line.innerHTML = `<th scope="row"><button type="button" class="term"></button></th>
    <td><b></b> <i></i></td><td></td>`;
  const button = line.querySelector("button");
  button.textContent = label + (UNITS[measure] ?? "");
  button.title = `${definition} ${better === "lower" ? "Lower" : "Higher"} is better.`;
  button.addEventListener("click", explain);
  const { mean, spread } = figureText(figures[measure]);
  line.querySelector("b").textContent = mean;
  line.querySelector("i").textContent = spread;
  if (floor) line.lastElementChild.textContent = figureText(floor[measure]).mean;
  return line;
}

function absence(temperature) {
  const words = document.createElement("p");
  words.className = "quiet";
  words.textContent = temperature === 1
    ? "Not measured." : "Not measured: the figures are those of temperature 1.";
  return words;
}
