/** The controls of a distribution: presets, sliders of its parameters, its form, a temperature. */

import { distribution } from "../math/distribution.js";
import {
  formOf, FITTED, FORMS, inForm, isParametric, MOST_TEMPERATURE, PARAMETERS, parametric, PRIOR,
  sameSpec, valuesOf,
} from "../state/specs.js";

const STDS = [2, Math.SQRT2];
const TEMPERATURE = { name: "temperature", low: 0, high: MOST_TEMPERATURE, logarithmic: false };

const PRESETS = {
  normal: [["N(0, 1)", parametric("normal", [0, 1])], ["Gaussian(1, 2)", null]],
  beta: [[0.25, 0.25], [1, 1], [1.1, 1.1], [1.1, 2], [4, 3]].map((values) =>
    [`Beta(${values.join(", ")})`, parametric("beta", values)]),
  fitted: [
    ["prior", PRIOR, "The distribution p(z) that the model was trained with"],
    ["one Gaussian", { family: "gaussian" }, FITTED.gaussian.label],
    ["per class", { family: "classes" }, FITTED.classes.label],
    ["mixture", { family: "mixture" }, FITTED.mixture.label],
    ["encodings", { family: "encodings" }, `${FITTED.encodings.label}: a sample of q(z|x)`],
  ],
};

/** Shows a spec and a temperature, and says when a person wants another. */
export class Choice {
  #root;
  #listeners;
  #spec = parametric("normal", [0, 1]);
  #prior = PRIOR;
  #std = STDS[0];
  #rows = null;
  #temperature;
  #buttons = [];

  /**
   * @param {HTMLElement} root
   * @param {{changed: function({spec?: object, temperature?: number}), refused: function(string)}}
   *   listeners; refused gets a sentence, "" once what is shown is fine again
   */
  constructor(root, listeners) {
    this.#root = root;
    this.#listeners = listeners;
    for (const [group, presets] of Object.entries(PRESETS)) {
      const place = root.querySelector(`[data-group="${group}"]`);
      place.append(...presets.map((preset) => this.#preset(preset)));
    }
    this.#mountReading();
    this.#mountForms();
    this.#temperature = parameterRow(TEMPERATURE, 1, {
      refused: listeners.refused,
      changed: (temperature) => this.#change({ temperature }),
    });
    root.querySelector(".heat").append(this.#temperature.row);
  }

  /** @param {import("./samples.js").Sheet} sheet what is chosen now */
  show({ spec, temperature, model }) {
    this.#spec = spec;
    this.#prior = model.config.prior;
    if (!isParametric(spec)) this.#showFixed();
    else if (this.#rows?.family !== spec.family) this.#mountParameters();
    else this.#rows.rows.forEach((row, i) => row.show(valuesOf(spec)[i]));
    this.#temperature.show(temperature);
    if (this.#isGaussian12()) this.#std = spec.std;
    this.#mark();
  }

  #preset([label, spec, title]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: label, title: title ?? "" });
    const wanted = () => spec ?? parametric("normal", [1, this.#std]);
    button.addEventListener("click", () =>
      this.#change({ spec: inForm(wanted(), isParametric(wanted()) ? formOf(this.#spec) : "raw") }));
    this.#buttons.push([button, wanted]);
    return button;
  }

  /** Whether the 2 of Gaussian(1, 2) is a standard deviation or a variance. */
  #mountReading() {
    this.#root.querySelectorAll(".reading button").forEach((button, i) => {
      button.addEventListener("click", () => {
        this.#std = STDS[i];
        this.#change({ spec: parametric("normal", [1, STDS[i]], formOf(this.#spec)) });
      });
    });
  }

  #mountForms() {
    for (const button of this.#root.querySelectorAll("[data-form]")) {
      button.addEventListener("click", () =>
        this.#change({ spec: inForm(this.#spec, button.dataset.form) }));
    }
  }

  #mountParameters() {
    const { family } = this.#spec;
    const rows = PARAMETERS[family].map((parameter, i) =>
      parameterRow(parameter, valuesOf(this.#spec)[i], {
        refused: this.#listeners.refused,
        changed: (value) => {
          const values = valuesOf(this.#spec).with(i, value);
          this.#change({ spec: parametric(family, values, formOf(this.#spec)) });
        },
      }));
    this.#rows = { family, rows };
    this.#root.querySelector(".parameters").replaceChildren(...rows.map(({ row }) => row));
  }

  /** A distribution without parameters says in words what it is. */
  #showFixed() {
    this.#rows = null;
    const words = document.createElement("p");
    words.className = "quiet";
    const { family } = this.#spec;
    words.textContent = family === "prior"
      ? `The prior that the model was trained with, ${distribution(this.#prior).label} in every latent.`
      : `${FITTED[family].label[0].toUpperCase()}${FITTED[family].label.slice(1)}: the aggregate posterior.`;
    this.#root.querySelector(".parameters").replaceChildren(words);
  }

  #change(change) {
    this.#listeners.refused("");
    this.#listeners.changed(change);
  }

  #isGaussian12() {
    const plain = inForm(this.#spec, "raw");
    return STDS.some((std) => sameSpec(plain, parametric("normal", [1, std])));
  }

  #mark() {
    const plain = inForm(this.#spec, "raw");
    for (const [button, wanted] of this.#buttons) {
      button.setAttribute("aria-pressed", sameSpec(plain, wanted()));
    }
    this.#root.querySelector(".reading").hidden = !this.#isGaussian12();
    this.#root.querySelectorAll(".reading button").forEach((button, i) =>
      button.setAttribute("aria-pressed", this.#spec.std === STDS[i]));
    const parametricNow = isParametric(this.#spec);
    for (const form of FORMS) {
      const button = this.#root.querySelector(`[data-form="${form}"]`);
      button.disabled = !parametricNow;
      button.setAttribute("aria-pressed", parametricNow && formOf(this.#spec) === form);
    }
    this.#root.querySelector(".moments").textContent = moments(this.#spec, this.#prior);
  }
}

function moments(spec, prior) {
  if (!isParametric(spec) && spec.family !== "prior") return "its mean and covariance differ by latent";
  const { mean, std } = distribution(spec.family === "prior" ? prior : inForm(spec, "raw"));
  return Object.entries({ mean, std, variance: std * std })
    .map(([name, value]) => `${name} ${value.toFixed(3).replace("-", "\u2212")}`)
    .join(" \u00b7 ");
}

/**
 * A slider and a number that show the same value and refuse what lies outside their range.
 * @returns {{row: HTMLElement, show: function(number)}}
 */
function parameterRow({ name, low, high, logarithmic }, initial, { changed, refused }) {
  const [position, value] = logarithmic
    ? [Math.log, (p) => Math.min(high, Math.max(low, Number(Math.exp(p).toPrecision(3))))]
    : [Number, Number];
  const row = document.createElement("label");
  row.className = "parameter";
  row.title = `from ${low} to ${high}`;
  row.innerHTML = `<span></span><input type="range"><input type="number" step="any">`;
  const [slider, number] = row.querySelectorAll("input");
  row.querySelector("span").textContent = name;
  slider.setAttribute("aria-label", name);
  number.setAttribute("aria-label", `value of ${name}`);
  Object.assign(slider, {
    min: position(low), max: position(high), step: logarithmic ? (position(high) - position(low)) / 240 : 0.01,
  });
  let last = initial;
  const write = () => {
    number.value = Number(last.toPrecision(3));
    slider.setAttribute("aria-valuetext", String(Number(last.toPrecision(3))));
    number.removeAttribute("aria-invalid");
  };
  slider.addEventListener("input", () => changed((last = value(slider.valueAsNumber))));
  number.addEventListener("input", () => {
    const typed = number.valueAsNumber;
    const fits = typed >= low && typed <= high;
    number.toggleAttribute("aria-invalid", !fits);
    if (fits) changed((last = typed));
    else refused(`${name} must be a number from ${low} to ${high}.`);
  });
  number.addEventListener("change", () => {
    write();
    refused("");
  });
  const show = (next) => {
    last = next;
    if (document.activeElement !== slider) slider.value = position(last);
    if (document.activeElement !== number) write();
    else slider.setAttribute("aria-valuetext", String(last));
  };
  slider.value = position(initial);
  write();
  return { row, show };
}
