/** A latent dimension as a row: its name and KL, a slider over a strip of what it does, its value. */

import { paintGrid } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { isBounded } from "../math/distribution.js";
import { PER_UNIT } from "../state/latent-space.js";

/** @typedef {import("../state/session.js").Session} Session */

const STEPS = 120;
const PAGE = 10;
const THUMBNAILS = 9;
// A range holds all but this share of the encodings at either end, and as much of the prior.
const TAIL = 0.001;

export class Row {
  /** The value that the slider is at. */
  shown = NaN;
  #said = "";

  /**
   * @param {{index: number, kl: number|null, active: boolean}} dimension
   * @param {number|null} highest KL of all
   * @param {Session} session
   */
  constructor({ index, kl, active }, highest, session) {
    this.index = index;
    this.active = active;
    this.session = session;
    const [low, high] = range(session, index);
    this.low = low;
    this.high = high;
    const element = document.createElement("div");
    this.element = element;
    element.className = "latent";
    element.innerHTML = `
      <span class="what"><span class="name"></span><span class="kl"><i></i><b></b></span></span>
      <span class="track"><canvas class="ink strip" aria-hidden="true"></canvas><input type="range"></span>
      <input type="number" class="value">`;
    const [slider, value] = element.querySelectorAll("input");
    this.slider = slider;
    this.value = value;
    this.home = session.space.mean(index);
    this.strip = find(element, ".strip", HTMLCanvasElement);
    Object.assign(slider, { min: low, max: high, step: 1 / PER_UNIT });
    value.step = String(1 / PER_UNIT);
    slider.setAttribute("aria-label", `latent ${index}`);
    value.setAttribute("aria-label", `value of latent ${index}`);
    find(element, ".name").textContent = `latent ${index}`;
    slider.title = "Arrow keys step, Home and End go to the ends, a double click goes to the mean";
    if (kl !== null && highest !== null) {
      find(element, ".kl b").textContent = `${kl.toFixed(2)} nats`;
      find(element, ".kl i").style.width = `${(100 * Math.max(0, kl)) / highest}%`;
      find(element, ".kl").title = "KL(q(z|x) || p(z)), mean over the test digits";
    }
    this.#listen();
  }

  #listen() {
    const { slider, value, index, session } = this;
    slider.addEventListener("input", () => session.setLatent(index, slider.valueAsNumber));
    slider.addEventListener("pointerdown", () => session.emit("jump"));
    slider.addEventListener("dblclick", () => session.moveTo(session.z.with(index, this.home)));
    slider.addEventListener("keydown", (event) => {
      const [least, most] = [Number(slider.min), Number(slider.max)];
      const step = ((most - least) / STEPS) * (event.shiftKey ? PAGE : 1);
      const now = this.shown;
      /** @type {Object<string, number>} */
      const goals = {
        ArrowLeft: now - step,
        ArrowDown: now - step,
        ArrowRight: now + step,
        ArrowUp: now + step,
        PageDown: now - PAGE * step,
        PageUp: now + PAGE * step,
      };
      const goal = goals[event.key];
      if (goal === undefined) return;
      event.preventDefault();
      session.setLatent(index, Math.min(most, Math.max(least, goal)));
    });
    value.addEventListener("change", () => {
      if (Number.isFinite(value.valueAsNumber)) session.setLatent(index, value.valueAsNumber);
      else value.value = hundredths(this.shown);
    });
  }

  /**
   * Moves the slider to a value, and reaches further when that lies beyond its end.
   * @param {number} z
   */
  show(z) {
    const { slider } = this;
    if (z === this.shown && slider.valueAsNumber === z) return;
    this.shown = z;
    if (z < this.low) slider.min = String((this.low = Math.floor(z)));
    if (z > this.high) slider.max = String((this.high = Math.ceil(z)));
    slider.value = String(z);
  }

  /** Writes the value as a number, but not over one that is being typed. */
  write() {
    const { value, slider, index, session, shown } = this;
    const text = hundredths(shown);
    if (value.value !== text && document.activeElement !== value) value.value = text;
    if (this.#said === text) return;
    this.#said = text;
    slider.setAttribute("aria-valuetext", `latent ${index}: ${text}, ${deviations(session, shown)}`);
  }

  /** Paints what the slider leads to, from where z is now. */
  paintStrip() {
    const { session, index, strip, low, high } = this;
    const { z } = session;
    const codes = new Float32Array(THUMBNAILS * z.length);
    for (let n = 0; n < THUMBNAILS; n++) {
      codes.set(z, n * z.length);
      codes[n * z.length + index] = low + ((n + 0.5) / THUMBNAILS) * (high - low);
    }
    paintGrid(strip, session.decode(codes, THUMBNAILS), THUMBNAILS);
  }
}

/** Never "-0.00". @param {number} value */
const hundredths = (value) => (Math.round(100 * value) / 100 || 0).toFixed(2);

/**
 * How far from the prior's mean a value lies, in words.
 * @param {Session} session
 * @param {number} value
 */
function deviations({ model: { prior } }, value) {
  // Never "-0.0".
  const tenths = Math.round((10 * (value - prior.mean)) / prior.std) || 0;
  return `${(tenths / 10).toFixed(1)} standard deviations`;
}

/**
 * Where all but the outermost encodings lie in a dimension, and where the prior has its mass.
 * @param {Session} session
 * @param {number} index
 */
function range({ model, aggregate }, index) {
  const { prior, latents } = model;
  if (isBounded(prior)) return prior.support;
  let [low, high] = [prior.quantile(TAIL), prior.quantile(1 - TAIL)];
  if (aggregate) {
    const values = Float64Array.from({ length: aggregate.count }, (_, n) =>
      aggregate.mean[n * latents + index]).sort();
    const at = (/** @type {number} */ share) => values[Math.round(share * (values.length - 1))];
    [low, high] = [Math.min(low, at(TAIL)), Math.max(high, at(1 - TAIL))];
  }
  return [Math.floor(2 * low) / 2, Math.ceil(2 * high) / 2];
}
