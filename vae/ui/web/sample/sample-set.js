/** What a set of samples is: 64 digits of one model from one distribution. */

import { paced } from "../canvas/schedule.js";
import { Marginals } from "../math/marginals.js";
import { readings } from "./reader.js";
import { Uniforms } from "../math/random.js";
import { Sampler } from "../state/sampler.js";
import { panelText } from "../state/address.js";
import { obstacle, PRIOR } from "../state/specs.js";

export const COUNT = 64;

/**
 * Events: "opened" (another model, or another spec or temperature), "drawn", "read", "trouble"
 * (detail: a sentence).
 */
export class SampleSet extends EventTarget {
  /** @type {import("../engine/model.js").Model|null} */
  model = null;
  statistics = null;
  /** @type {Marginals|null} the aggregate posterior's, of a model that has one */
  marginals = null;
  /** @type {Sampler|null} */
  sampler = null;
  /** @type {Float32Array} (64, D) */
  z = new Float32Array(0);
  /** @type {Uint8Array|number} the classes that a conditional decoder was told */
  y = 0;
  pictures = null;
  /** @type {object|null} what the pictures are of: name, spec, temperature, seed and all as text */
  drawn = null;
  /** @type {{label, confidence, probabilities}|null} of the pictures, or of those just before */
  reading = null;
  #experiment;
  #uniforms = null;

  /**
   * @param {import("./experiment.js").Experiment} experiment that it is a part of
   * @param {{name: string, spec: object, temperature: number}} state
   */
  constructor(experiment, { name, spec, temperature }) {
    super();
    this.#experiment = experiment;
    Object.assign(this, { name, spec, temperature });
    this.draw = paced(() => this.#draw());
  }

  get text() {
    return panelText(this);
  }

  get state() {
    return { name: this.name, spec: this.spec, temperature: this.temperature };
  }

  /** Puts another model in; the one before stays when it cannot be had, and says why. */
  async open(name = this.name) {
    const before = this.model && this.name;
    this.name = name;
    try {
      const model = await this.#experiment.session.open(name);
      const statistics = await model.statistics();
      if (this.name !== name) return;
      const marginals = model.hasEncoder ? new Marginals(model, statistics) : null;
      Object.assign(this, { model, statistics, marginals });
      this.set({});
    } catch (error) {
      if (this.name !== name) return;
      if (before) this.name = before;
      this.#say("trouble", error.message);
    }
  }

  /** @param {{spec?: object, temperature?: number}} change */
  set({ spec = this.spec, temperature = this.temperature }) {
    const { facts } = this.#experiment.session;
    const why = this.model && obstacle(spec, this.model, this.statistics, facts);
    Object.assign(this, { spec: why ? PRIOR : spec, temperature });
    if (!this.model) return;
    this.sampler = new Sampler(this.spec, this.model, this.statistics, facts);
    this.#say("opened");
    if (why) this.#say("trouble", `${why} These digits are of its prior.`);
    this.draw();
  }

  /** One digit's latent vector. */
  latentsOf(n) {
    const { latents } = this.model;
    return this.z.subarray(n * latents, (n + 1) * latents);
  }

  /** The chosen distribution's density of one latent, as Sampler.marginal() has it. */
  marginal(index) {
    const { sampler, marginals, temperature: t } = this;
    const found = sampler.marginal(index, t);
    if (found || !marginals) return found;
    const { pdf, low, high } = marginals.at(index);
    const mean = sampler.mean[index];
    const std = (t * (high - low)) / 8;
    return { mean, std, pdf: (x) => pdf(mean + (x - mean) / t) / t };
  }

  /** Its readings, now. */
  readNow() {
    const classifier = this.#experiment.session.classifierFor(this.name);
    return classifier && readings(classifier.classify(this.pictures, COUNT));
  }

  #draw() {
    if (!this.sampler || !this.#experiment.visible) return;
    const { model, sampler, temperature } = this;
    const u = this.#random();
    this.drawn = { ...this.state, seed: this.#experiment.seed, text: this.text };
    this.z = Float32Array.from(sampler.draw(u, temperature));
    this.y = model.classes ? Uint8Array.from(u.class, (v) => Math.floor(v * model.classes)) : 0;
    this.pictures = model.decode(this.z, COUNT, this.y);
    this.#say("drawn");
    if (!this.#experiment.session.reads(this.name)) {
      this.reading = null;
      this.#say("read");
    }
    this.#experiment.reader.read(this, this.pictures, (probabilities) => {
      this.reading = readings(probabilities);
      this.#say("read");
    });
  }

  #random() {
    const { seed } = this.#experiment;
    const { latents } = this.model;
    if (this.#uniforms?.seed !== seed || this.#uniforms.latents !== latents) {
      this.#uniforms = { seed, latents, u: new Uniforms(seed, COUNT, latents) };
    }
    return this.#uniforms.u;
  }

  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
