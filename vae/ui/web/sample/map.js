/** The map of Explore in Sample: the latent space of the selected set's model, with its samples. */

import { Aggregate } from "../math/aggregate.js";
import { firstPlane } from "../map/beginning.js";
import { LatentMap } from "../map/map.js";
import { steer } from "../map/pointer.js";

// In pixels: how near a click must be to a sample.
const NEAR = 14;

/** @typedef {import("../engine/model.js").Model} Model */

/** What a map needs to know of a session (map/scene.js), for any model. */
class Scene {
  posterior = null;
  pins = { A: null, B: null };

  /**
   * @param {import("../state/session.js").Session} session
   * @param {Model} model
   * @param {any} statistics of the model
   */
  constructor(session, model, statistics) {
    this.session = session;
    this.model = model;
    /** @type {Aggregate|null} */
    this.aggregate = null;
    /** @type {number[]} what stands for z while the stage shows another model */
    this.away = [];
    this.use(model, statistics);
  }

  /**
   * @param {Model} model
   * @param {any} statistics of the model
   */
  use(model, statistics) {
    this.model = model;
    this.aggregate = Aggregate.of(statistics, model.prior);
    this.away = new Array(model.latents).fill(model.prior.mean);
  }

  /**
   * Of what a map listens to, the session's z alone moves this one.
   * @param {import("../map/scene.js").SceneEvent|import("../map/scene.js").SceneEvent[]} types
   * @param {() => void} act
   */
  on(types, act) {
    if ([types].flat().includes("z")) this.session.on("z", act);
  }

  /** The latent vector on the stage, if it is one of this model; else the prior's mean. */
  get z() {
    return this.session.model === this.model ? this.session.z : this.away;
  }

  get y() {
    return this.session.model === this.model ? this.session.y : 0;
  }

  /** Moves the digit on the stage, if that is one of this model. @param {number[]} z */
  setZ(z) {
    if (this.session.model === this.model) this.session.setZ(z);
  }

  /** @param {"jump"} type */
  emit(type) {
    this.session.emit(type);
  }

  get dimensions() {
    return Array.from({ length: this.model.latents }, (_, index) => ({ index, active: true }));
  }
}

export class SampleMap {
  /** @type {import("./sample-set.js").SampleSet|null} */
  #sampleSet = null;
  /** @type {{scene: Scene, map: LatentMap}|null} made when the first model has come */
  #made = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./experiment.js").Experiment} experiment whose selected set of samples is shown
   */
  constructor(root, experiment) {
    this.root = root;
    this.experiment = experiment;
  }

  /**
   * @param {Model} model
   * @param {any} statistics of the model
   */
  #make(model, statistics) {
    const { experiment } = this;
    const scene = new Scene(experiment.session, model, statistics);
    const map = new LatentMap(this.root, scene);
    steer(map, (pixel) => {
      const nearest = this.#nearest(pixel);
      if (nearest !== null && this.#sampleSet) experiment.take(this.#sampleSet, nearest);
    });
    return { scene, map };
  }

  /** @param {import("./sample-set.js").SampleSet} sampleSet */
  show(sampleSet) {
    const { model, statistics, pictures, z, reading } = sampleSet;
    if (!pictures || !model) return;
    this.#sampleSet = sampleSet;
    const first = !this.#made;
    const { scene, map } = (this.#made ??= this.#make(model, statistics));
    map.samples = { z, label: reading?.label ?? null };
    if (!first && scene.model === model) return map.draw();
    if (!first) scene.use(model, statistics);
    map.show(firstPlane(scene));
  }

  /**
   * The sample at a pixel, or null.
   * @param {number[]} pixel
   */
  #nearest([x, y]) {
    if (!this.#made) return null;
    const { scene, map: { view, plane, samples } } = this.#made;
    if (!plane || !samples || !view) return null;
    const { latents } = scene.model;
    /** @type {number|null} */
    let found = null;
    let least = NEAR;
    for (let n = 0; n * latents < samples.z.length; n++) {
      const [px, py] = view.toPixels(plane.coordinates(samples.z, n * latents));
      const distance = Math.hypot(px - x, py - y);
      if (distance < least) [found, least] = [n, distance];
    }
    return found;
  }
}
