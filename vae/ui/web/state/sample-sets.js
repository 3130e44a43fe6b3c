/** What a set of samples of Sample is of, as an address holds it: mlp-20~beta:4,3:matched:t0.8. */

import { isInRange } from "./facts.js";
import { MOST_TEMPERATURE, parametric, PRIOR, specText } from "./specs.js";

/**
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {{name: string|null, spec: Spec, temperature: number}} Described name: of the model; null for
 *   that of the page
 */

// The name of a model is that of a file, which may hold anything.
const TEXT = /^(?:(.{1,255})~)?(\w{1,64})(?::(-?\d[^:]*))?(?::([a-z]+))?(?::t(\d(?:\.\d{1,3})?))?$/s;
const NUMBER = /^-?\d{1,4}(?:\.\d{1,17})?$/;

/** @param {Described} set */
export function sampleSetText({ name, spec, temperature }) {
  const heat = temperature === 1 ? "" : `:t${temperature}`;
  const model = name ? `${name}~` : "";
  return `${model}${specText(spec)}${heat}`;
}

/**
 * What sampleSetText() wrote; null when it is not that, or out of range.
 * @param {string} text
 * @param {Facts} facts
 * @returns {Described|null}
 */
export function parseSampleSet(text, facts) {
  const [, name = null, family, values, form, heat = "1"] = text.match(TEXT) ?? [];
  const spec = family === undefined ? null : parseSpec(family, values, form, facts);
  const temperature = Number(heat);
  return spec && temperature <= MOST_TEMPERATURE ? { name, spec, temperature } : null;
}

/**
 * @param {string} family
 * @param {string|undefined} values
 * @param {string|undefined} form
 * @param {Facts} facts
 * @returns {Spec|null}
 */
function parseSpec(family, values, form, facts) {
  if (family === PRIOR.family || Object.hasOwn(facts.fitted, family)) {
    return values === undefined && form === undefined ? { family } : null;
  }
  const texts = values?.split(",") ?? [];
  const numbers = texts.map(Number);
  const suits = texts.every((one) => NUMBER.test(one)) && isInRange(facts, family, numbers)
    && facts.families[family].parameters.length === texts.length;
  const known = form === undefined || facts.forms.includes(form);
  return suits && known ? parametric(family, numbers, form) : null;
}
