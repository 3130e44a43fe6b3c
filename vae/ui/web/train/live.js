/** What one sees of a run while it learns: digits, codes, figures, columns and curves. */

import { Colours } from "../canvas/colours.js";
import { find } from "../canvas/find.js";
import { Chart } from "../canvas/line-chart.js";
import { paced, unhurried } from "../canvas/schedule.js";
import { distribution, isBounded } from "../math/distribution.js";
import { paintColumns, paintBytes, paintCloud } from "./pictures.js";

const COLUMNS = 8;
// KL in nats above which a latent counts as in use.
const USED = 0.01;
// How much more two other latents must tell for the map to turn to them.
const CLEARLY = 1.5;
// How far the map of an unbounded prior reaches, in its units, and how it widens.
const REACH = 3;
/** @type {Object<string, string>} */
const UNITS = { seconds: "seconds of training", epoch: "epoch", images: "images" };

/**
 * @typedef {import("./run.js").Run} Run
 * @typedef {import("./run.js").Point} Point
 * @typedef {import("./run.js").RunEvents} RunEvents
 * @typedef {import("../state/events.js").Emitter<RunEvents> &
 *   Pick<Run, "curves"|"figures"|"codes">} Followed a run here, or one on the server
 */

export class Live {
  #element;
  /** @type {Followed|null} */
  #run = null;
  /** @type {Run|null} */
  #other = null;
  /** @type {() => import("../math/distribution.js").Spec} */
  #prior = () => ({ family: "normal", mean: 0, std: 1 });
  /** @type {[number, number]} */
  #axes = [0, 0];
  #following = new AbortController();

  /** @param {HTMLElement} element the tab */
  constructor(element) {
    this.#element = element;
    this.draw = unhurried(() => this.#show(), 8);
    const drawCloud = paced(() => this.#cloud());
    this.cloud = drawCloud;
    this.colours = new Colours(element, () => this.#paintAll());
    this.chart = new Chart(this.#canvas(".plot"), (text) => (this.#find(".reading").textContent = text));
    new ResizeObserver(() => this.#paintAll()).observe(element);
    for (const select of element.querySelectorAll(".losses select")) {
      select.addEventListener("change", this.draw);
    }
  }

  /**
   * Shows a run from now on, and no longer the one before.
   * @param {Followed} run
   * @param {() => import("../math/distribution.js").Spec} prior of its settings
   */
  follow(run, prior) {
    this.#following.abort();
    this.#following = new AbortController();
    const { signal } = this.#following;
    this.#run = run;
    this.#prior = prior;
    run.on("labels", () => this.#beginMap(), { signal });
    run.on(["figures", "test"], this.draw, { signal });
    run.on("encodings", this.cloud, { signal });
    run.on("pictures", ({ detail }) => this.#digits(detail), { signal });
    this.draw();
    this.cloud();
  }

  /**
   * Draws the curves of another run beside those of the first; null for none.
   * @param {Run|null} other
   */
  beside(other) {
    this.#other = other;
    other?.on("figures", this.draw);
    other?.on("pictures", ({ detail }) =>
      paintBytes(this.#canvas(".other-samples"), detail.samples, COLUMNS));
    this.draw();
  }

  /** @param {string} selector */
  #find(selector) {
    return find(this.#element, selector);
  }

  /** @param {string} selector */
  #canvas(selector) {
    return find(this.#element, selector, HTMLCanvasElement);
  }

  #paintAll() {
    this.#cloud();
    this.#show();
  }

  /** @param {RunEvents["pictures"]} pictures */
  #digits({ samples, originals, reconstructions }) {
    paintBytes(this.#canvas(".samples"), samples, COLUMNS);
    const both = new Uint8Array(originals.length + reconstructions.length);
    both.set(originals);
    both.set(reconstructions, originals.length);
    paintBytes(this.#canvas(".pairs"), both, originals.length / 784);
  }

  #beginMap() {
    if (this.#run) this.#axes = [0, Math.min(1, this.#run.codes.latents - 1)];
    this.draw();
  }

  /**
   * The two latents with the largest KL, held until others have clearly more.
   * @param {Float64Array} kl
   */
  #chooseAxes(kl) {
    const order = Array.from(kl.keys()).sort((a, b) => kl[b] - kl[a]);
    /** @type {[number, number]} */
    const best = [order[0], order[1] ?? order[0]];
    const weight = (/** @type {number[]} */ axes) => axes.reduce((total, axis) => total + kl[axis], 0);
    if (weight(best) > CLEARLY * weight(this.#axes)) this.#axes = best.sort((a, b) => a - b);
  }

  #cloud() {
    if (!this.#run?.codes.mean) return;
    const { mean, latents } = this.#run.codes;
    const axes = this.#axes;
    const prior = distribution(this.#prior());
    const [low, high] = prior.support;
    const centre = isBounded(prior) ? (low + high) / 2 : 0;
    const least = isBounded(prior) ? (high - low) / 2 : REACH;
    let most = least;
    for (let i = 0; i < mean.length; i += latents) {
      for (const axis of axes) most = Math.max(most, Math.abs(mean[i + axis] - centre));
    }
    // In steps, so that the axes hold still while the codes drift.
    const reach = least * 1.5 ** Math.ceil(Math.log(most / least) / Math.log(1.5));
    const codes = { ...this.#run.codes, mean, axes };
    paintCloud(this.#canvas(".cloud"), codes, this.colours, centre, reach);
    this.#find(".axes-named").textContent = `(latents ${axes[0] + 1} and ${axes[1] + 1})`;
  }

  #show() {
    if (!this.#run) return;
    const { figures } = this.#run;
    const { images = 0, epoch = 0, kl, norms } = figures;
    this.#put(".images", images, 0);
    this.#put(".epoch", epoch, 2);
    this.#put('[data-testid="train-images-per-second"]', figures.perSecond, 0);
    this.#put('[data-testid="train-cost"]', figures.cost, 0);
    this.#put(".reconstruction", figures.reconstruction, 1);
    this.#put(".kl", kl?.reduce((a, b) => a + b, 0), 1);
    this.#put('[data-testid="train-test-loss"]', figures.test, 1);
    if (kl) {
      this.#chooseAxes(kl);
      paintColumns(this.#canvas(".spectrum"), [...kl], this.colours);
      this.#find(".in-use").textContent = `(${inUse(kl)} of ${kl.length} in use)`;
    }
    if (norms) paintColumns(this.#canvas(".norms"), Object.values(norms), this.colours, true);
    this.#curves();
  }

  /**
   * @param {string} selector
   * @param {number|undefined} value
   * @param {number} digits after the point
   */
  #put(selector, value, digits) {
    const place = this.#find(selector);
    const known = value !== undefined && Number.isFinite(value);
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    place.textContent = known ? value.toLocaleString("en", options) : "\u2013";
    if (known) place.dataset.value = String(value);
    else delete place.dataset.value;
  }

  #curves() {
    if (!this.#run) return;
    const [quantity, by] = [".quantity", ".by"].map((name) =>
      /** @type {keyof Point} */ (find(this.#element, name, HTMLSelectElement).value));
    const runs = this.#other ? [this.#run, this.#other] : [this.#run];
    const series = runs.flatMap(({ curves }, i) => Object.entries(curves).map(([label, points]) => ({
      label: runs.length > 1 ? `run ${i + 1}, ${label}` : label,
      colour: i ? this.colours.quiet : this.colours.accent,
      dashed: label === "train",
      points: points.map((point) => [point[by] ?? NaN, point[quantity] ?? NaN])
        .filter(([, value]) => Number.isFinite(value)),
    })));
    this.chart.show(series, { x: UNITS[by], y: "nats an image" });
  }
}

/** How many latents tell something, by their KL in nats. */
export const inUse = (/** @type {Float64Array} */ kl) => kl.filter((value) => value > USED).length;
