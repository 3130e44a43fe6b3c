/** Beta(alpha, beta) over a grid of both: the same few digits in every cell. */

import { find } from "../canvas/find.js";
import { rested } from "../canvas/schedule.js";
import { PIXELS, SIDE, gridImage } from "../canvas/digits.js";
import { Uniforms } from "../math/random.js";
import { Sampler } from "../state/sampler.js";
import { formOf, inForm, parametric, sameSpec } from "../state/specs.js";

const LEVELS = 7;
const ACROSS = 3;
const GAP = 6;
const CELL = ACROSS * SIDE;
const STEP = CELL + GAP;
const KEYS = new Map([["ArrowLeft", [-1, 0]], ["ArrowRight", [1, 0]], ["ArrowUp", [0, 1]], ["ArrowDown", [0, -1]]]);

/**
 * Evenly spaced by their logarithms over the whole range of a parameter.
 * @param {{low: number, high: number}} range
 */
const spaced = ({ low, high }) => Array.from({ length: LEVELS }, (_, i) =>
  Number((low * (high / low) ** (i / (LEVELS - 1))).toPrecision(3)));

export class Sweep {
  #drawn = "";
  #values;

  /**
   * @param {HTMLDetailsElement} root
   * @param {import("./experiment.js").Experiment} experiment whose selected set of samples is swept
   * @param {import("../state/facts.js").Facts} facts
   */
  constructor(root, experiment, facts) {
    this.root = root;
    this.experiment = experiment;
    this.facts = facts;
    this.#values = spaced(facts.families.beta.parameters[0]);
    this.canvas = find(root, "canvas", HTMLCanvasElement);
    this.canvas.width = this.canvas.height = LEVELS * STEP - GAP;
    this.#mountCells();
    const decode = rested(() => this.#decode());
    this.refresh = () => {
      if (!root.open || !experiment.sampleSet.sampler) return;
      this.#showPressed();
      if (this.#key() !== this.#drawn) decode();
    };
    root.addEventListener("toggle", this.refresh);
  }

  /** What the digits depend on. */
  #key() {
    const { sampleSet, seed } = this.experiment;
    return [sampleSet.name, seed, sampleSet.temperature, this.#form()].join(" ");
  }

  #form() {
    return formOf(this.experiment.sampleSet.spec);
  }

  /** A row of cells a step, the largest beta first. */
  *#decode() {
    const { sampleSet, seed } = this.experiment;
    const { model, statistics, temperature } = sampleSet;
    if (!model) return;
    const count = ACROSS * ACROSS;
    const u = new Uniforms(seed, 64, model.latents);
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.#drawn = this.#key();
    this.root.dataset.drawn = "";
    for (let row = 0; row < LEVELS; row++) {
      for (let column = 0; column < LEVELS; column++) {
        const values = [this.#values[column], this.#values[LEVELS - 1 - row]];
        const sampler = new Sampler(parametric("beta", values, this.#form()), model, statistics, this.facts);
        const z = Float32Array.from(sampler.draw(u, temperature).subarray(0, count * model.latents));
        const y = model.classes ? Uint8Array.from(u.class.subarray(0, count), (v) => Math.floor(model.classes * v)) : 0;
        const pictures = model.decode(z, count, y);
        context.putImageData(gridImage(pictures.subarray(0, count * PIXELS), ACROSS), column * STEP, row * STEP);
        yield;
      }
    }
    this.root.dataset.drawn = this.#drawn;
  }

  #mountCells() {
    const cells = find(this.root, ".cells");
    for (let row = 0; row < LEVELS; row++) {
      for (let column = 0; column < LEVELS; column++) {
        const [alpha, beta] = [this.#values[column], this.#values[LEVELS - 1 - row]];
        const button = document.createElement("button");
        Object.assign(button, { type: "button", title: `Beta(${alpha}, ${beta})`, tabIndex: -1 });
        button.setAttribute("aria-label", `alpha ${alpha}, beta ${beta}`);
        button.addEventListener("click", () => this.#choose(alpha, beta));
        button.addEventListener("keydown", (event) => this.#step(event, column, row));
        cells.append(button);
      }
    }
    this.#cells[0].tabIndex = 0;
    const numbers = (/** @type {number[]} */ values) => values.map((value) => {
      const span = document.createElement("span");
      span.textContent = String(value);
      return span;
    });
    find(this.root, ".alphas").append(...numbers(this.#values));
    find(this.root, ".betas").append(...numbers(this.#values.toReversed()));
  }

  /** @returns {HTMLElement[]} row by row */
  get #cells() {
    return [...this.root.querySelectorAll(".cells button")].map((cell) => /** @type {HTMLElement} */ (cell));
  }

  /**
   * @param {number} alpha
   * @param {number} beta
   */
  #choose(alpha, beta) {
    this.experiment.sampleSet.set({ spec: parametric("beta", [alpha, beta], this.#form()) });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} column
   * @param {number} row
   */
  #step(event, column, row) {
    const way = KEYS.get(event.key);
    if (!way) return;
    event.preventDefault();
    const [dx, dy] = way;
    const within = (/** @type {number} */ i) => Math.min(LEVELS - 1, Math.max(0, i));
    this.#cells[within(row - dy) * LEVELS + within(column + dx)].focus();
  }

  /** The cell of its own alpha and beta is marked, and the one that the keyboard enters. */
  #showPressed() {
    const { spec } = this.experiment.sampleSet;
    const cells = this.#cells;
    cells.forEach((cell, i) => {
      const values = [this.#values[i % LEVELS], this.#values[LEVELS - 1 - Math.floor(i / LEVELS)]];
      const same = sameSpec(inForm(spec, "raw"), parametric("beta", values));
      cell.setAttribute("aria-pressed", String(same));
      if (same) cells.forEach((other) => (other.tabIndex = other === cell ? 0 : -1));
    });
  }
}
