/** Explore: a slider for every latent dimension, ordered by what it carries. */

import { uniforms } from "./random.js";
import { PER_UNIT } from "./session.js";

const REACH = 3.5;
const STEPS = 120;

export function mountExplore(element, session) {
  const root = element.querySelector(".explore");
  let rows = [];
  const show = () => rows.forEach((row) => row.show(session.z[row.index]));
  mountActions(root, session);
  session.withModel(() => {
    rows = buildRows(root, session);
    show();
  });
  session.addEventListener("z", show);
}

function mountActions(root, session) {
  root.querySelector(".random").addEventListener("click", () => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0];
    const { prior, latents } = session.model;
    session.moveTo(Array.from(uniforms(seed, latents), (u) => prior.quantile(u)));
  });
  root.querySelector(".reset").addEventListener("click", () => {
    session.moveTo(session.z.map(() => session.model.prior.mean));
  });
  const buttons = Array.from({ length: 10 }, (_, digit) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: digit, disabled: true });
    session.withModel(() => (button.disabled = false));
    button.title = `The mean of the encodings of every ${digit} in the training set`;
    button.setAttribute("aria-label", `digit class ${digit}`);
    button.addEventListener("click", () => {
      const { class_mean: means } = session.statistics;
      const { latents } = session.model;
      session.moveTo(means.data.subarray(digit * latents, (digit + 1) * latents));
    });
    return button;
  });
  root.querySelector(".classes").append(...buttons);
}

function buildRows(root, session) {
  const { dimensions } = session;
  const highest = dimensions[0].kl;
  const rows = dimensions.map((dimension) => new Row(dimension, highest, session));
  const active = rows.filter((row) => row.active);
  const inactive = rows.filter((row) => !row.active);
  root.querySelector(".latents.active").replaceChildren(...active.map((row) => row.element));
  root.querySelector(".inactive .latents").replaceChildren(...inactive.map((row) => row.element));
  const count = inactive.length === 1 ? "1 inactive latent" : `${inactive.length} inactive latents`;
  root.querySelector(".inactive summary").textContent = count;
  root.querySelector(".inactive").hidden = inactive.length === 0;
  return rows;
}

/** One dimension: its name and KL, a slider, and its value as a number that can be typed. */
class Row {
  constructor({ index, kl, active }, highest, session) {
    Object.assign(this, { index, active });
    const [low, high] = range(session, index);
    const element = document.createElement("div");
    this.element = element;
    element.className = "latent";
    element.innerHTML = `
      <span class="name"></span>
      <span class="kl"><i></i><b></b></span>
      <input type="range">
      <input type="number" class="value">`;
    const [slider, value] = element.querySelectorAll("input");
    Object.assign(this, { slider, value, home: session.statistics.mean.data[index] });
    Object.assign(slider, { min: low, max: high, step: 1 / PER_UNIT });
    Object.assign(value, { step: (high - low) / STEPS });
    slider.setAttribute("aria-label", `latent ${index}`);
    value.setAttribute("aria-label", `value of latent ${index}`);
    element.querySelector(".name").textContent = `latent ${index}`;
    element.querySelector(".kl b").textContent = `${kl.toFixed(2)} nats`;
    element.querySelector(".kl i").style.width = `${(100 * Math.max(0, kl)) / highest}%`;
    element.title = `KL(q(z|x) || p(z)) of latent ${index}, mean over test digits`;
    this.#listen(session);
  }

  #listen(session) {
    const { slider, value, index } = this;
    slider.addEventListener("input", () => session.setLatent(index, slider.valueAsNumber));
    slider.addEventListener("dblclick", () => session.moveTo(session.z.with(index, this.home)));
    slider.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const step = ((slider.max - slider.min) / STEPS) * (event.shiftKey ? 10 : 1);
      const moved = slider.valueAsNumber + way * step;
      session.setLatent(index, Math.min(slider.max, Math.max(slider.min, moved)));
    });
    value.addEventListener("change", () => {
      if (Number.isFinite(value.valueAsNumber)) session.setLatent(index, value.valueAsNumber);
      else value.value = session.z[index].toFixed(2);
    });
  }

  /** Shows a value, and reaches further when it lies beyond the slider's end. */
  show(z) {
    const { slider, value } = this;
    if (z < slider.min) slider.min = Math.floor(z);
    if (z > slider.max) slider.max = Math.ceil(z);
    slider.value = z;
    slider.style.setProperty("--at", (z - slider.min) / (slider.max - slider.min));
    if (document.activeElement !== value) value.value = z.toFixed(2);
  }
}

/** Where test digits are encoded in a dimension, and where the prior puts its mass. */
function range({ model, statistics }, index) {
  if (model.config.prior.family === "beta") return [0, 1];
  const { prior, latents } = model;
  const mean = statistics.mean.data[index];
  const std = Math.sqrt(statistics.covariance.data[index * latents + index]);
  return [
    Math.floor(Math.min(prior.mean - REACH * prior.std, mean - REACH * std)),
    Math.ceil(Math.max(prior.mean + REACH * prior.std, mean + REACH * std)),
  ];
}
