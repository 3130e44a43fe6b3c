/** Where the selected samples land: the density of one latent, their norms, and the map. */

import { find } from "../canvas/find.js";
import { unhurried } from "../canvas/schedule.js";
import { paintNorms } from "../machine/norms.js";
import { paintDensity } from "./density.js";
import { SampleMap } from "./map.js";
import { COUNT } from "./sample-set.js";

export class Plots {
  #root;
  #session;
  #experiment;
  #colours;
  #picker;
  #map;
  // Of the plot of densities; below 0 for the most informative one.
  #latent;
  #seen = false;

  /**
   * @param {HTMLElement} root
   * @param {import("../state/session.js").Session} session
   * @param {import("./experiment.js").Experiment} experiment
   * @param {import("../canvas/colours.js").Colours} colours
   */
  constructor(root, session, experiment, colours) {
    this.#root = root;
    this.#session = session;
    this.#experiment = experiment;
    this.#colours = colours;
    this.#map = new SampleMap(find(root, ".layers-of-map"), experiment);
    this.#latent = Number(session.view.latent ?? -1);
    this.#picker = find(root, ".latent-of-density", HTMLSelectElement);
    this.#picker.addEventListener("change", () => this.#choose());
    this.density = unhurried(() => this.#paintDensity());
    // What lies further down may lag behind a drag, and rests while nobody sees it.
    this.landing = unhurried(() => this.#paintLanding(), 8);
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#seen = isIntersecting;
      this.landing();
    }).observe(find(root, ".landing"));
  }

  paint() {
    this.density();
    this.landing();
  }

  #choose() {
    this.#latent = Number(this.#picker.value);
    this.#session.show({ latent: this.#picker.value });
    this.paint();
  }

  /**
   * Offers the latents of a model, the most informative first.
   * @param {import("../engine/model.js").Model} model
   */
  offer({ name, latents }) {
    if (this.#picker.dataset.model === name) return;
    this.#picker.dataset.model = name;
    const { kl } = this.#experiment.sampleSet.statistics;
    const order = Array.from({ length: latents }, (_, i) => i);
    if (kl) order.sort((a, b) => kl.data[b] - kl.data[a]);
    this.#picker.replaceChildren(...order.map((i) =>
      new Option(kl ? `latent ${i}, KL ${kl.data[i].toFixed(2)} nats` : `latent ${i}`, String(i))));
    if (this.#latent >= latents || this.#latent < 0) [this.#latent] = order;
    this.#picker.value = String(this.#latent);
  }

  /** The set of samples, where its digits are those of the model that it has now. */
  get #ready() {
    const { sampleSet } = this.#experiment;
    const { model, sampler, pictures, z } = sampleSet ?? {};
    return model && sampler && pictures && z?.length === COUNT * model.latents ? sampleSet : null;
  }

  #paintDensity() {
    const sampleSet = this.#ready;
    if (!sampleSet) return;
    find(this.#root, ".has-encodings").hidden = !sampleSet.marginals;
    const canvas = find(this.#root, ".density canvas", HTMLCanvasElement);
    paintDensity(canvas, this.#colours, sampleSet, this.#latent);
  }

  #paintLanding() {
    const sampleSet = this.#ready;
    if (!sampleSet || !this.#seen) return;
    const { model, z } = sampleSet;
    if (model) paintNorms(find(this.#root, ".norms canvas", HTMLCanvasElement), this.#colours, { model, z });
    this.#map.show(sampleSet);
  }
}
