/** Beta(alpha, beta) over a grid of both: the same few digits in every cell. */

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
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Evenly spaced by their logarithms over the whole range of a parameter. */
const spaced = ({ low, high }) => Array.from({ length: LEVELS }, (_, i) =>
  Number((low * (high / low) ** (i / (LEVELS - 1))).toPrecision(3)));

export class Sweep {
  #drawn = "";
  #values;

  /** @param {HTMLDetailsElement} root; experiment: whose selected set of samples is swept */
  constructor(root, experiment) {
    Object.assign(this, { root, experiment });
    this.facts = experiment.session.facts;
    this.#values = spaced(this.facts.families.beta.parameters[0]);
    this.canvas = root.querySelector("canvas");
    this.canvas.width = this.canvas.height = LEVELS * STEP - GAP;
    this.#mountCells();
    const decode = rested(() => this.#decode());
    this.refresh = () => {
      if (!root.open || !experiment.sampleSet?.sampler) return;
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
    const count = ACROSS * ACROSS;
    const u = new Uniforms(seed, 64, model.latents);
    const context = this.canvas.getContext("2d");
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
    const cells = this.root.querySelector(".cells");
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
    cells.firstElementChild.tabIndex = 0;
    const numbers = (values) => values.map((value) => {
      const span = document.createElement("span");
      span.textContent = value;
      return span;
    });
    this.root.querySelector(".alphas").append(...numbers(this.#values));
    this.root.querySelector(".betas").append(...numbers(this.#values.toReversed()));
  }

  #choose(alpha, beta) {
    this.experiment.sampleSet.set({ spec: parametric("beta", [alpha, beta], this.#form()) });
  }

  #step(event, column, row) {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    const [dx, dy] = KEYS[event.key];
    const within = (i) => Math.min(LEVELS - 1, Math.max(0, i));
    const cells = [...this.root.querySelectorAll(".cells button")];
    cells[within(row - dy) * LEVELS + within(column + dx)].focus();
  }

  /** The cell of its own alpha and beta is marked, and the one that the keyboard enters. */
  #showPressed() {
    const { spec } = this.experiment.sampleSet;
    const cells = [...this.root.querySelectorAll(".cells button")];
    cells.forEach((cell, i) => {
      const values = [this.#values[i % LEVELS], this.#values[LEVELS - 1 - Math.floor(i / LEVELS)]];
      const same = sameSpec(inForm(spec, "raw"), parametric("beta", values));
      cell.setAttribute("aria-pressed", same);
      if (same) cells.forEach((other) => (other.tabIndex = other === cell ? 0 : -1));
    });
  }
}
