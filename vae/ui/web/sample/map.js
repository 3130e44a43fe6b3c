/** The map of Explore in Sample: the latent space of the selected set's model, with its samples. */

import { Aggregate } from "../math/aggregate.js";
import { firstPlane, LatentMap } from "../map/map.js";
import { Emitter } from "../state/events.js";
import { steer } from "../map/pointer.js";

// In pixels: how near a click must be to a sample, and how little it may move to be no drag.
const NEAR = 14;
const STILL = 4;

/** What a map needs to know of a session, for any model. */
class Scene extends Emitter {
  posterior = null;
  pins = { A: null, B: null };
  /** @type {import("../engine/model.js").Model|null} */
  model = null;
  /** @type {Aggregate|null} */
  aggregate = null;
  /** @type {number[]} what stands for z while the stage shows another model */
  away = [];

  /** @param {import("../state/session.js").Session} session */
  constructor(session) {
    super();
    this.session = session;
    session.on("z", () => this.dispatchEvent(new Event("z")));
  }

  /** @param {import("./sample-set.js").SampleSet} sampleSet */
  use({ model, statistics }) {
    if (!model || this.model === model) return false;
    this.model = model;
    this.aggregate = model.hasEncoder ? new Aggregate(statistics, model.prior) : null;
    this.away = new Array(model.latents).fill(model.prior.mean);
    return true;
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
    return Array.from({ length: this.model?.latents ?? 0 }, (_, index) => ({ index, active: true }));
  }
}

export class SampleMap {
  /** @type {import("./sample-set.js").SampleSet|null} */
  #sampleSet = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./experiment.js").Experiment} experiment whose selected set of samples is shown
   */
  constructor(root, experiment) {
    this.scene = new Scene(experiment.session);
    this.map = new LatentMap(root, this.scene);
    steer(this.map);
    const { canvas } = this.map;
    let pressed = [0, 0];
    canvas.addEventListener("pointerdown", ({ offsetX, offsetY }) => (pressed = [offsetX, offsetY]));
    canvas.addEventListener("click", ({ offsetX, offsetY }) => {
      const moved = Math.hypot(offsetX - pressed[0], offsetY - pressed[1]);
      const nearest = moved < STILL ? this.#nearest([offsetX, offsetY]) : null;
      if (nearest !== null && this.#sampleSet) experiment.take(this.#sampleSet, nearest);
    });
  }

  /** @param {import("./sample-set.js").SampleSet} sampleSet */
  show(sampleSet) {
    if (!sampleSet.pictures) return;
    this.#sampleSet = sampleSet;
    this.map.samples = { z: sampleSet.z, label: sampleSet.reading?.label ?? null };
    if (this.scene.use(sampleSet)) this.map.show(firstPlane(this.scene));
    else this.map.draw();
  }

  /**
   * The sample at a pixel, or null.
   * @param {number[]} pixel
   */
  #nearest([x, y]) {
    const { view, plane, samples } = this.map;
    const { model } = this.scene;
    if (!plane || !samples || !view || !model) return null;
    const { latents } = model;
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
