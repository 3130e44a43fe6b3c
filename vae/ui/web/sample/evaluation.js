/** weights/evaluation.json in the page: what was measured of every model; see vae/evaluation/results.py. */

import { nameOf, reduce } from "../state/specs.js";
import { fetchJSON } from "../state/weights.js";

/**
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {{mean: number, spread: number}} Figure
 * @typedef {Record<string, Figure> & {same_as?: string}} Figures by measure
 * @typedef {{label: string, better: "lower"|"higher", definition: string}} Measure
 * @typedef {object} Content of weights/evaluation.json
 * @property {{samples: number, seeds: number[], reference: string, floor: string}} conditions
 * @property {Object<string, Measure>} measures
 * @property {Object<string, {label: string, spec: Spec}>} distributions
 * @property {Figures|null} floor
 * @property {Object<string, {hash: string, distributions: Object<string, Figures>}>} models
 */

export class Evaluation {
  /**
   * @param {Content} content of the file
   * @param {Object<string, string>} hashes of the models' files that the page has
   */
  constructor({ conditions, measures, distributions, floor, models }, hashes) {
    this.conditions = conditions;
    this.measures = measures;
    this.distributions = distributions;
    this.floor = floor;
    /** The models whose file is still the one that was measured. */
    this.models = Object.fromEntries(
      Object.entries(models).filter(([name, { hash }]) => hashes[name] === hash),
    );
  }

  /**
   * @param {Object<string, string>} hashes of the models' files that the page has
   * @returns {Promise<Evaluation|null>} null when there is none that can be read
   */
  static async fetch(hashes) {
    try {
      return new Evaluation(await fetchJSON("evaluation.json"), hashes);
    } catch {
      return null;
    }
  }

  /**
   * The figures of a model under a distribution, by its name in the table; or undefined.
   * @param {string} model
   * @param {string} name
   */
  named(model, name) {
    const known = this.models[model]?.distributions ?? {};
    const found = known[name];
    return found?.same_as ? known[found.same_as] : found;
  }

  /**
   * The same for any spec, for a model with this prior.
   * @param {string} model
   * @param {Spec} spec
   * @param {Spec} prior
   */
  of(model, spec, prior) {
    return this.named(model, nameOf(spec)) ?? this.named(model, nameOf(reduce(spec, prior)));
  }

  /** In words: of how many digits, and against what. */
  get basis() {
    const { samples, seeds, reference } = this.conditions;
    return `${samples.toLocaleString("en")} digits \u00d7 ${seeds.length} seeds, against ${reference}`;
  }
}

/**
 * A figure as a table shows it, and its spread to the same place.
 * @param {Figure} figure
 */
export function figureText({ mean, spread }) {
  const places = mean >= 10 ? 1 : mean >= 1 ? 2 : 3;
  return { mean: mean.toFixed(places), spread: `\u00b1${spread.toFixed(places)}` };
}
