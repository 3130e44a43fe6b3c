/** What the whole page shares: the model in use and the latent vector on the stage. */

import { ease } from "./frame.js";
import { Model } from "./model.js";

/** Latent vectors lie on a grid this fine, so that a slider shows exactly what is decoded. */
export const PER_UNIT = 1000;

const ACTIVE = 0.01;

/**
 * Events: "loading" (detail: name), "model" (another one is in use),
 * "failure" (detail: a sentence), "z" (the latent vector changed), "touch" (the first touch).
 */
export class Session extends EventTarget {
  name = null;
  model = null;
  statistics = null;
  z = [];
  touched = false;
  #wanted = null;
  #stopEasing = () => {};

  /** Puts a model in use. When it cannot be loaded the previous one stays, and says why. */
  async choose(name) {
    this.#wanted = name;
    this.#emit("loading", name);
    try {
      const model = await Model.open(new URL(`weights/${name}.safetensors`, document.baseURI).href);
      const statistics = await model.statistics();
      if (this.#wanted !== name) return;
      this.#stopEasing();
      Object.assign(this, { name, model, statistics });
      this.z = onGrid(statistics["encodings.mean"].data.subarray(0, model.latents));
      this.#emit("model");
      this.#emit("z");
    } catch (error) {
      if (this.#wanted === name) this.#emit("failure", error.message);
    }
  }

  /** Calls `act` whenever a model is put in use, and now if one already is. */
  withModel(act) {
    this.addEventListener("model", act);
    if (this.model) act();
  }

  /** The dimensions, most informative first, as {index, kl, active}; kl in nats. */
  get dimensions() {
    const { kl, activity } = this.statistics;
    return Array.from(kl.data, (value, index) => ({
      index,
      kl: value,
      active: activity.data[index] > ACTIVE,
    })).sort((a, b) => b.kl - a.kl);
  }

  /** Puts z on the stage at once. */
  setZ(z) {
    this.#stopEasing();
    this.#place(z);
  }

  /** Changes one dimension of z at once. */
  setLatent(index, value) {
    this.setZ(this.z.with(index, value));
  }

  /** Puts z on the stage by way of the straight line from the present one. */
  moveTo(z) {
    this.#stopEasing();
    const [from, to] = [this.z, onGrid(z)];
    this.#stopEasing = ease((t) => {
      this.#place(t === 1 ? to : from.map((value, i) => value + t * (to[i] - value)));
    });
  }

  /** The picture of a latent vector, 784 intensities; the next call overwrites them. */
  decode(z, batch = 1) {
    return this.model.decode(Float32Array.from(z), batch);
  }

  /** Says that somebody has taken over. */
  touch() {
    if (this.touched) return;
    this.touched = true;
    this.#emit("touch");
  }

  #place(z) {
    const [low, high] = this.model.prior.support;
    this.z = onGrid(z).map((value) => Math.min(high, Math.max(low, value)));
    this.#emit("z");
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function onGrid(z) {
  return Array.from(z, (value) => Math.round(value * PER_UNIT) / PER_UNIT);
}
