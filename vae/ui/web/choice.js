/** The controls with which a person chooses a distribution: presets, and sliders of its parameters. */

import { Beta, Normal } from "./distribution.js";

const FAMILIES = {
  normal: {
    create: (mean, std) => new Normal(mean, std),
    parameters: [
      { name: "mean", low: -4, high: 4, logarithmic: false },
      { name: "std", low: 0.05, high: 8, logarithmic: true },
    ],
  },
  beta: {
    create: (alpha, beta) => new Beta(alpha, beta),
    parameters: [
      { name: "alpha", low: 0.05, high: 20, logarithmic: true },
      { name: "beta", low: 0.05, high: 20, logarithmic: true },
    ],
  },
};

const GAUSSIAN_1_2 = { label: "Gaussian(1, 2)", family: "normal", values: [1, 2] };

const PRESETS = [
  { label: "N(0, 1)", family: "normal", values: [0, 1] },
  GAUSSIAN_1_2,
  { label: "Beta(0.25, 0.25)", family: "beta", values: [0.25, 0.25] },
  { label: "Beta(1, 1)", family: "beta", values: [1, 1] },
  { label: "Beta(1.1, 1.1)", family: "beta", values: [1.1, 1.1] },
  { label: "Beta(1.1, 2)", family: "beta", values: [1.1, 2] },
  { label: "Beta(4, 3)", family: "beta", values: [4, 3] },
];

/** A chosen distribution; `changed()` is called when it has become another one. */
export class Choice {
  #root;
  #changed;
  #refused;
  #family = "normal";
  #values = [0, 1];
  #gaussianStd = GAUSSIAN_1_2.values[1];

  /**
   * @param {HTMLElement} root holds .presets, .parameters and .reading
   * @param {{changed: function, refused: function(string)}} listeners; refused gets a sentence
   */
  constructor(root, { changed, refused }) {
    this.#root = root;
    this.#changed = changed;
    this.#refused = refused;
    this.#mountPresets();
    this.#mountReading();
    this.#mountParameters();
  }

  /** @returns {Normal|Beta} */
  get distribution() {
    return FAMILIES[this.#family].create(...this.#values);
  }

  #mountPresets() {
    const buttons = PRESETS.map((preset) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: preset.label });
      button.addEventListener("click", () => this.#use(preset));
      return button;
    });
    this.#root.querySelector(".presets").append(...buttons);
  }

  /** Whether the 2 of Gaussian(1, 2) is a standard deviation or a variance. */
  #mountReading() {
    const buttons = this.#root.querySelectorAll(".reading button");
    for (const button of buttons) {
      button.addEventListener("click", () => {
        this.#gaussianStd = Number(button.dataset.std);
        buttons.forEach((other) => other.setAttribute("aria-pressed", other === button));
        this.#use(GAUSSIAN_1_2);
      });
    }
  }

  #use(preset) {
    this.#family = preset.family;
    this.#values = this.#valuesOf(preset);
    this.#mountParameters();
    this.#change();
  }

  #valuesOf(preset) {
    return preset === GAUSSIAN_1_2 ? [preset.values[0], this.#gaussianStd] : [...preset.values];
  }

  #mountParameters() {
    const rows = FAMILIES[this.#family].parameters.map((parameter, i) =>
      parameterRow(parameter, this.#values[i], {
        refused: this.#refused,
        changed: (value) => {
          this.#values[i] = value;
          this.#change();
        },
      }));
    this.#root.querySelector(".parameters").replaceChildren(...rows);
    this.#markPreset();
  }

  #change() {
    this.#markPreset();
    this.#changed();
  }

  #markPreset() {
    this.#root.querySelectorAll(".presets button").forEach((button, i) => {
      const same = PRESETS[i].family === this.#family
        && String(this.#valuesOf(PRESETS[i])) === String(this.#values);
      button.setAttribute("aria-pressed", same);
    });
  }
}

/** A slider and a number that show the same value and refuse what lies outside their range. */
function parameterRow({ name, low, high, logarithmic }, initial, { changed, refused }) {
  const [position, value] = logarithmic
    ? [Math.log, (p) => Number(Math.exp(p).toPrecision(3))]
    : [Number, Number];
  const row = document.createElement("label");
  row.className = "parameter";
  row.innerHTML = `<span></span><input type="range"><input type="number" step="any">`;
  const [slider, number] = row.querySelectorAll("input");
  row.querySelector("span").textContent = name;
  slider.setAttribute("aria-label", name);
  number.setAttribute("aria-label", `value of ${name}`);
  Object.assign(slider, { min: position(low), max: position(high), step: logarithmic ? "any" : 0.01 });

  let last = initial;
  const accept = (next) => {
    last = next;
    changed(next);
  };
  const show = () => {
    slider.value = position(last);
    number.value = Number(last.toPrecision(3));
  };
  slider.addEventListener("input", () => {
    accept(value(slider.valueAsNumber));
    number.value = last;
  });
  number.addEventListener("input", () => {
    const typed = number.valueAsNumber;
    if (!(typed >= low && typed <= high)) {
      refused(`${name} must be a number from ${low} to ${high}.`);
      return;
    }
    accept(typed);
    slider.value = position(last);
  });
  number.addEventListener("change", show);
  show();
  return row;
}
