/** What Python knows and the page shows, as `vae/ui/facts.py` sends it with the page. */

/**
 * @typedef {import("../math/distribution.js").Spec} Spec
 *
 * @typedef {object} Parameter of a family, and the range of its slider
 * @property {string} name
 * @property {number} low
 * @property {number} high
 * @property {boolean} logarithmic
 *
 * @typedef {object} FamilyFacts
 * @property {string} label
 * @property {Parameter[]} parameters
 * @property {{label: string, spec: Spec}[]} presets those that have a button
 *
 * @typedef {object} Fit a distribution fitted to the encodings of a model
 * @property {string} button what its button says
 * @property {string} short
 * @property {string} label
 * @property {string[]} needs the statistics that it is drawn from
 *
 * @typedef {object} Facts
 * @property {Object<string, FamilyFacts>} families by name
 * @property {Object<string, Fit>} fitted by name
 * @property {string[]} forms how a distribution meets a model's prior
 * @property {{name: string, title: string}[]} tabs
 * @property {Object<string, string>} data_sets their titles, by the names that files have
 *
 * @typedef {object} ModelFacts what is said of a model before its file has come
 * @property {string} name
 * @property {string} about
 * @property {number} latents
 * @property {number|null} active how many of them tell something; null without an encoder
 * @property {number|null} total the loss on the test set, in nats; null without an encoder
 * @property {string} hash the beginning of the SHA-256 of its file
 * @property {Spec|null} prior what training held the codes to; null where no KL term did
 * @property {string} network
 * @property {string|null} likelihood
 * @property {boolean} encoder
 * @property {boolean} snapshots
 * @property {string} data_set what it was trained on, by its title
 * @property {string[]} classes their names
 * @property {boolean} digits whether these are the ten digits
 */

/**
 * The values to which a spec can be set, family by family.
 * @param {Facts} facts
 * @param {string} family
 * @param {number[]} values
 */
export function isInRange({ families }, family, values) {
  const parameters = families[family]?.parameters ?? [];
  return parameters.length > 0
    && parameters.every(({ low, high }, i) => values[i] >= low && values[i] <= high);
}

/** The tabs that Learn has. */
export const LEARN_TABS = ["explore", "draw"];

/**
 * The model whose whole latent space is one map, if there is one: Learn is about it.
 * @template {{latents: number, encoder?: boolean}} T
 * @param {T[]} models
 */
export function twoLatents(models) {
  return models.find(({ latents, encoder }) => latents === 2 && encoder);
}
