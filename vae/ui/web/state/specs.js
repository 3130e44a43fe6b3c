/**
 * Distributions of z as data: the plain objects that vae/sampling/specs.py reads, and their names.
 *
 * {family: "normal", mean, std} or another of math/families, perhaps with as: the form in which it
 * meets the prior (raw where it is left out); or the family alone, "prior" or the name of a fit.
 */

import { distribution, FAMILIES } from "../math/distribution.js";

export const MOST_TEMPERATURE = 1.5;
export const MOST_SEED = 2 ** 32 - 1;
export const MOST_PANELS = 4;
export const PRIOR = { family: "prior" };

/** @typedef {import("../math/distribution.js").Spec} Spec */

/** @type {(spec: Spec) => string} the form in which it meets the prior */
export const formOf = (spec) => spec.as ?? "raw";
/** @type {(spec: Spec) => boolean} whether its family has parameters to be set */
export const isParametric = ({ family }) => Object.hasOwn(FAMILIES, family);
/** @type {(spec: Spec) => number[]} those of the parameters, in their order */
export const valuesOf = (spec) => FAMILIES[spec.family].parameters.map((name) => spec[name]);
/** @type {(a: Spec, b: Spec) => boolean} */
export const sameSpec = (a, b) => specText(a) === specText(b);

/**
 * The spec of a family with these values, in this form.
 * @param {string} family
 * @param {number[]} values
 * @param {string} [form]
 * @returns {Spec}
 */
export function parametric(family, values, form = "raw") {
  const named = FAMILIES[family].parameters.map((name, i) => [name, values[i]]);
  return { family, ...Object.fromEntries(named), ...(form === "raw" ? {} : { as: form }) };
}

/**
 * The same in another form; what is in the model's units already has but one.
 * @param {Spec} spec
 * @param {string} form
 * @returns {Spec}
 */
export function inForm(spec, form) {
  const { as: _, ...plain } = spec;
  return form === "raw" || !isParametric(plain) ? plain : { ...plain, as: form };
}

/**
 * In a few words; in the notation of books, whose second number of N is a variance.
 * @param {Spec} spec
 * @param {import("./facts.js").Facts} facts
 */
export function labelOf(spec, { fitted }) {
  if (spec.family === PRIOR.family) return "the model\u2019s prior";
  if (Object.hasOwn(fitted, spec.family)) return fitted[spec.family].short;
  const form = formOf(spec) === "raw" ? "" : `, ${formOf(spec)}`;
  return distribution(spec).label + form;
}

/**
 * Its name in weights/evaluation.json and in files: normal-1-2, beta-4-3-matched, mixture.
 * @param {Spec} spec
 */
export function nameOf(spec) {
  const values = isParametric(spec) ? valuesOf(spec).map((value) => Number(value.toPrecision(4))) : [];
  return [spec.family, ...values, ...(formOf(spec) === "raw" ? [] : [spec.as])].join("-");
}

/**
 * The simplest spec that gives the same z in a model with this prior, as vae/sampling/specs.py finds it.
 * @param {Spec} spec
 * @param {Spec} prior of a family with parameters
 * @returns {Spec}
 */
export function reduce(spec, prior) {
  if (!isParametric(spec)) return spec;
  const form = formOf(spec);
  const { standard } = FAMILIES[spec.family];
  const alike = form === "standardised" && standard !== null;
  const plain = alike ? parametric(spec.family, standard) : inForm(spec, "raw");
  const sameShape = sameSpec(plain, prior) || (alike && spec.family === prior.family);
  return form === "matched" || sameShape ? PRIOR : inForm(plain, form);
}

/**
 * Why z cannot be drawn from it for this model, in a sentence; null when it can.
 * @param {Spec} spec
 * @param {{hasEncoder: boolean, record: {name: string}}} model
 * @param {import("../math/linear.js").Tensors} statistics
 * @param {import("./facts.js").Facts} facts
 */
export function obstacle({ family }, model, statistics, { fitted }) {
  if (!Object.hasOwn(fitted, family)) return null;
  if (!model.hasEncoder) return "A GAN has no encoder, so nothing can be fitted to encodings.";
  if (fitted[family].needs.every((name) => name in statistics)) return null;
  return `The file of ${model.record.name} stores no ${family} of its encodings.`;
}

/**
 * As an address holds it: beta:4,3:matched or mixture.
 * @param {Spec} spec
 */
export function specText(spec) {
  const values = isParametric(spec) ? [valuesOf(spec).join(",")] : [];
  return [spec.family, ...values, ...(formOf(spec) === "raw" ? [] : [spec.as])].join(":");
}
