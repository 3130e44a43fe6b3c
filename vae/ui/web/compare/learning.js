/** From noise to digits: a model at some epochs of its training, with everything else held still. */

import { openCheckpoint } from "../engine/checkpoint.js";
import { rested } from "../canvas/schedule.js";
import { LatentMap } from "../map/map.js";
import { Model } from "../engine/model.js";
import { paintDigit, paintGrid, SIDE } from "../canvas/digits.js";
import { Plane } from "../map/plane.js";
import { uniforms } from "../math/random.js";
import { snapshotsURL } from "../state/weights.js";

const SAMPLES = 36;
const COLUMNS = 6;
const SEED = 3;
const PACE = 700;

/** The snapshots of one model, fetched one by one as they are asked for. */
class Film {
  #checkpoint;
  #frames = new Map();

  static async open(name) {
    return new Film(await openCheckpoint(snapshotsURL(name), "snapshots"));
  }

  constructor(checkpoint) {
    this.#checkpoint = checkpoint;
    /** @type {object[]} epoch, seconds and losses of each */
    this.entries = checkpoint.record.snapshots;
  }

  get length() {
    return this.entries.length;
  }

  /** The labels of the encoded test digits, or null for a model without an encoder. */
  async labels() {
    const found = await this.#checkpoint.tensors("encodings.label").catch(() => null);
    return found && Float32Array.from(found["encodings.label"].data);
  }

  /** {model, encodings}: a decoder, and (N, D) means of the posteriors, or null. */
  frame(index) {
    if (!this.#frames.has(index)) this.#frames.set(index, this.#fetch(index));
    return this.#frames.get(index);
  }

  async #fetch(index) {
    const prefix = `snapshot.${index}.`;
    const tensors = await this.#checkpoint.tensors(prefix);
    const own = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    const { config, name } = this.#checkpoint;
    const model = new Model({ config, record: {}, name }, own);
    return { model, encodings: own.encodings?.data ?? null };
  }
}

/** What a map takes for a session: a snapshot, and the z of the real one. */
class Still extends EventTarget {
  posterior = null;
  pins = { A: null, B: null };
  y = 0;

  setZ(z) {
    this.z = z;
    this.dispatchEvent(new Event("z"));
  }

  emit() {}
}

/** One column: a digit, 36 samples and the map, at one epoch. */
class Moment {
  /** @param {HTMLElement} parent to be put into */
  constructor(parent) {
    this.element = document.createElement("div");
    this.element.className = "moment";
    parent.append(this.element);
    this.element.innerHTML = `<h3></h3>
      <figure><figcaption>the z on the stage</figcaption>
        <canvas class="ink z" width="${SIDE}" height="${SIDE}" role="img"></canvas></figure>
      <figure><figcaption>36 draws from the prior, always the same</figcaption>
        <canvas class="ink drawn" role="img" aria-label="36 decoded draws"></canvas></figure>
      <figure class="wide"><figcaption>1,000 test digits as they were encoded</figcaption>
        <div class="layers-of-map"><canvas class="ground" aria-hidden="true"></canvas><canvas
          class="over" role="img" aria-label="the map at this epoch"></canvas></div></figure>`;
    this.still = new Still();
    this.map = new LatentMap(this.element.querySelector(".layers-of-map"), this.still);
    this.samples = rested(() => this.#paintSamples(), 0);
  }

  show({ model, encodings }, entry, labels, plane, z) {
    const { element, still, map } = this;
    const loss = entry.test_total ?? entry.test_generator;
    element.querySelector("h3").textContent = `epoch ${entry.epoch}`
      + (loss === undefined ? "" : ` \u00b7 test loss ${loss.toFixed(1)}`);
    const fits = z.length === model.latents ? z : new Array(model.latents).fill(model.prior.mean);
    const picture = model.decode(fits);
    const canvas = element.querySelector(".z");
    canvas.setAttribute("aria-label", `the stage's z decoded at epoch ${entry.epoch}`);
    paintDigit(canvas, picture);
    Object.assign(still, { model, z: fits });
    const { latents } = model;
    still.aggregate = encodings && { mean: encodings, label: labels, count: labels.length, latents };
    element.querySelector(".wide").hidden = !encodings && latents !== 2;
    if (encodings) map.show(plane);
    this.samples();
  }

  *#paintSamples() {
    const { model } = this.still;
    const u = uniforms(SEED, SAMPLES * model.latents);
    const z = Float32Array.from(u, (v) => model.prior.quantile(v));
    yield paintGrid(this.element.querySelector(".drawn"), model.decode(z, SAMPLES), COLUMNS);
  }
}

export function mountTraining(root, session) {
  const studio = new Studio(root, session);
  // The first film comes when it is scrolled to.
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    studio.choose();
  }).observe(root);
}

class Studio {
  #film = null;
  #labels = null;
  #plane = null;
  #timer = null;

  constructor(root, session) {
    this.root = root;
    this.session = session;
    const find = (name) => root.querySelector(name);
    Object.assign(this, { picker: find(".film"), slider: find(".time input"), play: find(".play") });
    Object.assign(this, { against: find(".against select"), state: find(".state") });
    const parent = find(".moments");
    this.moments = [new Moment(parent), new Moment(parent)];
    const kept = session.models.filter(({ snapshots }) => snapshots);
    this.picker.append(...kept.map(({ name }) => new Option(name)));
    this.picker.addEventListener("change", () => this.choose());
    for (const control of [this.slider, this.against]) {
      control.addEventListener("input", () => this.#show());
    }
    find(".back").addEventListener("click", () => this.#step(-1));
    find(".forth").addEventListener("click", () => this.#step(1));
    this.play.addEventListener("click", () => this.#toggle());
    const follow = rested(() => this.#follow(), 60);
    session.addEventListener("z", follow);
  }

  /** Fetches the chosen model's film, and puts the model itself in use. */
  async choose() {
    const { picker, slider, against, state, session } = this;
    this.#stop();
    state.textContent = "Loading\u2026";
    try {
      const film = await Film.open(picker.value);
      this.#labels = await film.labels();
      const last = await film.frame(film.length - 1);
      this.#plane = planeOf(last, this.#labels);
      this.#film = film;
      state.textContent = last.encodings ? "" : "A GAN has no encoder: nothing lies on a map.";
      if (session.name !== picker.value) await session.choose(picker.value);
    } catch (error) {
      state.textContent = `No snapshots: ${error.message}`;
      return;
    }
    const { entries, length } = this.#film;
    against.replaceChildren(...entries.map(({ epoch }, i) => new Option(epoch, i)));
    against.value = Math.min(1, length - 1);
    slider.max = length - 1;
    slider.value = length - 1;
    this.#show();
  }

  *#follow() {
    if (this.root.offsetParent) yield this.#show();
  }

  #show() {
    if (!this.#film) return;
    const { slider, against, moments, root } = this;
    root.querySelector(".epoch").textContent = `epoch ${this.#film.entries[slider.value].epoch}`;
    this.#showOne(moments[0], Number(against.value));
    this.#showOne(moments[1], Number(slider.value));
  }

  async #showOne(moment, index) {
    const film = this.#film;
    const frame = await film.frame(index)
      .catch((error) => void (this.state.textContent = error.message));
    // Another film, or another epoch, may have been asked for meanwhile.
    const wanted = [this.against, this.slider][this.moments.indexOf(moment)];
    if (!frame || film !== this.#film || Number(wanted.value) !== index) return;
    const { z } = this.session;
    if (moment.frame === frame && moment.z === z) return;
    Object.assign(moment, { frame, z });
    moment.show(frame, film.entries[index], this.#labels, this.#plane, z);
  }

  get #last() {
    return this.#film.length - 1;
  }

  #step(by) {
    if (!this.#film) return;
    this.slider.value = Math.min(this.#last, Math.max(0, Number(this.slider.value) + by));
    this.#show();
  }

  #stop() {
    clearInterval(this.#timer);
    this.play.setAttribute("aria-pressed", "false");
  }

  #toggle() {
    const playing = this.play.getAttribute("aria-pressed") === "true";
    this.#stop();
    if (playing || !this.#film) return;
    this.play.setAttribute("aria-pressed", "true");
    if (Number(this.slider.value) === this.#last) this.slider.value = 0;
    this.#show();
    this.#timer = setInterval(() => {
      this.#step(1);
      if (Number(this.slider.value) === this.#last) this.#stop();
    }, PACE);
  }
}

/** The plane of the end of training, so that the map holds still while the encodings move. */
function planeOf({ model, encodings }, labels) {
  const { latents } = model;
  if (latents === 2) return Plane.ofLatents(2, 0, 1);
  if (!encodings) return null;
  return Plane.ofComponents({ mean: encodings, count: labels.length, latents });
}
