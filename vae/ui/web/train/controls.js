/** The settings as a person changes them. */

import { FAMILIES, distribution, familyOf } from "../math/distribution.js";
import { normal } from "../math/families/normal.js";
import { MISTAKES, mistakeOf } from "./mistakes.js";
import { ACTIVATIONS, LIKELIHOODS, PRESETS, REBUILDS, USUAL } from "./settings.js";

const KINDS = {
  rate: Number, batch: Number, klWeight: Number, warmup: Number, latents: Number, prior: JSON.parse,
};
const PLACES = {
  klWeight: ".kl-weight", warmup: ".warmup", rate: ".rate", batch: ".batch", network: ".network",
  hidden: ".hidden", latents: ".latents", activation: ".activation", likelihood: ".likelihood",
  prior: ".prior", mistake: ".mistake",
};
// The largest dense layer, and the most channels: what a browser's memory and patience allow.
const LARGEST = { dense: 1024, convolutional: 64 };

/**
 * @param {HTMLElement} element
 * @param {import("../state/facts.js").Facts} facts
 * @param {{live: Function, rebuild: Function, digits: Function}} told what is called with the
 *   settings: when a run can go on with them, when it begins anew, and when other digits are wanted
 */
export function mountControls(element, facts, told) {
  const find = (selector) => element.querySelector(selector);
  /** @type {import("./settings.js").Settings} */
  let settings = { ...USUAL };

  fill(find(".preset"), PRESETS.map(({ title }, i) => [i, title]));
  fill(find(".activation"), ACTIVATIONS.map((name) => [name, name.replace("_", " ")]));
  fill(find(".likelihood"), labelled(LIKELIHOODS));
  fill(find(".prior"), priors(facts));
  fill(find(".mistake"), [["", "none"], ...MISTAKES.map(({ name, title }) => [name, title])]);
  fill(find(".label"), Array.from({ length: 10 }, (_, i) => [i, i]));

  function show() {
    for (const [name, selector] of Object.entries(PLACES)) {
      const value = settings[name];
      find(selector).value = Array.isArray(value) ? value.join(", ")
        : typeof value === "object" ? written(value) : value;
    }
    find(".kl-weight-shown").textContent = settings.klWeight.toFixed(2);
    const wrong = mistakeOf(settings.mistake);
    find(".what").hidden = !wrong;
    find(".what").textContent = wrong
      ? `${wrong.sees} ${wrong.why}${wrong.bound ? "" : " What is minimised is no bound on \u2212log p(x)."}`
      : "";
  }

  function change(name, value) {
    const checked = check(name, value, settings);
    if (checked !== null) settings = { ...settings, [name]: checked };
    if (name === "network") settings.hidden = value === "dense" ? [400, 200] : [16, 32];
    // What differs in a normal posterior says nothing about another family.
    if (mistakeOf(settings.mistake)?.family && familyOf(settings.prior) !== normal) {
      settings.mistake = "";
    }
    show();
    (REBUILDS.includes(name) ? told.rebuild : told.live)(settings);
  }

  for (const [name, selector] of Object.entries(PLACES)) {
    const control = find(selector);
    const event = control.type === "range" ? "input" : "change";
    control.addEventListener(event, () => change(name, KINDS[name]?.(control.value) ?? control.value));
  }
  find(".preset").addEventListener("change", ({ target }) => {
    const preset = PRESETS[target.value];
    settings = { ...USUAL, ...preset.settings, seed: settings.seed };
    find(".about").textContent = preset.about;
    show();
    told.rebuild(settings);
  });
  find(".about").textContent = PRESETS[0].about;
  for (const name of [".source", ".amount"]) {
    find(name).addEventListener("change", () => {
      find(".own").hidden = find(".source").value !== "own";
      find(".amount-label").hidden = find(".source").value !== "mnist";
      told.digits();
    });
  }
  show();

  return {
    get settings() {
      return settings;
    },
    get source() {
      return find(".source").value;
    },
    get amount() {
      return Number(find(".amount").value);
    },
    /** Puts settings that a run had before. */
    put(kept) {
      settings = { ...USUAL, ...kept };
      show();
    },
    /** Another seed, and the settings with it. */
    reseed() {
      settings = { ...settings, seed: settings.seed + 1 };
      return settings;
    },
    /** Puts another source of digits. */
    choose(source) {
      find(".source").value = source;
      find(".amount-label").hidden = source !== "mnist";
    },
  };
}

/** The value that can be used, or null for one that cannot. */
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

/** Every prior that is offered and of a family that an encoder can have. */
function priors({ families }) {
  const all = Object.values(families).flatMap(({ presets }) => presets);
  return all.filter(({ spec }) => Object.hasOwn(FAMILIES, spec.family))
    .map(({ label, spec }) => [written(spec), label]);
}

/** A spec as text, its numbers in the order of its family. */
function written(spec) {
  const { values, family } = distribution(spec);
  const numbers = family.parameters.map((name, i) => [name, values[i]]);
  return JSON.stringify({ family: family.name, ...Object.fromEntries(numbers) });
}

function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
}

const labelled = (table) => Object.entries(table).map(([name, { label }]) => [name, label]);
