/** The sliders: one for every latent dimension, ordered by KL, each with a strip of what it does. */

import { paced, rested, unhurried } from "../canvas/schedule.js";
import { paintGrid } from "../canvas/digits.js";
import { isBounded } from "../math/distribution.js";
import { PER_UNIT } from "../state/session.js";

const STEPS = 120;
const THUMBNAILS = 9;
// A range holds all but this share of the encodings at either end, and as much of the prior.
const TAIL = 0.001;
const PAGE = 10;
// Rows that are shown at once: each that can be scrolled to costs every frame a little.
const MOST = 24;

export class Sliders {
  #rows = [];
  // Rows on the screen follow every frame, the others when z rests: there may be a hundred.
  #seen = new Set();
  #watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#seen.add(target.row);
      else this.#seen.delete(target.row);
    }
    this.#show();
  });

  /** @param {HTMLElement} root holding .latents, and .further and .inactive ones that are folded */
  constructor(root, session) {
    Object.assign(this, { root, session });
    this.#strips = rested(() => this.#rest());
    this.#values = unhurried(() => this.#seen.forEach((row) => row.write()));
    session.withModel(() => this.#build());
    session.addEventListener("z", paced(() => this.#show()));
    session.addEventListener("touch", this.#strips);
    for (const fold of root.querySelectorAll(".folded")) fold.addEventListener("toggle", this.#strips);
  }

  #strips;
  #values;

  #build() {
    const { root, session } = this;
    const { dimensions } = session;
    const highest = dimensions[0].kl;
    this.#rows = dimensions.map((dimension) => new Row(dimension, highest, session));
    const active = this.#rows.filter((row) => row.active);
    const inactive = this.#rows.filter((row) => !row.active);
    fill(root, active.slice(0, MOST));
    this.#fold(".further", active.slice(MOST), "more active latent");
    this.#fold(".inactive", inactive, "inactive latent");
    root.querySelector(".no-kl").hidden = highest !== null;
    this.#watch.disconnect();
    this.#seen = new Set(this.#rows);
    this.#rows.forEach((row) => this.#watch.observe(row.element));
    this.#show();
    this.#strips();
  }

  #fold(selector, rows, what) {
    const fold = this.root.querySelector(selector);
    fill(fold, rows);
    fold.querySelector("summary").textContent = `${rows.length} ${what}${rows.length === 1 ? "" : "s"}`;
    fold.hidden = rows.length === 0;
  }

  #show() {
    const { z } = this.session;
    if (z.length !== this.#rows.length) return;
    for (const row of this.#seen) row.show(z[row.index]);
    this.#values();
    // Until the first touch z never rests: the strips stay those of where it began.
    if (this.session.touched) this.#strips();
  }

  *#rest() {
    const { root, session } = this;
    if (session.z.length !== this.#rows.length) return;
    for (const row of this.#rows) {
      row.show(session.z[row.index]);
      row.write();
    }
    if (!root.offsetParent) return;
    for (const row of this.#rows) {
      if (row.element.closest("details")?.open !== false) yield row.paintStrip();
    }
  }
}

function fill(root, rows) {
  root.querySelector(".latents").replaceChildren(...rows.map((row) => row.element));
}

/** One dimension: its name and KL, a slider, and its value as a number that can be typed. */
class Row {
  constructor({ index, kl, active }, highest, session) {
    Object.assign(this, { index, active, session });
    [this.low, this.high] = range(session, index);
    const { low, high } = this;
    const element = document.createElement("div");
    this.element = element;
    element.row = this;
    element.className = "latent";
    element.innerHTML = `
      <span class="what"><span class="name"></span><span class="kl"><i></i><b></b></span></span>
      <span class="track"><canvas class="ink strip" aria-hidden="true"></canvas><input type="range"></span>
      <input type="number" class="value">`;
    const [slider, value] = element.querySelectorAll("input");
    const home = session.statistics.mean?.data[index] ?? session.model.prior.mean;
    Object.assign(this, { slider, value, home, strip: element.querySelector(".strip") });
    Object.assign(slider, { min: low, max: high, step: 1 / PER_UNIT });
    Object.assign(value, { step: 1 / PER_UNIT });
    slider.setAttribute("aria-label", `latent ${index}`);
    value.setAttribute("aria-label", `value of latent ${index}`);
    element.querySelector(".name").textContent = `latent ${index}`;
    slider.title = "Arrow keys step, Home and End go to the ends, a double click goes to the mean";
    if (kl !== null) {
      element.querySelector(".kl b").textContent = `${kl.toFixed(2)} nats`;
      element.querySelector(".kl i").style.width = `${(100 * Math.max(0, kl)) / highest}%`;
      element.querySelector(".kl").title = "KL(q(z|x) || p(z)), mean over the test digits";
    }
    this.#listen();
  }

  #listen() {
    const { slider, value, index, session } = this;
    slider.addEventListener("input", () => session.setLatent(index, slider.valueAsNumber));
    slider.addEventListener("pointerdown", () => session.emit("jump"));
    slider.addEventListener("dblclick", () => session.moveTo(session.z.with(index, this.home)));
    slider.addEventListener("keydown", (event) => {
      const step = ((slider.max - slider.min) / STEPS) * (event.shiftKey ? PAGE : 1);
      const now = this.shown;
      const goal = {
        ArrowLeft: now - step,
        ArrowDown: now - step,
        ArrowRight: now + step,
        ArrowUp: now + step,
        PageDown: now - PAGE * step,
        PageUp: now + PAGE * step,
      }[event.key];
      if (goal === undefined) return;
      event.preventDefault();
      session.setLatent(index, Math.min(slider.max, Math.max(slider.min, goal)));
    });
    value.addEventListener("change", () => {
      if (Number.isFinite(value.valueAsNumber)) session.setLatent(index, value.valueAsNumber);
      else value.value = this.shown.toFixed(2);
    });
  }

  /** Moves the slider to a value, and reaches further when that lies beyond its end. */
  show(z) {
    const { slider } = this;
    if (z === this.shown && slider.valueAsNumber === z) return;
    this.shown = z;
    if (z < this.low) slider.min = this.low = Math.floor(z);
    if (z > this.high) slider.max = this.high = Math.ceil(z);
    slider.value = z;
  }

  /** Writes the value as a number, but not over one that is being typed. */
  write() {
    const { value, shown } = this;
    const text = shown.toFixed(2);
    if (value.value !== text && document.activeElement !== value) value.value = text;
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

/** Where all but the outermost encodings lie in a dimension, and where the prior has its mass. */
function range({ model, aggregate }, index) {
  const { prior, latents } = model;
  if (isBounded(prior)) return prior.support;
  let [low, high] = [prior.quantile(TAIL), prior.quantile(1 - TAIL)];
  if (aggregate) {
    const values = Float64Array.from({ length: aggregate.count }, (_, n) =>
      aggregate.mean[n * latents + index]).sort();
    const at = (share) => values[Math.round(share * (values.length - 1))];
    [low, high] = [Math.min(low, at(TAIL)), Math.max(high, at(1 - TAIL))];
  }
  return [Math.floor(2 * low) / 2, Math.ceil(2 * high) / 2];
}
