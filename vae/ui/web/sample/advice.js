/** Whether a model was trained for the distribution that it is sampled from, and what helps if not. */

import { distribution } from "../math/distribution.js";
import {
  formOf, inForm, isParametric, PRIOR, reduce, sameSpec, specText,
} from "../state/specs.js";

/**
 * @typedef {import("../engine/model.js").Model} Model
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("../state/facts.js").ModelFacts} ModelFacts
 */

/**
 * @param {{model: Model, spec: Spec, temperature: number}} sampleSet
 * @param {{models: import("../state/facts.js").ModelFacts[],
 *   facts: import("../state/facts.js").Facts}} known what there is
 * @returns {{sentence: string, trained: boolean, beside: ModelFacts|null, matched: boolean}} beside: the
 *   model that was trained with this very prior; matched: whether matching would help
 */
export function advice({ model, spec, temperature }, { models, facts }) {
  const { name, recipe } = model.record;
  const prior = model.config.prior;
  const label = distribution(prior).label.replaceAll(" ", "\u00a0");
  const nothing = { trained: false, beside: null, matched: false };
  if (recipe.kl_weight === 0) {
    const where = isParametric(spec) || sameSpec(spec, PRIOR)
      ? "nothing asked its codes to follow a prior, so only what is fitted to them gives digits"
      : "nothing asked its codes to follow a prior; this is fitted to where they lie";
    return { ...nothing, sentence: `${name} was trained without a KL term: ${where}.` };
  }
  const simplest = reduce(spec, prior);
  if (sameSpec(simplest, PRIOR)) {
    const way = formOf(spec) === "matched" && !sameSpec(inForm(spec, "raw"), prior)
      ? `Matched, it is the prior ${label} exactly, which ${name} was trained with.`
      : `This is the prior that ${name} was trained with${formOf(spec) === "standardised" ? ", standardised" : ""}.`;
    return { ...nothing, sentence: way + cooler(temperature), trained: temperature === 1 };
  }
  if (!isParametric(spec)) {
    const sentence = `Not the prior ${label}, but where ${name} really puts the digits: ${facts.fitted[spec.family].label}.`;
    return { ...nothing, sentence };
  }
  const beside = trainedWith(inForm(spec, "raw"), model, models);
  return {
    trained: false,
    beside,
    matched: true,
    sentence: `${name} was trained with the prior ${label}, not with this.`,
  };
}

/**
 * The model whose training held it to this prior; of several, one with as many latents.
 * @param {Spec} spec
 * @param {Model} model
 * @param {ModelFacts[]} models
 */
function trainedWith(spec, { latents }, models) {
  const suited = models.filter(({ prior }) => prior && specText(prior) === specText(spec));
  return suited.find((one) => one.latents === latents) ?? suited[0] ?? null;
}

/** @param {number} temperature */
function cooler(temperature) {
  if (temperature === 1) return "";
  return temperature < 1 ? " Cooled, it keeps nearer to its mean." : " Heated, it goes further out.";
}
