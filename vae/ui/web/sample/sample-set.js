/** What a set of samples is: 64 digits of one model from one distribution. */

import { paced } from "../canvas/schedule.js";
import { Marginals } from "../math/marginals.js";
import { readings } from "./reader.js";
import { Uniforms } from "../math/random.js";
import { Sampler } from "../state/sampler.js";
import { sampleSetText } from "../state/sample-sets.js";
import { obstacle, PRIOR } from "../state/specs.js";

export const COUNT = 64;

/**
 * @typedef {import("../engine/model.js").Model} Model
 * @typedef {import("../math/distribution.js").Spec} Spec
 * @typedef {{name: string, spec: Spec, temperature: number}} State what a set of samples is of
 * @typedef {State & {seed: number, text: string}} Drawn what its pictures are of, and all as text
 * @typedef {ReturnType<typeof readings>} Reading
 */

/**
 * Events: "opened" (another model, or another spec or temperature), "drawn", "read", "trouble"
 * (detail: a sentence).
 */
export class SampleSet extends EventTarget {
  /** @type {Model|null} */
  model = null;
  /** @type {Awaited<ReturnType<Model["statistics"]>>} */
  statistics = {};
  /** @type {Marginals|null} the aggregate posterior's, of a model that has one */
  marginals = null;
  /** @type {Sampler|null} */
  sampler = null;
  /** @type {Float32Array} (64, D) */
  z = new Float32Array(0);
  /** @type {Uint8Array|number} the classes that a conditional decoder was told */
  y = 0;
  /** @type {Float32Array|null} */
  pictures = null;
  /** @type {Drawn|null} */
  drawn = null;
  /** @type {Reading|null} of the pictures, or of those just before */
  reading = null;
  #experiment;
  /** @type {{seed: number, latents: number, u: Uniforms}|null} */
  #uniforms = null;

  /**
   * @param {import("./experiment.js").Experiment} experiment that it is a part of
   * @param {State} state
   */
  constructor(experiment, { name, spec, temperature }) {
    super();
    this.#experiment = experiment;
    this.name = name;
    this.spec = spec;
    this.temperature = temperature;
    this.draw = paced(() => this.#draw());
  }

  get text() {
    return sampleSetText(this);
  }

  get state() {
    return { name: this.name, spec: this.spec, temperature: this.temperature };
  }

  /** Puts another model in; the one before stays when it cannot be had, and says why. */
  async open(name = this.name) {
    const before = this.model && this.name;
    this.name = name;
    try {
      const model = await this.#experiment.session.library.open(name);
      const statistics = await model.statistics();
      if (this.name !== name) return;
      this.model = model;
      this.statistics = statistics;
      this.marginals = "encodings.mean" in statistics ? new Marginals(model, statistics) : null;
      this.set({});
    } catch (error) {
      if (this.name !== name) return;
      if (before) this.name = before;
      this.#say("trouble", /** @type {Error} */ (error).message);
    }
  }

  /** @param {{spec?: Spec, temperature?: number}} change */
  set({ spec = this.spec, temperature = this.temperature }) {
    const { facts } = this.#experiment.session;
    const why = this.model && facts && obstacle(spec, this.model, this.statistics, facts);
    this.spec = why ? PRIOR : spec;
    this.temperature = temperature;
    if (!this.model || !facts) return;
    this.sampler = new Sampler(this.spec, this.model, this.statistics, facts);
    this.#say("opened");
    if (why) this.#say("trouble", `${why} These digits are of its prior.`);
    this.draw();
  }

  /** @param {number} n @returns {Float32Array} that digit's latent vector */
  latentsOf(n) {
    const latents = this.model?.latents ?? 0;
    return this.z.subarray(n * latents, (n + 1) * latents);
  }

  /**
   * The chosen distribution's density of one latent, as Sampler.marginal() has it.
   * @param {number} index
   */
  marginal(index) {
    const { sampler, marginals, temperature: t } = this;
    if (!sampler) return null;
    const found = sampler.marginal(index, t);
    if (found || !marginals) return found;
    const { pdf, low, high } = marginals.at(index);
    const mean = sampler.mean[index];
    const std = (t * (high - low)) / 8;
    return { mean, std, pdf: (/** @type {number} */ x) => pdf(mean + (x - mean) / t) / t };
  }

  /** Its readings, now. */
  readNow() {
    const classifier = this.#experiment.session.library.classifierFor(this.name);
    return classifier && this.pictures && readings(classifier.classify(this.pictures, COUNT));
  }

  #draw() {
    if (!this.sampler || !this.#experiment.visible) return;
    const { model, sampler, temperature } = this;
    if (!model) return;
    const u = this.#random(model.latents);
    this.drawn = { ...this.state, seed: this.#experiment.seed, text: this.text };
    this.z = Float32Array.from(sampler.draw(u, temperature));
    this.y = model.classes ? Uint8Array.from(u.class, (v) => Math.floor(v * model.classes)) : 0;
    this.pictures = model.decode(this.z, COUNT, this.y);
    this.#say("drawn");
    if (!this.#experiment.session.library.reads(this.name)) {
      this.reading = null;
      this.#say("read");
    }
    this.#experiment.reader.read(this, this.pictures, (probabilities) => {
      this.reading = readings(probabilities);
      this.#say("read");
    });
  }

  /** @param {number} latents */
  #random(latents) {
    const { seed } = this.#experiment;
    const kept = this.#uniforms;
    if (kept && kept.seed === seed && kept.latents === latents) return kept.u;
    const u = new Uniforms(seed, COUNT, latents);
    this.#uniforms = { seed, latents, u };
    return u;
  }

  /** @param {string} type; detail: a sentence, of trouble @param {string} [detail] */
  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
