/**
 * The machine while it learns: one digit, a drawing or a test digit, through the network as it is at
 * the moment, x -> q(z|x) -> z -> p(x|z). Neither x nor the noise of z changes: only the weights do.
 */

import { Colours } from "../canvas/colours.js";
import { contextOf, paintDigit, PIXELS, SIDE } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { normalise } from "../canvas/ink.js";
import { paced } from "../canvas/schedule.js";
import { Elbo } from "../machine/elbo.js";
import { EXTENT, Pad } from "../machine/pad.js";
import { paintPosterior } from "../machine/posterior.js";
import { distribution } from "../math/distribution.js";
import { mistakeOf } from "./mistakes.js";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("./settings.js").Settings} Settings
 */

// What a digit costs a network that has learnt nothing, in nats, and a little more.
const FULL = 600;

export class Machine {
  #element;
  #session;
  #run;
  #settings;
  #elbo;
  #digit;
  /** @type {import("./run.js").Trace|null} */
  #trace = null;

  /**
   * @param {HTMLElement} element the tab
   * @param {Session} session
   * @param {import("./run.js").Run} run
   * @param {() => Settings} settings of the run
   */
  constructor(element, session, run, settings) {
    this.#element = element;
    this.#session = session;
    this.#run = run;
    this.#settings = settings;
    this.#elbo = new Elbo(find(element, ".elbo"), FULL);
    this.#digit = find(element, ".test-digit", HTMLSelectElement);
    this.#digit.append(new Option("the drawing", ""), ...Array.from({ length: 10 }, (_, digit) =>
      new Option(`a test ${digit}`, String(digit))));
    this.#digit.value = "4";
    this.#mountPad();
    this.colours = new Colours(element, () => this.#paint());
    new ResizeObserver(() => this.#paint()).observe(this.#canvas(".posterior"));
    this.#digit.addEventListener("change", () => this.#look());
    session.on("drawing", () => {
      this.#digit.value = session.drawing ? "" : this.#digit.value || "4";
      this.#look();
    });
    run.on("trace", ({ detail }) => {
      this.#trace = detail;
      this.#paint();
    });
    run.on("pictures", ({ detail }) => {
      const fixed = Float32Array.from(detail.samples.subarray(0, PIXELS), (byte) => byte / 255);
      paintDigit(this.#canvas(".fixed"), fixed);
    });
    if (session.drawing) this.#digit.value = "";
    this.#look();
  }

  /** @param {string} selector */
  #canvas(selector) {
    return find(this.#element, selector, HTMLCanvasElement);
  }

  /** The pad of Draw in small: what is drawn on one is on the other. */
  #mountPad() {
    const session = this.#session;
    const surface = contextOf(new OffscreenCanvas(SIDE, SIDE), { willReadFrequently: true });
    const pad = new Pad(this.#canvas(".pad"), paced(() => {
      const x = pad.strokes.length ? normalise(pad.strokes, EXTENT, surface) : null;
      session.setDrawing(x?.some((ink) => ink > 0) ? x : null, pad.strokes);
    }));
    const follow = () => {
      if (session.strokes !== pad.strokes) pad.put(session.strokes ?? []);
    };
    session.on("drawing", follow);
    follow();
    find(this.#element, ".drawn .clear").addEventListener("click", () => pad.clear());
  }

  #look() {
    const drawing = this.#digit.value === "" ? this.#session.drawing : null;
    if (drawing) paintDigit(this.#canvas(".x"), drawing);
    this.#run.look({ x: drawing, label: Number(this.#digit.value) });
  }

  #paint() {
    if (!this.#trace) return;
    const { x, mean, std, z, kl, logPx, picture } = this.#trace;
    const { prior, mistake } = this.#settings();
    paintDigit(this.#canvas(".x"), x);
    paintDigit(this.#canvas(".traced"), picture);
    const dimensions = mean.map((_, index) => ({ index, active: true }));
    const model = { prior: distribution(prior) };
    const shown = { model, dimensions, z, posterior: { mean, std } };
    const canvas = this.#canvas(".posterior");
    const size = { width: canvas.clientWidth, height: canvas.clientHeight };
    paintPosterior(canvas, size, this.colours, shown);
    const cost = kl.reduce((a, b) => a + b, 0);
    const bound = !mistakeOf(mistake)?.family;
    this.#elbo.show({ kl: cost, reconstruction: -logPx, total: cost - logPx, bound });
  }
}
