/** From noise to digits: a model at some epochs of its training, with everything else held still. */

import { openCheckpoint } from "./checkpoint.js";
import { rested } from "./frame.js";
import { LatentMap } from "./map.js";
import { Model } from "./model.js";
import { paintDigit, paintGrid, SIDE } from "./paint.js";
import { Plane } from "./plane.js";
import { uniforms } from "./random.js";

const FILMS = ["mlp-20", "mlp-2", "gan"];
const SAMPLES = 36;
const COLUMNS = 6;
const SEED = 3;
const PACE = 700;

/** The snapshots of one model, fetched one by one as they are asked for. */
class Film {
  #checkpoint;
  #frames = new Map();

  static async open(name) {
    const url = new URL(`weights/snapshots/${name}.safetensors`, document.baseURI).href;
    return new Film(await openCheckpoint(url, "snapshots"));
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
  const [picker, slider, against, state, play] = [".film", ".time input", ".against select", ".state",
    ".play"].map((name) => root.querySelector(name));
  const parent = root.querySelector(".moments");
  const moments = [new Moment(parent), new Moment(parent)];
  let [film, labels, plane, timer] = [null, null, null, null];

  const showOne = async (moment, index) => {
    const own = film;
    const frame = await film.frame(index).catch((error) => void (state.textContent = error.message));
    if (frame && own === film) moment.show(frame, film.entries[index], labels, plane, session.z);
  };
  const show = () => {
    if (!film) return;
    root.querySelector(".epoch").textContent = `epoch ${film.entries[slider.value].epoch}`;
    showOne(moments[0], Number(against.value));
    showOne(moments[1], Number(slider.value));
  };
  const stop = () => {
    clearInterval(timer);
    play.setAttribute("aria-pressed", "false");
  };
  const step = (by) => {
    slider.value = Math.min(film.length - 1, Math.max(0, Number(slider.value) + by));
    show();
  };
  const choose = async () => {
    stop();
    state.textContent = "Loading\u2026";
    try {
      film = await Film.open(picker.value);
      labels = await film.labels();
      const last = await film.frame(film.length - 1);
      plane = planeOf(last, labels);
      state.textContent = last.encodings ? "" : "A GAN has no encoder: nothing lies on a map.";
      if (session.name !== picker.value) await session.choose(picker.value);
    } catch (error) {
      state.textContent = `No snapshots: ${error.message}`;
      return;
    }
    against.replaceChildren(...film.entries.map(({ epoch }, i) => new Option(epoch, i)));
    against.value = Math.min(1, film.length - 1);
    slider.max = film.length - 1;
    slider.value = film.length - 1;
    show();
  };
  picker.append(...FILMS.filter((name) => name in session.hashes).map((name) => new Option(name)));
  picker.addEventListener("change", choose);
  slider.addEventListener("input", show);
  against.addEventListener("change", show);
  session.addEventListener("z", rested(function* () {
    if (root.offsetParent) yield show();
  }, 60));
  root.querySelector(".back").addEventListener("click", () => step(-1));
  root.querySelector(".forth").addEventListener("click", () => step(1));
  play.addEventListener("click", () => {
    const playing = play.getAttribute("aria-pressed") === "true";
    stop();
    if (playing || !film) return;
    play.setAttribute("aria-pressed", "true");
    if (Number(slider.value) === film.length - 1) slider.value = 0;
    show();
    timer = setInterval(() => {
      step(1);
      if (Number(slider.value) === film.length - 1) stop();
    }, PACE);
  });
  begin(root, choose);
}

/** The first film comes when it is scrolled to. */
function begin(root, choose) {
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    choose();
  }).observe(root);
}

/** The plane of the end of training, so that the map holds still while the encodings move. */
function planeOf({ model, encodings }, labels) {
  const { latents } = model;
  if (latents === 2) return Plane.ofLatents(2, 0, 1);
  if (!encodings) return null;
  return Plane.ofComponents({ mean: encodings, count: labels.length, latents });
}
