/** The controls of a distribution: presets, sliders of its parameters, its form, a temperature. */

import { find } from "../canvas/find.js";
import { distribution } from "../math/distribution.js";
import {
  formOf, inForm, isParametric, MOST_TEMPERATURE, parametric, PRIOR, sameSpec, valuesOf,
} from "../state/specs.js";
import { parameterRow } from "./parameter-row.js";

const TEMPERATURE = { name: "temperature", low: 0, high: MOST_TEMPERATURE, logarithmic: false };
// The 2 of Gaussian(1, 2) is a standard deviation to torch and numpy, a variance to books.
const READINGS = [2, Math.SQRT2].map((std) => parametric("normal", [1, std]));
const isReading = (/** @type {import("../math/distribution.js").Spec} */ spec) => READINGS.some((one) => sameSpec(one, inForm(spec, "raw")));

// What becomes of a distribution on the way into a model.
/** @type {Object<string, string>} */
const FORMS = {
  raw: "Its numbers as they are.",
  standardised: "Moved and stretched to the prior\u2019s mean and standard deviation.",
  matched: "Bent into the prior itself: whichever you choose, all Betas included, z is alike.",
};

/**
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("../state/facts.js").Facts} Facts
 * @typedef {{label: string, spec: Spec, title: string}} Preset
 */

/**
 * The buttons by group: a title, and in each a label, the spec and what is said of it.
 * @param {Facts} facts
 * @returns {{title: string, buttons: Preset[]}[]}
 */
function groupsOf({ families, fitted }) {
  const offered = Object.values(families).map(({ label, presets }) => ({
    title: `${label.toLowerCase()} distributions`,
    buttons: presets.map(({ label, spec }) =>
      ({ label: isReading(spec) ? "Gaussian(1, 2)" : label, spec, title: "" })),
  }));
  const decided = Object.entries(fitted).map(([family, { button, label }]) =>
    ({ label: button, spec: { family }, title: label }));
  const prior = { label: "prior", spec: PRIOR, title: "The distribution p(z) that the model was trained with" };
  const title = "distributions that the model decides";
  return [...offered, { title, buttons: [prior, ...decided] }];
}

/** Shows a spec and a temperature, and says when a person wants another. */
export class DistributionControls {
  #root;
  #listeners;
  /** @type {Spec} */
  #spec = parametric("normal", [0, 1]);
  /** @type {Spec} */
  #prior = PRIOR;
  #reading = READINGS[0];
  /** @type {{family: string, rows: ReturnType<typeof parameterRow>[]}|null} */
  #rows = null;
  #temperature;
  /** @type {[HTMLButtonElement, () => Spec][]} each with the spec that it asks for */
  #buttons = [];

  /**
   * @param {HTMLElement} root
   * @param {import("../state/facts.js").Facts} facts
   * @param {{changed: (change: {spec?: Spec, temperature?: number}) => void,
   *   refused: (sentence: string) => void}} listeners refused gets a sentence, "" once what is shown
   *   is fine again
   */
  constructor(root, facts, listeners) {
    this.#root = root;
    this.facts = facts;
    this.#listeners = listeners;
    find(root, ".families").append(...groupsOf(facts).map((group) => this.#group(group)));
    this.#mountReading();
    this.#mountForms();
    this.#temperature = parameterRow(TEMPERATURE, 1, {
      refused: listeners.refused,
      changed: (temperature) => this.#change({ temperature }),
    });
    find(root, ".heat").append(this.#temperature.row);
  }

  /** @param {import("./sample-set.js").SampleSet} sampleSet what is chosen now */
  show({ spec, temperature, model }) {
    if (!model) return;
    this.#spec = spec;
    this.#prior = model.config.prior;
    if (!isParametric(spec)) this.#showFixed();
    else if (this.#rows?.family !== spec.family) this.#mountParameters();
    else this.#rows?.rows.forEach((row, i) => row.show(valuesOf(spec)[i]));
    this.#temperature.show(temperature);
    if (isReading(spec)) this.#reading = inForm(spec, "raw");
    this.#showPressed();
  }

  /** @param {{title: string, buttons: Preset[]}} group */
  #group({ title, buttons }) {
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", title);
    group.append(...buttons.map((button) => this.#preset(button)));
    return group;
  }

  /** @param {Preset} preset */
  #preset({ label, spec, title }) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: label, title });
    const wanted = () => (isReading(spec) ? this.#reading : spec);
    button.addEventListener("click", () =>
      this.#change({ spec: inForm(wanted(), isParametric(spec) ? formOf(this.#spec) : "raw") }));
    this.#buttons.push([button, wanted]);
    return button;
  }

  /** Whether the 2 of Gaussian(1, 2) is a standard deviation or a variance. */
  #mountReading() {
    this.#root.querySelectorAll(".reading button").forEach((button, i) => {
      button.addEventListener("click", () => {
        this.#reading = READINGS[i];
        this.#change({ spec: inForm(this.#reading, formOf(this.#spec)) });
      });
    });
  }

  #mountForms() {
    for (const form of this.facts.forms) {
      find(this.#root, `[data-form="${form}"]`).addEventListener("click", () =>
        this.#change({ spec: inForm(this.#spec, form) }));
    }
  }

  #mountParameters() {
    const { family } = this.#spec;
    const rows = this.facts.families[family].parameters.map((parameter, i) =>
      parameterRow(parameter, valuesOf(this.#spec)[i], {
        refused: this.#listeners.refused,
        changed: (value) => {
          const values = valuesOf(this.#spec).with(i, value);
          this.#change({ spec: parametric(family, values, formOf(this.#spec)) });
        },
      }));
    this.#rows = { family, rows };
    find(this.#root, ".parameters").replaceChildren(...rows.map(({ row }) => row));
  }

  /** A distribution without parameters says in words what it is. */
  #showFixed() {
    this.#rows = null;
    const words = document.createElement("p");
    words.className = "quiet";
    const { family } = this.#spec;
    const label = this.facts.fitted[family]?.label;
    words.textContent = label === undefined
      ? `The prior that the model was trained with, ${distribution(this.#prior).label} in every latent.`
      : `${label[0].toUpperCase()}${label.slice(1)}: the aggregate posterior.`;
    find(this.#root, ".parameters").replaceChildren(words);
  }

  /** @param {{spec?: Spec, temperature?: number}} change */
  #change(change) {
    this.#listeners.refused("");
    this.#listeners.changed(change);
  }

  #showPressed() {
    const plain = inForm(this.#spec, "raw");
    for (const [button, wanted] of this.#buttons) {
      const pressed = sameSpec(plain, wanted());
      if (pressed && button.getAttribute("aria-pressed") !== "true") inSight(button);
      button.setAttribute("aria-pressed", String(pressed));
    }
    find(this.#root, ".reading").hidden = !isReading(this.#spec);
    this.#root.querySelectorAll(".reading button").forEach((button, i) =>
      button.setAttribute("aria-pressed", String(sameSpec(plain, READINGS[i]))));
    const parametricNow = isParametric(this.#spec);
    find(this.#root, ".in-form").textContent = parametricNow ? FORMS[formOf(this.#spec)] : "It is in the model\u2019s units.";
    for (const form of this.facts.forms) {
      const button = find(this.#root, `[data-form="${form}"]`, HTMLButtonElement);
      button.disabled = !parametricNow;
      button.setAttribute("aria-pressed", String(parametricNow && formOf(this.#spec) === form));
    }
    find(this.#root, ".moments").textContent = moments(this.#spec, this.#prior);
  }
}

/** Scrolls the row of a button, and nothing else, until the button is seen. @param {HTMLElement} button */
function inSight(button) {
  const row = /** @type {HTMLElement} */ (button.closest(".families"));
  const [from, to] = [row.getBoundingClientRect(), button.getBoundingClientRect()];
  if (to.left < from.left) row.scrollLeft += to.left - from.left;
  else if (to.right > from.right) row.scrollLeft += to.right - from.right;
}

/**
 * @param {Spec} spec
 * @param {Spec} prior
 */
function moments(spec, prior) {
  const isPrior = sameSpec(spec, PRIOR);
  if (!isParametric(spec) && !isPrior) return "its mean and covariance differ by latent";
  const { mean, std } = distribution(isPrior ? prior : inForm(spec, "raw"));
  return Object.entries({ mean, std, variance: std * std })
    .map(([name, value]) => `${name} ${value.toFixed(3).replace("-", "\u2212")}`)
    .join(" \u00b7 ");
}
