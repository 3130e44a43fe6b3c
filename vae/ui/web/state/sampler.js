/**
 * z from a spec (state/specs.js), by common random numbers: the same uniforms through the inverse
 * cumulative distribution of whatever is chosen, so that two draws differ in the distribution alone.
 */

import { distribution } from "../math/distribution.js";
import { Gaussians } from "../math/gaussians.js";
import { fromMoments, sample } from "../math/posterior.js";
import { uniforms } from "../math/random.js";
import { formOf, obstacle, PRIOR } from "./specs.js";

/**
 * The random numbers of `count` digits: which component of a mixture, which class, and one a latent.
 * Numbers of one kind lie together, so that models of more latents begin with the numbers of those
 * of fewer.
 */
export class Uniforms {
  /** @param {number} seed; count: of digits; latents: D */
  constructor(seed, count, latents) {
    this.count = count;
    const all = uniforms(seed, (latents + 2) * count);
    const column = (i) => all.subarray(i * count, (i + 1) * count);
    [this.component, this.class] = [column(0), column(1)];
    this.latent = Array.from({ length: latents }, (_, i) => column(i + 2));
  }
}

/** One distribution of z for one model. */
export class Sampler {
  #source;

  /**
   * @param {object} spec
   * @param {import("../engine/model.js").Model} model
   * @param {Object<string, {shape: number[], data: Float32Array}>} statistics of the model
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
   * @returns {{pdf: function(number): number, mean: number, std: number, peak: number}|null} peak: an
   *   upper bound of pdf, or Infinity; null for resampled encodings, whose density is the
   *   aggregate's
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

/** What a fit is drawn from, by its name, given its statistics in the order of its needs. */
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

function source(spec, model, statistics, { fitted }) {
  const fit = fitted[spec.family];
  if (!fit) return new Factorised(spec, model.prior, model.latents);
  return FITS[spec.family](fit.needs.map((name) => statistics[name].data), model);
}

/** Independent and the same in every dimension. */
class Factorised {
  #quantile;
  #one;

  constructor(spec, prior, latents) {
    this.latents = latents;
    const own = spec.family === PRIOR.family || formOf(spec) === "matched" ? prior : distribution(spec);
    // Matched is Q(F(z)) with F(z) = u: the prior's own quantile of u, without going by way of z.
    const scale = formOf(spec) === "standardised" ? prior.std / own.std : 1;
    const shift = formOf(spec) === "standardised" ? prior.mean - scale * own.mean : 0;
    this.#quantile = (u) => shift + scale * own.quantile(u);
    this.#one = {
      mean: shift + scale * own.mean,
      std: scale * own.std,
      pdf: (x) => Math.exp(own.logPdf((x - shift) / scale)) / scale,
    };
    this.mean = new Float64Array(latents).fill(this.#one.mean);
  }

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

  constructor(means, stds, { latents, prior: { family } }) {
    this.latents = latents;
    this.#count = means.length / latents;
    const of = (all, row) => all.subarray(row * latents, (row + 1) * latents);
    this.#posterior = (row) => fromMoments(family, of(means, row), of(stds, row));
    this.mean = new Float64Array(latents);
    means.forEach((value, i) => (this.mean[i % latents] += value / this.#count));
  }

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
