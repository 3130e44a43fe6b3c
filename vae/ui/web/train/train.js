/** The tab that trains: a worker learns, and the page shows what it says. */

import { Colours } from "../canvas/colours.js";
import { Chart } from "../canvas/line-chart.js";
import { paced, unhurried } from "../canvas/schedule.js";
import { openCheckpoint } from "../engine/checkpoint.js";
import { saveBlob } from "../export/files.js";
import { distribution, isBounded } from "../math/distribution.js";
import { mountControls } from "./controls.js";
import { fetchMnist } from "./digits.js";
import { weightsURL } from "../state/weights.js";
import { checkpointBlob, summaryOf, summaryOfFile } from "./keep.js";
import { mistakeOf } from "./mistakes.js";
import { ownDigits } from "./own.js";
import { paintBars, paintBytes, paintCloud } from "./pictures.js";
import { asPyTorch } from "./script.js";
import { keepRun, keptRun } from "./shelf.js";

const COLUMNS = 8;
const DREAMER = "cvae";
// The figures are those of tests/benchmarks/dreams.py.
const DREAMED = "drawn by the shipped model cvae, without end, not written by people. The network of "
  + "mlp-20, after 200,000 of them, loses 120.4 nats on MNIST's test digits; after as many of MNIST's "
  + "own, 114.4.";
const ACTIVE = 0.01;
// How the picker calls what is made here.
const MINE = "yours-1";
// Milliseconds between two states that a reload can go on from.
const KEPT_EVERY = 20_000;

export function mount(element, session) {
  new Training(element, session);
}

class Training {
  #element;
  #session;
  #worker = null;
  #ready = null;
  #running = false;
  #curves = { train: [], test: [] };
  #figures = {};
  #codes = { mean: null, labels: new Uint8Array(0), latents: 1, axes: [0, 0] };
  #reach = 1;

  constructor(element, session) {
    this.#element = element;
    this.#session = session;
    this.colours = new Colours(element, () => this.#paintAll());
    this.chart = new Chart(this.#find(".plot"), (text) => (this.#find(".reading").textContent = text));
    this.own = ownDigits(element, session, () => this.#useDigits());
    this.controls = mountControls(element, session.facts, {
      live: (settings) => {
        this.#tell("set", { settings });
        if (this.#running) this.#sayState();
      },
      rebuild: (settings) => this.#restart(settings),
      digits: () => this.#useDigits(),
    });
    this.drawFigures = unhurried(() => this.#showFigures(), 8);
    this.drawCloud = paced(() => this.#paintCloud());
    this.#mountButtons();
    this.#takeUp();
    setInterval(() => this.#running && this.#keep(), KEPT_EVERY);
    new ResizeObserver(() => this.#paintAll()).observe(element);
  }

  #find(selector) {
    return this.#element.querySelector(selector);
  }

  #mountButtons() {
    const on = (name, act) => this.#find(name).addEventListener("click", act);
    on(".start", () => this.#start());
    on(".pause", () => this.#pause());
    on(".step", () => this.#step());
    on(".again", () => this.#restart(this.controls.settings));
    on(".reseed", () => this.#restart(this.controls.reseed()));
    on(".save", () => this.#withCheckpoint((blob, name) => saveBlob(blob, `${name}.safetensors`)));
    on(".use", () => this.#withCheckpoint(async (file, name, summary) => {
      await this.#session.offer(name, file, summary);
      this.#session.choose(name, this.#session.name === name ? this.#session.z : undefined);
      this.#say(`It is in the picker as ${name}: Explore, Draw and Sample now show it.`);
    }));
    this.#find(".open").addEventListener("change", ({ target }) => {
      this.#open(target.files[0]);
      target.value = "";
    });
    on(".python", () => {
      const script = this.#find(".script");
      script.hidden = !script.hidden;
      script.textContent = asPyTorch(this.controls.settings);
    });
  }

  /** A checkpoint from a file, put in use. */
  async #open(file) {
    const name = file.name.replace(/\.safetensors$/, "");
    try {
      const model = await this.#session.offer(name, file, {});
      await this.#session.offer(name, file, summaryOfFile(model));
      this.#session.choose(name);
      this.#say(`${name} is in the picker and in use.`);
    } catch ({ message }) {
      this.#say(message, true);
    }
  }

  /** What a reload left: offered in the picker, and gone on with at the next Start. */
  async #takeUp() {
    const kept = await keptRun();
    if (!kept) return;
    const { file, summary, settings } = kept;
    await this.#session.offer(MINE, file, summary).then(() => {
      this.controls.put(settings);
      this.resumed = kept;
      this.#say(`Your last run is in the picker as ${MINE}; Start goes on from it.`);
    }, () => {});
  }

  async #resume({ file, at }) {
    const checkpoint = await openCheckpoint(URL.createObjectURL(file), "vae", MINE);
    const parts = await Promise.all(["encoder.", "decoder."].map((part) => checkpoint.tensors(part)));
    this.#tell("resume", { tensors: Object.assign({}, ...parts), at });
  }

  async #start() {
    this.#setRunning(true);
    await this.#prepare();
    if (this.#running) this.#tell("run");
  }

  async #step() {
    this.#setRunning(false);
    await this.#prepare();
    this.#tell("step");
  }

  #pause() {
    this.#setRunning(false);
    this.#tell("pause");
    this.#keep();
  }

  /** Over a reload, where the browser allows it. */
  #keep() {
    this.#withCheckpoint((file, name, summary, { settings, steps, images, seconds }) =>
      keepRun({ file, summary, settings, at: { steps, images, seconds } }));
  }

  #setRunning(running) {
    this.#running = running;
    this.#find(".start").hidden = running;
    this.#find(".pause").hidden = !running;
    this.#sayState();
  }

  /** Whether it learns, and whether what it minimises is a bound. */
  #sayState() {
    const wrong = mistakeOf(this.controls.settings.mistake);
    const unbounded = wrong && !wrong.bound;
    if (!this.#running) this.#say("Paused.");
    else if (unbounded) this.#say("It learns, but what it minimises is no bound on \u2212log p(x).");
    else this.#say("It learns. Everything below can be changed meanwhile.");
  }

  #say(text, failed = false) {
    const state = this.#find(".state");
    state.textContent = text;
    state.classList.toggle("failed", failed);
  }

  /** The worker with its digits, made at the first need. */
  #prepare() {
    this.#ready ??= this.#begin().catch((error) => {
      this.#ready = null;
      this.#setRunning(false);
      this.#say(error.message, true);
      throw error;
    });
    return this.#ready;
  }

  async #begin() {
    if (!this.#worker) {
      this.#worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#hear(data);
      this.#worker.onerror = ({ message }) => this.#say(`The worker stopped: ${message}`, true);
    }
    const digits = await this.#digits();
    const { settings } = this.controls;
    this.#clear();
    if (digits) {
      const buffers = Object.values(digits).flatMap(({ images, labels }) => [images.buffer, labels.buffer]);
      this.#worker.postMessage({ type: "begin", digits, settings }, buffers);
    } else {
      const begun = new Promise((resolve) => (this.begun = resolve));
      this.#tell("dream", { url: weightsURL(DREAMER), settings });
      await begun;
    }
    if (this.resumed) await this.#resume(this.resumed);
    this.resumed = null;
  }

  /** The digits to learn from; null where they are to be dreamed. */
  async #digits() {
    const { source, amount } = this.controls;
    if (source === "own") return this.own.sets();
    if (source === "dreams") {
      this.#origin(`These digits are dreamed: ${DREAMED}`);
      return null;
    }
    this.#origin("Fetching MNIST\u2026");
    const sets = await fetchMnist(amount);
    if (!sets) {
      this.controls.choose("dreams");
      this.#origin(`The server has no MNIST, so these digits are dreamed: ${DREAMED}`);
      return null;
    }
    const [learnt, tested] = [sets.train, sets.test].map(({ labels }) => labels.length.toLocaleString("en"));
    this.#origin(`${learnt} digits of MNIST; tested on ${tested} others.`);
    return sets;
  }

  #origin(text) {
    this.#find(".origin").textContent = text;
  }

  #useDigits() {
    this.#ready = null;
    const running = this.#running;
    if (this.#worker) this.#tell("pause");
    if (running) this.#start();
  }

  #restart(settings) {
    this.#clear();
    this.resumed = null;
    if (this.#worker) this.#tell("restart", { settings });
    if (!this.#running) this.#say("Begun anew, with random weights.");
  }

  #clear() {
    this.#curves = { train: [], test: [] };
    this.#figures = {};
    this.#reach = 1;
    this.drawFigures();
  }

  #tell(type, rest = {}) {
    this.#worker?.postMessage({ type, ...rest });
  }

  #hear(data) {
    HEARD[data.type]?.call(this, data);
  }

  heardDreaming({ done }) {
    this.#say(`Dreaming digits: ${Math.round(100 * done)}%`);
  }

  heardLabels({ labels }) {
    this.begun?.();
    if (this.#running) this.#sayState();
    this.#codes.labels = labels;
    this.#codes.latents = this.controls.settings.latents;
    this.#codes.axes = [0, Math.min(1, this.#codes.latents - 1)];
    this.#clear();
  }

  heardFigures(figures) {
    this.#figures = { ...this.#figures, ...figures };
    if (figures.kl) {
      const { images, epoch, seconds, reconstruction } = figures;
      const kl = figures.kl.reduce((a, b) => a + b, 0);
      this.#curves.train.push({ images, epoch, seconds, reconstruction, kl, total: reconstruction + kl });
      thin(this.#curves.train);
      this.#chooseAxes(figures.kl);
    }
    this.drawFigures();
  }

  heardTest(point) {
    this.#curves.test.push(point);
    thin(this.#curves.test);
    this.#figures.test = point.total;
    this.drawFigures();
  }

  heardPictures({ samples, originals, reconstructions }) {
    paintBytes(this.#find(".samples"), samples, COLUMNS);
    const both = new Uint8Array(originals.length + reconstructions.length);
    both.set(originals);
    both.set(reconstructions, originals.length);
    paintBytes(this.#find(".pairs"), both, 10);
  }

  heardEncodings({ mean }) {
    this.#codes.mean = mean;
    this.drawCloud();
  }

  heardFailure({ steps, latent, back }) {
    this.#setRunning(false);
    const where = latent < 0 ? "in log p(x|z)" : `in the KL of latent ${latent + 1}`;
    this.#say(`NaN began at step ${steps}, ${where}. The weights are those of step ${back} again: `
      + "choose what is right and press Start to go on.", true);
  }

  heardError({ message }) {
    this.#ready = null;
    this.#setRunning(false);
    this.#say(message, true);
  }

  heardCheckpoint(checkpoint) {
    const waiting = this.waiting ?? [];
    this.waiting = [];
    for (const act of waiting) act(checkpoint);
  }

  async #withCheckpoint(act) {
    await this.#prepare();
    const checkpoint = await new Promise((resolve) => {
      (this.waiting ??= []).push(resolve);
      this.#tell("checkpoint");
    });
    const file = checkpointBlob(MINE, checkpoint, this.#curves.test);
    act(file, MINE, summaryOf(checkpoint), checkpoint);
  }

  /** The two latents with the largest KL, held until others have clearly more. */
  #chooseAxes(kl) {
    const order = Array.from(kl.keys()).sort((a, b) => kl[b] - kl[a]);
    const best = order.slice(0, 2);
    if (best.length < 2) best.push(best[0]);
    const weight = (axes) => axes.reduce((total, axis) => total + kl[axis], 0);
    if (weight(best) > 1.5 * weight(this.#codes.axes)) this.#codes.axes = best.sort((a, b) => a - b);
  }

  #paintAll() {
    this.#paintCloud();
    this.#showFigures();
  }

  #paintCloud() {
    const { mean, latents, axes } = this.#codes;
    if (!mean) return;
    const prior = distribution(this.controls.settings.prior);
    const bounded = isBounded(prior);
    const centre = bounded ? (prior.support[0] + prior.support[1]) / 2 : 0;
    const least = bounded ? (prior.support[1] - prior.support[0]) / 2 : 3;
    let most = least;
    for (let i = 0; i < mean.length; i += latents) {
      for (const axis of axes) most = Math.max(most, Math.abs(mean[i + axis] - centre));
    }
    // In steps, so that the axes hold still while the codes drift.
    this.#reach = least * 1.5 ** Math.ceil(Math.log(most / least) / Math.log(1.5));
    paintCloud(this.#find(".cloud"), this.#codes, this.colours, centre, this.#reach);
    this.#find(".axes-named").textContent = `(latents ${axes[0] + 1} and ${axes[1] + 1})`;
  }

  #showFigures() {
    const { images = 0, epoch = 0, reconstruction, kl, perSecond, cost, test, norms } = this.#figures;
    const put = (selector, value, digits) => {
      const place = this.#find(selector);
      const known = Number.isFinite(value);
      place.textContent = known
        ? value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
        : "\u2013";
      if (known) place.dataset.value = value;
      else delete place.dataset.value;
    };
    put(".images", images, 0);
    put(".epoch", epoch, 2);
    put('[data-testid="train-images-per-second"]', perSecond, 0);
    put('[data-testid="train-cost"]', cost, 0);
    put(".reconstruction", reconstruction, 1);
    put(".kl", kl?.reduce((a, b) => a + b, 0), 1);
    put('[data-testid="train-test-loss"]', test, 1);
    if (kl) {
      paintBars(this.#find(".spectrum"), [...kl], this.colours);
      const used = kl.filter((value) => value > ACTIVE).length;
      this.#find(".in-use").textContent = `(${used} of ${kl.length} in use)`;
    }
    if (norms) paintBars(this.#find(".norms"), Object.values(norms), this.colours, true);
    this.#showCurves();
  }

  #showCurves() {
    const [quantity, by] = [".quantity", ".by"].map((name) => this.#find(name).value);
    const series = Object.entries(this.#curves).map(([label, points]) => ({
      label,
      colour: this.colours.accent,
      dashed: label === "train",
      points: points.map((point) => [point[by], point[quantity]]).filter(([, y]) => Number.isFinite(y)),
    }));
    const units = { seconds: "seconds of training", epoch: "epoch", images: "images" };
    this.chart.show(series, { x: units[by], y: "nats an image" });
  }
}

const HEARD = {
  dreaming: Training.prototype.heardDreaming,
  labels: Training.prototype.heardLabels,
  figures: Training.prototype.heardFigures,
  test: Training.prototype.heardTest,
  pictures: Training.prototype.heardPictures,
  encodings: Training.prototype.heardEncodings,
  failure: Training.prototype.heardFailure,
  error: Training.prototype.heardError,
  checkpoint: Training.prototype.heardCheckpoint,
};

/** Every second of the older points goes, once there are many. */
function thin(points) {
  if (points.length > 600) points.splice(0, 400, ...points.slice(0, 400).filter((_, i) => i % 2));
}
