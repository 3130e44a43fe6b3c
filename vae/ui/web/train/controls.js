/** The settings as a person changes them. */

import { find } from "../canvas/find.js";
import { FAMILIES, distribution, familyOf } from "../math/distribution.js";
import { MISTAKES, mistakeOf } from "./mistakes.js";
import { ACTIVATIONS, LIKELIHOODS, PRESETS, REBUILDS, USUAL } from "./settings.js";

/**
 * @typedef {import("../state/facts.js").Facts} Facts
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {keyof typeof PLACES} Place the name of a setting that has a control
 */

/** @type {Partial<Record<Place, (text: string) => number|Spec>>} */
const KINDS = {
  rate: Number, batch: Number, klWeight: Number, warmup: Number, latents: Number, prior: JSON.parse,
};
const PLACES = {
  klWeight: ".kl-weight", warmup: ".warmup", rate: ".rate", batch: ".batch", network: ".network",
  hidden: ".hidden", latents: ".latents", activation: ".activation", likelihood: ".likelihood",
  prior: ".prior", mistake: ".mistake",
};
const CONTROLS = /** @type {[Place, string][]} */ (Object.entries(PLACES));
// The largest dense layer, and the most channels: what a browser's memory and patience allow.
const LARGEST = { dense: 1024, convolutional: 64 };

/**
 * @param {HTMLElement} element
 * @param {Facts} facts
 * @param {{live: (settings: Settings) => void, rebuild: (settings: Settings) => void, digits: () => void}} told what is called with the
 *   settings: when a run can go on with them, when it begins anew, and when other digits are wanted
 */
export function mountControls(element, facts, told) {
  const place = (/** @type {string} */ selector) => find(element, selector);
  const select = (/** @type {string} */ selector) => find(element, selector, HTMLSelectElement);
  /** @type {(selector: string) => HTMLInputElement|HTMLSelectElement} */
  const controlAt = (selector) => /** @type {any} */ (find(element, selector));
  /** @type {Settings} */
  let settings = { ...USUAL };

  fill(select(".preset"), PRESETS.map(({ title }, i) => [i, title]));
  fill(select(".activation"), ACTIVATIONS.map((name) => [name, name.replace("_", " ")]));
  fill(select(".likelihood"), labelled(LIKELIHOODS));
  fill(select(".prior"), priors(facts));
  fill(select(".mistake"), [["", "none"], ...MISTAKES.map(({ name, title }) => /** @type {[string, string]} */ ([name, title]))]);
  fill(select(".label"), Array.from({ length: 10 }, (_, i) => [i, i]));

  function show() {
    for (const [name, selector] of CONTROLS) {
      const value = settings[name];
      controlAt(selector).value = Array.isArray(value) ? value.join(", ")
        : typeof value === "object" ? written(value) : String(value);
    }
    place(".kl-weight-shown").textContent = settings.klWeight.toFixed(2);
    const wrong = mistakeOf(settings.mistake);
    place(".what").hidden = !wrong;
    place(".what").textContent = wrong
      ? `${wrong.sees} ${wrong.why}${wrong.bound ? "" : " What is minimised is no bound on \u2212log p(x)."}`
      : "";
  }

  /**
   * @param {Place} name
   * @param {number|Spec|string} value
   */
  function change(name, value) {
    const checked = check(name, value, settings);
    if (checked !== null) settings = { ...settings, [name]: checked };
    if (name === "network") settings.hidden = value === "dense" ? [400, 200] : [16, 32];
    // What is wrong with the posterior of one family says nothing about another.
    const { of = familyOf(settings.prior) } = mistakeOf(settings.mistake) ?? {};
    if (of !== familyOf(settings.prior)) settings.mistake = "";
    show();
    (REBUILDS.includes(name) ? told.rebuild : told.live)(settings);
  }

  for (const [name, selector] of CONTROLS) {
    const control = controlAt(selector);
    const event = control.type === "range" ? "input" : "change";
    control.addEventListener(event, () => change(name, KINDS[name]?.(control.value) ?? control.value));
  }
  select(".preset").addEventListener("change", () => {
    const preset = PRESETS[Number(select(".preset").value)];
    settings = { ...USUAL, ...preset.settings, seed: settings.seed };
    place(".about").textContent = preset.about;
    show();
    told.rebuild(settings);
  });
  place(".about").textContent = PRESETS[0].about;
  for (const name of [".source", ".amount"]) {
    place(name).addEventListener("change", () => {
      place(".own").hidden = select(".source").value !== "own";
      place(".amount-label").hidden = select(".source").value !== "mnist";
      told.digits();
    });
  }
  show();

  return {
    get settings() {
      return settings;
    },
    get source() {
      return select(".source").value;
    },
    get amount() {
      return Number(select(".amount").value);
    },
    /**
     * Puts settings that a run had before.
     * @param {{settings: Partial<Settings>, source: string, amount: number}} kept
     */
    put(kept) {
      settings = { ...USUAL, ...kept.settings };
      select(".amount").value = String(kept.amount);
      this.choose(kept.source);
      show();
    },
    /** Another seed, and the settings with it. */
    reseed() {
      settings = { ...settings, seed: settings.seed + 1 };
      return settings;
    },
    /**
     * Puts another source of digits.
     * @param {string} source
     */
    choose(source) {
      select(".source").value = source;
      place(".own").hidden = source !== "own";
      place(".amount-label").hidden = source !== "mnist";
    },
  };
}

/**
 * The value that can be used, or null for one that cannot.
 * @param {Place} name
 * @param {any} value what a control said: text, or what KINDS makes of it
 * @param {Settings} settings
 */
function check(name, value, { network }) {
  if (name === "hidden") {
    const sizes = String(value).split(/[\s,]+/).filter(Boolean).map(Number);
    const most = network === "dense" ? 3 : 2;
    const fits = sizes.length >= (network === "dense" ? 1 : 2) && sizes.length <= most
      && sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= LARGEST[network]);
    return fits ? sizes : null;
  }
  if (name === "latents") return Number.isInteger(value) && value >= 1 && value <= 64 ? value : null;
  if (name === "warmup") return value >= 0 ? value : null;
  return value;
}

/**
 * Every prior that is offered and of a family that an encoder can have.
 * @param {Facts} facts
 * @returns {[string, string][]}
 */
function priors({ families }) {
  const all = Object.values(families).flatMap(({ presets }) => presets);
  return all.filter(({ spec }) => Object.hasOwn(FAMILIES, spec.family))
    .map(({ label, spec }) => [written(spec), label]);
}

/**
 * A spec as text, its numbers in the order of its family.
 * @param {Spec} spec
 */
function written(spec) {
  const { values, family } = distribution(spec);
  const numbers = family.parameters.map((name, i) => [name, values[i]]);
  return JSON.stringify({ family: family.name, ...Object.fromEntries(numbers) });
}

/**
 * @param {HTMLSelectElement} select
 * @param {[value: string|number, text: string|number][]} options
 */
function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => new Option(String(text), String(value))));
}

/** @type {(table: Object<string, {label: string}>) => [string, string][]} */
const labelled = (table) => Object.entries(table).map(([name, { label }]) => [name, label]);
