/** The figures of one set of samples, beside those of real digits, each explained at a click. */

import { find } from "../canvas/find.js";
import { figureText } from "./evaluation.js";
import { specText } from "../state/specs.js";

const SHOWN = [
  "frechet_distance", "precision", "recall", "coverage", "class_entropy", "smallest_class_share",
];
/** @type {Object<string, string>} */
const UNITS = { class_entropy: ", nats" };

/** @typedef {import("./evaluation.js").Evaluation} Evaluation */

export class Figures {
  /** @type {Evaluation|null} */
  #evaluation = null;
  /** @type {string|null} */
  #explained = null;

  /** @param {HTMLElement} root to be filled */
  constructor(root) {
    this.root = root;
  }

  /** @param {Evaluation|null} evaluation */
  set evaluation(evaluation) {
    this.#evaluation = evaluation;
  }

  /** @param {import("./sample-set.js").SampleSet} sampleSet */
  show({ name, spec, temperature, model }) {
    const table = this.#evaluation;
    const figures = temperature === 1 && model ? table?.of(name, spec, model.config.prior) : undefined;
    const key = `${name} ${specText(spec)} ${temperature} ${Boolean(figures)}`;
    if (this.root.dataset.shows === key) return;
    this.root.dataset.shows = key;
    this.root.replaceChildren(...(table && figures ? this.#table(table, figures) : [absence(temperature)]));
  }

  /**
   * @param {Evaluation} table
   * @param {import("./evaluation.js").Figures} figures
   */
  #table(table, figures) {
    const body = document.createElement("table");
    body.innerHTML = `<thead><tr><th scope="col">measure</th><th scope="col">here</th>
      <th scope="col" title="Of as many real digits, which differ from the reference, too">real</th></tr></thead><tbody></tbody>`;
    const words = document.createElement("p");
    words.className = "definition";
    words.setAttribute("role", "status");
    words.textContent = `${table.basis}.`;
    for (const measure of SHOWN) {
      body.tBodies[0].append(row(measure, table, figures, () => this.#explain(measure, words, table)));
    }
    return [body, words];
  }

  /**
   * @param {string} measure
   * @param {HTMLElement} words
   * @param {Evaluation} table
   */
  #explain(measure, words, table) {
    this.#explained = this.#explained === measure ? null : measure;
    words.textContent = this.#explained ? table.measures[measure].definition : `${table.basis}.`;
  }
}

/**
 * @param {string} measure
 * @param {Evaluation} evaluation
 * @param {import("./evaluation.js").Figures} figures
 * @param {() => void} explain
 */
function row(measure, { measures, floor }, figures, explain) {
  const { label, definition, better } = measures[measure];
  const line = document.createElement("tr");
  line.innerHTML = `<th scope="row"><button type="button" class="term"></button></th>
    <td><b></b> <i></i></td><td></td>`;
  const button = find(line, "button");
  button.textContent = label + (UNITS[measure] ?? "");
  button.title = `${definition} ${better === "lower" ? "Lower" : "Higher"} is better.`;
  button.addEventListener("click", explain);
  const { mean, spread } = figureText(figures[measure]);
  find(line, "b").textContent = mean;
  find(line, "i").textContent = spread;
  if (floor) find(line, "td:last-child").textContent = figureText(floor[measure]).mean;
  return line;
}

/** @param {number} temperature */
function absence(temperature) {
  const words = document.createElement("p");
  words.className = "quiet";
  words.textContent = temperature === 1
    ? "Not measured." : "Not measured: the figures are those of temperature 1.";
  return words;
}
