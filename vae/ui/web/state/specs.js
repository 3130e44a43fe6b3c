/**
 * Distributions of z as data: the plain objects that vae/sampler.py reads, their ranges, their names
 * in tables and their text in an address.
 *
 * {family: "normal", mean, std} or {family: "beta", alpha, beta}, each perhaps with as: one of FORMS
 * (raw where it is left out); or the family alone, one of FITTED or "prior".
 */

import { distribution, FAMILIES } from "../math/distribution.js";

export const FORMS = ["raw", "standardised", "matched"];

/** The parameters of a family, their ranges, and whether a slider of them is logarithmic. */
export const PARAMETERS = {
  normal: [
    { name: "mean", low: -4, high: 4, logarithmic: false },
    { name: "std", low: 0.05, high: 8, logarithmic: true },
  ],
  beta: [
    { name: "alpha", low: 0.05, high: 20, logarithmic: true },
    { name: "beta", low: 0.05, high: 20, logarithmic: true },
  ],
};

export const MOST_TEMPERATURE = 1.5;
export const MOST_SEED = 2 ** 32 - 1;
export const MOST_PANELS = 4;
export const PRIOR = { family: "prior" };

/** What a family that a model decides is called, shortly and in full, and the statistics it needs. */
export const FITTED = {
  gaussian: {
    short: "one Gaussian",
    label: "one Gaussian fitted to the encodings",
    needs: ["mean", "covariance"],
  },
  classes: {
    short: "a Gaussian per class",
    label: "a Gaussian fitted to each digit class",
    needs: ["class_mean", "class_covariance"],
  },
  mixture: {
    short: "mixture of Gaussians",
    label: "a mixture of Gaussians fitted to the encodings",
    needs: ["mixture.weight", "mixture.mean", "mixture.covariance"],
  },
  encodings: {
    short: "resampled encodings",
    label: "encodings of real digits, resampled",
    needs: ["encodings.mean", "encodings.std"],
  },
};

export const formOf = (spec) => spec.as ?? "raw";
export const isParametric = ({ family }) => Object.hasOwn(FAMILIES, family);
export const valuesOf = (spec) => FAMILIES[spec.family].parameters.map((name) => spec[name]);
export const sameSpec = (a, b) => specText(a) === specText(b);

/** The spec of a family with these values, in this form. */
export function parametric(family, values, form = "raw") {
  const named = FAMILIES[family].parameters.map((name, i) => [name, values[i]]);
  return { family, ...Object.fromEntries(named), ...(form === "raw" ? {} : { as: form }) };
}

/** The same in another form; what is in the model's units already has but one. */
export function inForm({ as, ...plain }, form) {
  return form === "raw" || !isParametric(plain) ? plain : { ...plain, as: form };
}

/** In a few words; in the notation of books, whose second number of N is a variance. */
export function labelOf(spec) {
  if (spec.family === "prior") return "the model\u2019s prior";
  if (spec.family in FITTED) return FITTED[spec.family].short;
  const form = formOf(spec) === "raw" ? "" : `, ${formOf(spec)}`;
  return distribution(spec).label + form;
}

/** Its name in weights/evaluation.json and in files: normal-1-2, beta-4-3-matched, mixture. */
export function nameOf(spec) {
  const values = isParametric(spec) ? valuesOf(spec).map((value) => Number(value.toPrecision(4))) : [];
  return [spec.family, ...values, ...(formOf(spec) === "raw" ? [] : [spec.as])].join("-");
}

/**
 * The simplest spec that gives the same z in a model with this prior, as vae/sampler.py finds it.
 * @param {object} prior the spec of a parametric distribution
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

/** Why z cannot be drawn from it for this model, in a sentence; null when it can. */
export function obstacle({ family }, model, statistics) {
  if (!(family in FITTED)) return null;
  if (!model.hasEncoder) return "A GAN has no encoder, so nothing can be fitted to encodings.";
  if (FITTED[family].needs.every((name) => name in statistics)) return null;
  return `The file of ${model.record.name} stores no ${family} of its encodings.`;
}

/** As an address holds it: beta:4,3:matched or mixture. */
export function specText(spec) {
  const values = isParametric(spec) ? [valuesOf(spec).join(",")] : [];
  return [spec.family, ...values, ...(formOf(spec) === "raw" ? [] : [spec.as])].join(":");
}

/** What one panel shows, as an address holds it: mlp-20~beta:4,3:matched:t0.8. */
export function panelText({ name, spec, temperature }) {
  const heat = temperature === 1 ? "" : `:t${temperature}`;
  return `${name ? `${name}~` : ""}${specText(spec)}${heat}`;
}

/** What panelText() wrote; null when it is not that, or out of range. */
export function parsePanel(text) {
  const [, name = null, family, rest] = text.match(/^(?:([\w.-]+)~)?(\w+)(.*)$/) ?? [];
  const parts = (rest ?? "").split(":").slice(1);
  const heat = parts.at(-1)?.match(/^t(\d.*)$/);
  if (heat) parts.pop();
  const temperature = heat ? Number(heat[1]) : 1;
  const spec = parseSpec(family, parts);
  return spec && temperature <= MOST_TEMPERATURE ? { name, spec, temperature } : null;
}

function parseSpec(family, [values, form = "raw"]) {
  if (family === "prior" || family in FITTED) return values === undefined ? { family } : null;
  const numbers = values?.split(",").map(Number) ?? [];
  const suits = PARAMETERS[family]?.every(({ low, high }, i) => numbers[i] >= low && numbers[i] <= high);
  return suits && FORMS.includes(form) ? parametric(family, numbers, form) : null;
}
