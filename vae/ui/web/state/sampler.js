/**
 * z from a spec (state/specs.js), by common random numbers: the same uniforms through the inverse
 * cumulative distribution of whatever is chosen, so that two draws differ in the distribution alone.
 */

import { distribution } from "../math/distribution.js";
import { Gaussians } from "../math/gaussians.js";
import { fromMoments, sample } from "../math/posterior.js";
import { formOf, obstacle, PRIOR } from "./specs.js";

/**
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {import("../math/distribution.js").Distribution} Distribution
 * @typedef {import("../math/linear.js").Tensors} Tensors
 * @typedef {import("../math/random.js").Uniforms} Uniforms
 * @typedef {{latents: number, prior: Distribution, hasEncoder: boolean, record: {name: string}}} Prior
 *   what is asked of a model here
 * @typedef {{mean: number, std: number, pdf: (x: number) => number}} Density of one latent
 * @typedef {object} Source
 * @property {Float64Array} mean (D,)
 * @property {(u: Uniforms) => Float64Array} draw (count, D)
 * @property {(index: number) => Density|null} marginal
 */

/** One distribution of z for one model. */
export class Sampler {
  /** @type {Source} */
  #source;

  /**
   * @param {Spec} spec
   * @param {Prior} model
   * @param {Tensors} statistics of the model
   * @param {import("./facts.js").Facts} facts
   * @throws {RangeError} when a parameter is out of range
   * @throws {Error} when the model lacks what the spec needs, saying so
   */
  constructor(spec, model, statistics, facts) {
    const why = obstacle(spec, model, statistics, facts);
    if (why) throw new Error(why);
    this.spec = spec;
    this.latents = model.latents;
    this.#source = source(spec, model, statistics, facts);
    /** @type {Float64Array} (D,) the distribution's mean */
    this.mean = this.#source.mean;
  }

  /**
   * @param {Uniforms} u
   * @param {number} [temperature] T moves every z to m + T (z - m), m the distribution's mean
   * @returns {Float64Array} (count, D), one z after another
   */
  draw(u, temperature = 1) {
    const z = this.#source.draw(u);
    if (temperature !== 1) {
      const { mean, latents } = this;
      for (let i = 0; i < z.length; i++) {
        const m = mean[i % latents];
        z[i] = m + temperature * (z[i] - m);
      }
    }
    return z;
  }

  /**
   * The density of one latent, whatever the others are.
   * @param {number} index
   * @param {number} [temperature] above 0
   * @returns {Density|null} null for resampled encodings, whose density is the aggregate's
   */
  marginal(index, temperature = 1) {
    const one = this.#source.marginal(index);
    if (!one || temperature === 1) return one;
    const { pdf, mean, std } = one;
    return {
      mean,
      std: std * temperature,
      pdf: (x) => pdf(mean + (x - mean) / temperature) / temperature,
    };
  }
}

/**
 * What a fit is drawn from, by its name, given its statistics in the order of its needs.
 * @type {Object<string, (statistics: Float32Array[], model: Prior) => Source>}
 */
const FITS = {
  gaussian: ([mean, covariance], { latents }) => new Gaussians([1], mean, covariance, latents),
  classes([means, covariances], { latents }) {
    const equal = new Array(means.length / latents).fill(1);
    return new Gaussians(equal, means, covariances, latents);
  },
  mixture: ([weights, means, covariances], { latents }) =>
    new Gaussians(weights, means, covariances, latents),
  encodings: ([means, stds], model) => new Encodings(means, stds, model),
};

/**
 * @param {Spec} spec
 * @param {Prior} model
 * @param {Tensors} statistics
 * @param {import("./facts.js").Facts} facts
 * @returns {Source}
 */
function source(spec, model, statistics, { fitted }) {
  const fit = fitted[spec.family];
  if (!fit) return new Factorised(spec, model.prior, model.latents);
  return FITS[spec.family](fit.needs.map((name) => statistics[name].data), model);
}

/** Independent and the same in every dimension. */
class Factorised {
  #quantile;
  /** @type {Density} */
  #one;

  /**
   * @param {Spec} spec
   * @param {Distribution} prior
   * @param {number} latents D
   */
  constructor(spec, prior, latents) {
    this.latents = latents;
    // Matched is Q(F(z)) with F(z) = u: the prior's own quantile of u, without going by way of z.
    const isPrior = spec.family === PRIOR.family || formOf(spec) === "matched";
    const own = isPrior ? prior : distribution(spec);
    const scale = formOf(spec) === "standardised" ? prior.std / own.std : 1;
    const shift = formOf(spec) === "standardised" ? prior.mean - scale * own.mean : 0;
    this.#quantile = (/** @type {number} */ u) => shift + scale * own.quantile(u);
    this.#one = {
      mean: shift + scale * own.mean,
      std: scale * own.std,
      pdf: (x) => Math.exp(own.logPdf((x - shift) / scale)) / scale,
    };
    this.mean = new Float64Array(latents).fill(this.#one.mean);
  }

  /** @param {Uniforms} u */
  draw({ count, latent }) {
    const z = new Float64Array(count * this.latents);
    for (let i = 0; i < this.latents; i++) {
      for (let n = 0; n < count; n++) z[n * this.latents + i] = this.#quantile(latent[i][n]);
    }
    return z;
  }

  marginal() {
    return this.#one;
  }
}

/** The posteriors of the stored digits, one picked at random for every z. */
class Encodings {
  #posterior;
  #count;

  /**
   * @param {Float32Array} means (N, D)
   * @param {Float32Array} stds (N, D)
   * @param {Prior} model
   */
  constructor(means, stds, { latents, prior: { family } }) {
    this.latents = latents;
    this.#count = means.length / latents;
    /** @type {(all: Float32Array, row: number) => Float32Array} */
    const of = (all, row) => all.subarray(row * latents, (row + 1) * latents);
    this.#posterior = (/** @type {number} */ row) => fromMoments(family, of(means, row), of(stds, row));
    this.mean = new Float64Array(latents);
    means.forEach((value, i) => (this.mean[i % latents] += value / this.#count));
  }

  /** @param {Uniforms} u */
  draw({ count, component, latent }) {
    const z = new Float64Array(count * this.latents);
    for (let n = 0; n < count; n++) {
      const q = this.#posterior(Math.floor(component[n] * this.#count));
      z.set(sample(q, (i) => latent[i][n]), n * this.latents);
    }
    return z;
  }

  marginal() {
    return null;
  }
}
