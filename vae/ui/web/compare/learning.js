/** From noise to digits: a model at some epochs of its training, with everything else held still. */

import { find } from "../canvas/find.js";
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

/**
 * @typedef {import("../engine/model.js").Model} AnyModel
 * @typedef {{model: AnyModel, encodings: Float32Array|null}} Opened a decoder, and (N, D) means of the
 *   posteriors of test digits, of a model with an encoder
 * @typedef {Object<string, number>} Entry epoch, seconds and losses
 */

/** The snapshots of one model, fetched one by one as they are asked for. */
class Snapshots {
  #checkpoint;
  /** @type {Map<number, Promise<Opened>>} */
  #opened = new Map();

  /** @param {string} name of a model */
  static async open(name) {
    return new Snapshots(await openCheckpoint(snapshotsURL(name), "snapshots"));
  }

  /** @param {Awaited<ReturnType<typeof openCheckpoint>>} checkpoint */
  constructor(checkpoint) {
    this.#checkpoint = checkpoint;
    /** @type {Entry[]} one of each */
    this.entries = /** @type {any} */ (checkpoint.record).snapshots;
  }

  get length() {
    return this.entries.length;
  }

  /** The labels of the encoded test digits, or null for a model without an encoder. */
  async labels() {
    const found = await this.#checkpoint.tensors("encodings.label").catch(() => null);
    return found && Float32Array.from(found["encodings.label"].data);
  }

  /** @param {number} index @returns {Promise<Opened>} */
  opened(index) {
    const opened = this.#opened.get(index) ?? this.#fetch(index);
    this.#opened.set(index, opened);
    return opened;
  }

  /** @param {number} index */
  async #fetch(index) {
    const prefix = `snapshot.${index}.`;
    const tensors = await this.#checkpoint.tensors(prefix);
    const own = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    const { config, name, record } = this.#checkpoint;
    const model = new Model(/** @type {any} */ ({ config, record, name }), own);
    return { model, encodings: own.encodings?.data ?? null };
  }
}

/** What a map takes for a session: a snapshot, and the z of the real one. */
class SnapshotScene extends Emitter {
  posterior = null;
  pins = { A: null, B: null };
  y = 0;
  /** @type {number[]} */
  z = [];
  /** @type {{index: number}[]} */
  dimensions = [];
  /** @type {any} what a map shows of the encodings; see map/scene.js */
  aggregate = null;
  touched = true;

  /** @param {AnyModel} model */
  constructor(model) {
    super();
    this.model = model;
  }

  /** @param {number[]} z */
  setZ(z) {
    this.z = z;
    this.dispatchEvent(new Event("z"));
  }
}

/** One column: a digit, 36 samples and the map, at one epoch. */
class EpochColumn {
  /** @type {LatentMap|null} made when the first snapshot comes */
  #map = null;
  /** @type {SnapshotScene|null} */
  #scene = null;
  /** @type {{opened: Opened, z: number[]}|null} what is shown */
  shown = null;

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
    this.samples = rested(() => this.#paintSamples(), 0);
  }

  /**
   * @param {Opened} opened
   * @param {Entry} entry
   * @param {Float32Array|null} labels
   * @param {Plane|null} plane
   * @param {number[]} z
   */
  show(opened, entry, labels, plane, z) {
    const { element } = this;
    const { model, encodings } = opened;
    this.shown = { opened, z };
    find(element, "h3").textContent = `epoch ${entry.epoch}${lossOf(entry)}`;
    const canvas = find(element, ".z", HTMLCanvasElement);
    canvas.setAttribute("aria-label", `one z decoded at epoch ${entry.epoch}`);
    paintDigit(canvas, model.decode(z));
    const { latents } = model;
    const scene = (this.#scene ??= new SnapshotScene(model));
    this.#map ??= new LatentMap(find(element, ".layers-of-map"), scene);
    scene.model = model;
    scene.z = z;
    scene.aggregate = encodings && labels
      && { mean: encodings, label: labels, count: labels.length, latents };
    find(element, ".wide").hidden = !encodings && latents !== 2;
    if (encodings && plane) this.#map.show(plane);
    this.samples();
  }

  *#paintSamples() {
    if (!this.shown) return;
    const { model } = this.shown.opened;
    const u = uniforms(SEED, SAMPLES * model.latents);
    const z = Float32Array.from(u, (v) => model.prior.quantile(v));
    const canvas = find(this.element, ".drawn", HTMLCanvasElement);
    yield paintGrid(canvas, model.decode(z, SAMPLES), COLUMNS);
  }
}

/**
 * A GAN's generator has a loss of a game, which is no test loss.
 * @param {Entry} entry
 */
function lossOf({ test_total: total, test_generator: generator }) {
  if (total !== undefined) return ` \u00b7 test loss ${total.toFixed(1)} nats`;
  return generator === undefined ? "" : ` \u00b7 generator\u2019s loss ${generator.toFixed(2)}`;
}

/**
 * @param {HTMLElement} root
 * @param {import("../state/session.js").Session} session
 */
export function mountLearning(root, session) {
  const learning = new Learning(root, session);
  // The first snapshots come when they are scrolled to.
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    learning.choose();
  }).observe(root);
}

class Learning {
  /** @type {Snapshots|null} */
  #snapshots = null;
  /** @type {Float32Array|null} */
  #labels = null;
  /** @type {Plane|null} */
  #plane = null;
  #timer = 0;
  /** @type {number[]|null} (D,), of the test digit that is followed where the page shows another model */
  #example = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../state/session.js").Session} session
   */
  constructor(root, session) {
    this.root = root;
    this.session = session;
    this.picker = find(root, ".snapshots", HTMLSelectElement);
    this.against = find(root, ".against select", HTMLSelectElement);
    this.slider = find(root, ".time input", HTMLInputElement);
    this.play = find(root, ".play");
    this.state = find(root, ".state");
    const parent = find(root, ".columns");
    this.columns = [new EpochColumn(parent), new EpochColumn(parent)];
    const kept = session.models.filter(({ snapshots }) => snapshots);
    this.picker.append(...kept.map(({ name }) => new Option(name)));
    this.picker.addEventListener("change", () => this.choose());
    for (const control of [this.slider, this.against]) {
      control.addEventListener("input", () => this.#show());
    }
    find(root, ".back").addEventListener("click", () => this.#step(-1));
    find(root, ".forth").addEventListener("click", () => this.#step(1));
    this.play.addEventListener("click", () => this.#toggle());
    session.on("z", rested(() => this.#follow(), 60));
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
      this.#plane = planeOf(last);
      this.#snapshots = snapshots;
      const { latents } = last.model;
      this.#example = last.encodings && Array.from(last.encodings.subarray(0, latents));
      state.textContent = last.encodings ? "" : "A GAN has no encoder: nothing lies on a map.";
    } catch (error) {
      state.textContent = `No snapshots: ${/** @type {Error} */ (error).message}`;
      return;
    }
    const { entries } = this.#snapshots;
    against.replaceChildren(...entries.map(({ epoch }, i) => new Option(String(epoch), String(i))));
    against.value = String(Math.min(1, this.#last));
    slider.max = slider.value = String(this.#last);
    this.#show();
  }

  *#follow() {
    if (this.root.offsetParent) yield this.#show();
  }

  #show() {
    if (!this.#snapshots) return;
    const { slider, against, columns, root } = this;
    const { epoch } = this.#snapshots.entries[slider.valueAsNumber];
    find(root, ".epoch").textContent = `epoch ${epoch}`;
    this.#showOne(this.#snapshots, columns[0], Number(against.value));
    this.#showOne(this.#snapshots, columns[1], slider.valueAsNumber);
  }

  /**
   * @param {Snapshots} snapshots
   * @param {EpochColumn} column
   * @param {number} index
   */
  async #showOne(snapshots, column, index) {
    const opened = await snapshots.opened(index)
      .catch((error) => void (this.state.textContent = error.message));
    // Other snapshots, or another epoch, may have been asked for meanwhile.
    const wanted = [this.against, this.slider][this.columns.indexOf(column)];
    if (!opened || snapshots !== this.#snapshots || Number(wanted.value) !== index) return;
    const z = this.#z(opened.model);
    if (column.shown?.opened === opened && column.shown.z === z) return;
    column.show(opened, snapshots.entries[index], this.#labels, this.#plane, z);
  }

  /**
   * The z of the stage, where the page shows this very model; else the code of one test digit.
   * @param {AnyModel} model
   */
  #z({ latents, prior }) {
    const { session, picker, columns } = this;
    const same = session.name === picker.value;
    const words = same ? "the z on the stage" : "the code of one test digit";
    for (const { element } of columns) find(element, ".whose").textContent = words;
    return same ? session.z : (this.#example ??= new Array(latents).fill(prior.mean));
  }

  get #last() {
    return (this.#snapshots?.length ?? 1) - 1;
  }

  /** @param {number} by */
  #step(by) {
    if (!this.#snapshots) return;
    this.slider.value = String(Math.min(this.#last, Math.max(0, this.slider.valueAsNumber + by)));
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
    if (this.slider.valueAsNumber === this.#last) this.slider.value = "0";
    this.#show();
    this.#timer = setInterval(() => {
      this.#step(1);
      if (this.slider.valueAsNumber === this.#last) this.#stop();
    }, PACE);
  }
}

/**
 * The plane of the end of training, so that the map holds still while the encodings move.
 * @param {Opened} last
 */
function planeOf({ model: { latents }, encodings }) {
  if (latents === 2) return Plane.ofLatents(2, 0, 1);
  if (!encodings) return null;
  return Plane.ofComponents({ mean: encodings, count: encodings.length / latents, latents });
}
