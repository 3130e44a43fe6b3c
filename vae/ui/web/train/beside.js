/** A second run beside the first, from the same seed and batches, that differs in one setting. */

import { find } from "../canvas/find.js";
import { inUse } from "./live.js";
import { MISTAKES } from "./mistakes.js";
import { Run } from "./run.js";

/** @typedef {import("./settings.js").Settings} Settings */

/**
 * What may differ: its title, and the settings that it changes.
 * @type {{title: string, change: Partial<Settings>}[]}
 */
const DIFFERENCES = [
  { title: "KL weight 4", change: { klWeight: 4 } },
  { title: "KL weight 0.1", change: { klWeight: 0.1 } },
  { title: "the KL weight rises over 5 epochs", change: { warmup: 5 } },
  { title: "learning rate 0.003", change: { rate: 3e-3 } },
  { title: "no averaging of the weights", change: { averaging: 0 } },
  { title: "tanh", change: { activation: "tanh" } },
  { title: "squared error", change: { likelihood: "gaussian" } },
  ...MISTAKES.map(({ name, title }) => ({ title: `mistake: ${title}`, change: { mistake: name } })),
];

/** @type {(value: number|undefined, digits?: number) => string} */
const number = (value, digits = 1) =>
  (value !== undefined && Number.isFinite(value) ? value.toFixed(digits) : "\u2013");
const sum = (/** @type {Float64Array|undefined} */ numbers) => numbers?.reduce((a, b) => a + b, 0);

/**
 * The rows of the table: a title, and a run's figure.
 * @type {[string, (figures: import("./run.js").Figures) => string][]}
 */
const ROWS = [
  ["images seen", ({ images }) => number(images, 0)],
  ["\u2212log p(x|z), training", ({ reconstruction }) => number(reconstruction)],
  ["KL, training", ({ kl }) => number(sum(kl))],
  ["\u2212ELBO, test", ({ test }) => number(test)],
  ["latents in use", ({ kl }) => (kl ? String(inUse(kl)) : "\u2013")],
  ["\u00b5s an image", ({ cost }) => number(cost, 0)],
];

export class Beside {
  #element;
  #changed;
  #select;
  /** @type {Run|null} */
  run = null;

  /**
   * @param {HTMLElement} element the tab
   * @param {(run: Run|null) => void} changed called with the second run, or null when it ends
   */
  constructor(element, changed) {
    this.#element = element;
    this.#changed = changed;
    const select = find(element, ".second", HTMLSelectElement);
    this.#select = select;
    select.replaceChildren(new Option("none", ""), ...DIFFERENCES.map(({ title }, i) =>
      new Option(title, String(i))));
    select.addEventListener("change", () => this.#choose());
  }

  /**
   * The first run's settings with the one difference.
   * @param {Settings} settings
   * @returns {Settings}
   */
  differing(settings) {
    return { ...settings, ...DIFFERENCES[Number(this.#select.value || -1)]?.change };
  }

  /**
   * The table of both runs' figures.
   * @param {Run} first
   */
  show(first) {
    const second = this.run;
    if (!second) return;
    /** @type {(tag: "td"|"th", text: string) => HTMLElement} */
    const cell = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
    /** @type {(tag: "td"|"th", texts: string[]) => HTMLElement} */
    const row = (tag, texts) => {
      const line = document.createElement("tr");
      line.append(...texts.map((text) => cell(tag, text)));
      return line;
    };
    const [chosen] = this.#select.selectedOptions;
    find(this.#element, ".differences").replaceChildren(
      row("th", ["", "first run", chosen.text]),
      ...ROWS.map(([title, figure]) => row("td", [title, figure(first.figures), figure(second.figures)])),
    );
  }

  #choose() {
    const wanted = this.#select.value !== "";
    find(this.#element, ".beside").hidden = !wanted;
    this.run?.end();
    this.run = wanted ? new Run() : null;
    this.#changed(this.run);
  }
}
