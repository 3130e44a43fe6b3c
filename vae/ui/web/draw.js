/** Draw: a digit of one's own, what the model sees of it, and what it makes of that. */

import { paced } from "./frame.js";
import { normalise } from "./ink.js";
import { divergence, logLikelihood } from "./objective.js";
import { EXTENT, Pad } from "./pad.js";
import { paintDigit, SIDE } from "./paint.js";
import { paintPosterior } from "./posterior.js";

export function mountDraw(element, session) {
  const root = element.querySelector(".draw");
  const bench = new Bench(root, session);
  const context = scratch();
  const look = paced(() => {
    if (pad.strokes.length) bench.show(normalise(pad.strokes, EXTENT, context));
    else bench.clear();
  });
  const pad = new Pad(root.querySelector(".pad"), look);
  for (const name of ["undo", "redo", "clear"]) {
    root.querySelector(`.${name}`).addEventListener("click", () => pad[name]());
  }
  session.withModel(() => bench.reconstruct());
  mountUpload(root, bench);
}

function scratch() {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  return canvas.getContext("2d", { willReadFrequently: true });
}

/** What the model sees, and everything that follows from it. */
class Bench {
  #x = null;
  #posterior = null;

  constructor(root, session) {
    Object.assign(this, { root, session });
    this.input = root.querySelector('[data-testid="input"]');
    this.output = root.querySelector('[data-testid="reconstruction"]');
    this.chart = root.querySelector(".posterior");
    root.querySelector(".take").addEventListener("click", () => {
      if (this.#posterior) session.moveTo(this.#posterior.mean);
    });
  }

  say(text, failed = false) {
    const message = this.root.querySelector(".message");
    message.textContent = text;
    message.classList.toggle("failed", failed);
  }

  /** @param {Float32Array} x 784 intensities */
  show(x) {
    this.#x = x;
    paintDigit(this.input, x);
    this.say("");
    this.reconstruct();
  }

  clear() {
    this.#x = this.#posterior = null;
    for (const canvas of [this.input, this.output]) {
      canvas.getContext("2d").clearRect(0, 0, SIDE, SIDE);
    }
    this.root.querySelector(".losses").textContent = "";
    this.chart.hidden = true;
  }

  async reconstruct() {
    const { session } = this;
    if (!this.#x || !session.model) return;
    const { model } = session;
    try {
      await model.loadEncoder();
    } catch (error) {
      this.say(error.message, true);
      return;
    }
    if (!this.#x || session.model !== model) return;
    this.#posterior = model.encode(this.#x);
    paintDigit(this.output, model.decode(this.#posterior.mean));
    const logits = model.logits(this.#posterior.mean);
    const reconstruction = -logLikelihood(model.config.likelihood, this.#x, logits);
    const kl = divergence(this.#posterior, model.prior).reduce((sum, value) => sum + value);
    this.root.querySelector(".losses").textContent =
      `${reconstruction.toFixed(1)} nats + KL ${kl.toFixed(1)} nats`;
    this.chart.hidden = false;
    paintPosterior(this.chart.querySelector("canvas"), this.#posterior, session);
  }
}

/** Pictures by button, drop and paste; Python makes a digit of them. */
function mountUpload(root, bench) {
  const chooser = root.querySelector("input[type=file]");
  chooser.addEventListener("change", () => {
    if (chooser.files[0]) send(chooser.files[0], bench);
    chooser.value = "";
  });
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) send(file, bench);
  });
  addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file && root.offsetParent) send(file, bench);
  });
}

async function send(file, bench) {
  bench.say(`Reading ${file.name}\u2026`);
  try {
    const url = new URL("prepare", document.baseURI);
    const response = await fetch(url, { method: "POST", body: file });
    const { pixels, error } = await response.json();
    if (error) bench.say(error, true);
    else bench.show(Float32Array.from(pixels));
  } catch {
    bench.say("The server did not answer, so the picture was not read. Drawing still works.", true);
  }
}
