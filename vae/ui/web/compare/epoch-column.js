/** One epoch of a training, as a column: a digit, 36 samples and the map. */

import { paintDigit, paintGrid, SIDE } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { rested } from "../canvas/schedule.js";
import { LatentMap } from "../map/map.js";
import { uniforms } from "../math/random.js";
import { Emitter } from "../state/events.js";

/**
 * @typedef {import("./snapshots.js").Opened} Opened
 * @typedef {import("./snapshots.js").Entry} Entry
 * @typedef {import("../map/plane.js").Plane} Plane
 */

const SAMPLES = 36;
const COLUMNS = 6;
const SEED = 3;

/**
 * What a map takes for a session: a snapshot, and the z of the real one.
 * @extends {Emitter<Record<import("../map/scene.js").SceneEvent|"jump", undefined>>}
 */
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

  /** @param {import("../engine/model.js").Model} model */
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

export class EpochColumn {
  /** @type {LatentMap|null} made when the first snapshot comes */
  #map = null;
  /** @type {SnapshotScene|null} */
  #scene = null;
  /** @type {{opened: Opened, z: number[]}|null} what is shown */
  shown = null;

  /** @param {HTMLElement} parent to be put into */
  constructor(parent) {
    this.element = document.createElement("div");
    this.element.className = "column waiting";
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
    element.classList.remove("waiting");
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
