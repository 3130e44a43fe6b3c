/** From noise to digits: a model at some epochs of its training, with everything else held still. */

import { openCheckpoint } from "../engine/checkpoint.js";
import { rested } from "../canvas/schedule.js";
import { LatentMap } from "../map/map.js";
import { Model } from "../engine/model.js";
import { paintDigit, paintGrid, SIDE } from "../canvas/digits.js";
import { Plane } from "../map/plane.js";
import { uniforms } from "../math/random.js";
import { Emitter } from "../state/events.js";
import { snapshotsURL } from "../state/weights.js";

const SAMPLES = 36;
const COLUMNS = 6;
const SEED = 3;
const PACE = 700;

/** The snapshots of one model, fetched one by one as they are asked for. */
class Snapshots {
  #checkpoint;
  #opened = new Map();

  static async open(name) {
    return new Snapshots(await openCheckpoint(snapshotsURL(name), "snapshots"));
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
  opened(index) {
    if (!this.#opened.has(index)) this.#opened.set(index, this.#fetch(index));
    return this.#opened.get(index);
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
class SnapshotScene extends Emitter {
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
class EpochColumn {
  /** @param {HTMLElement} parent to be put into */
  constructor(parent) {
    this.element = document.createElement("div");
    this.element.className = "column";
    parent.append(this.element);
    this.element.innerHTML = `<h3></h3>
      <figure><figcaption class="whose"></figcaption>
        <canvas class="ink z" width="${SIDE}" height="${SIDE}" role="img"></canvas></figure>
      <figure><figcaption>36 draws from the prior, always the same</figcaption>
        <canvas class="ink drawn" role="img" aria-label="36 decoded draws"></canvas></figure>
      <figure class="wide"><figcaption>1,000 test digits as they were encoded</figcaption>
        <div class="layers-of-map"><canvas class="ground" aria-hidden="true"></canvas><canvas
          class="over" role="img" aria-label="the map at this epoch"></canvas></div></figure>`;
    this.scene = new SnapshotScene();
    this.map = new LatentMap(this.element.querySelector(".layers-of-map"), this.scene);
    this.samples = rested(() => this.#paintSamples(), 0);
  }

  show({ model, encodings }, entry, labels, plane, z) {
    const { element, scene, map } = this;
    element.querySelector("h3").textContent = `epoch ${entry.epoch}${lossOf(entry)}`;
    const picture = model.decode(z);
    const canvas = element.querySelector(".z");
    canvas.setAttribute("aria-label", `one z decoded at epoch ${entry.epoch}`);
    paintDigit(canvas, picture);
    Object.assign(scene, { model, z });
    const { latents } = model;
    scene.aggregate = encodings && { mean: encodings, label: labels, count: labels.length, latents };
    element.querySelector(".wide").hidden = !encodings && latents !== 2;
    if (encodings) map.show(plane);
    this.samples();
  }

  *#paintSamples() {
    const { model } = this.scene;
    const u = uniforms(SEED, SAMPLES * model.latents);
    const z = Float32Array.from(u, (v) => model.prior.quantile(v));
    yield paintGrid(this.element.querySelector(".drawn"), model.decode(z, SAMPLES), COLUMNS);
  }
}

/** A GAN's generator has a loss of a game, which is no test loss. */
function lossOf({ test_total: total, test_generator: generator }) {
  if (total !== undefined) return ` \u00b7 test loss ${total.toFixed(1)} nats`;
  return generator === undefined ? "" : ` \u00b7 generator\u2019s loss ${generator.toFixed(2)}`;
}

export function mountLearning(root, session) {
  const learning = new Learning(root, session);
  // The first snapshots comes when it is scrolled to.
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    learning.choose();
  }).observe(root);
}

class Learning {
  #snapshots = null;
  #labels = null;
  #plane = null;
  #timer = null;
  // Of the test digit that is followed where the page shows another model; (D,)
  #example = null;

  constructor(root, session) {
    this.root = root;
    this.session = session;
    const find = (name) => root.querySelector(name);
    Object.assign(this, { picker: find(".snapshots"), slider: find(".time input"), play: find(".play") });
    Object.assign(this, { against: find(".against select"), state: find(".state") });
    const parent = find(".columns");
    this.columns = [new EpochColumn(parent), new EpochColumn(parent)];
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
    session.on("z", follow);
  }

  /** Fetches the chosen model's snapshots; the page's own model stays in use. */
  async choose() {
    const { picker, slider, against, state } = this;
    this.#stop();
    state.textContent = "Loading\u2026";
    try {
      const snapshots = await Snapshots.open(picker.value);
      this.#labels = await snapshots.labels();
      const last = await snapshots.opened(snapshots.length - 1);
      this.#plane = planeOf(last, this.#labels);
      this.#snapshots = snapshots;
      const { latents } = last.model;
      this.#example = last.encodings && Array.from(last.encodings.subarray(0, latents));
      state.textContent = last.encodings ? "" : "A GAN has no encoder: nothing lies on a map.";
    } catch (error) {
      state.textContent = `No snapshots: ${error.message}`;
      return;
    }
    const { entries, length } = this.#snapshots;
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
    if (!this.#snapshots) return;
    const { slider, against, columns, root } = this;
    root.querySelector(".epoch").textContent = `epoch ${this.#snapshots.entries[slider.value].epoch}`;
    this.#showOne(columns[0], Number(against.value));
    this.#showOne(columns[1], Number(slider.value));
  }

  async #showOne(column, index) {
    const snapshots = this.#snapshots;
    const opened = await snapshots.opened(index)
      .catch((error) => void (this.state.textContent = error.message));
    // Another snapshots, or another epoch, may have been asked for meanwhile.
    const wanted = [this.against, this.slider][this.columns.indexOf(column)];
    if (!opened || snapshots !== this.#snapshots || Number(wanted.value) !== index) return;
    const z = this.#z(opened.model);
    if (column.opened === opened && column.z === z) return;
    Object.assign(column, { opened, z });
    column.show(opened, snapshots.entries[index], this.#labels, this.#plane, z);
  }

  /** The z of the stage, where the page shows this very model; else the code of one test digit. */
  #z({ latents, prior }) {
    const { session, picker, columns } = this;
    const same = session.name === picker.value;
    const words = same ? "the z on the stage" : "the code of one test digit";
    for (const { element } of columns) element.querySelector(".whose").textContent = words;
    return same ? session.z : (this.#example ??= new Array(latents).fill(prior.mean));
  }

  get #last() {
    return this.#snapshots.length - 1;
  }

  #step(by) {
    if (!this.#snapshots) return;
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
    if (playing || !this.#snapshots) return;
    this.play.setAttribute("aria-pressed", "true");
    if (Number(this.slider.value) === this.#last) this.slider.value = 0;
    this.#show();
    this.#timer = setInterval(() => {
      this.#step(1);
      if (Number(this.slider.value) === this.#last) this.#stop();
    }, PACE);
  }
}

/** The plane of the end of training, so that the map holds scene while the encodings move. */
function planeOf({ model, encodings }, labels) {
  const { latents } = model;
  if (latents === 2) return Plane.ofLatents(2, 0, 1);
  if (!encodings) return null;
  return Plane.ofComponents({ mean: encodings, count: labels.length, latents });
}
