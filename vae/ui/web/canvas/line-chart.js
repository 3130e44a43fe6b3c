/** A chart of lines: axes with round ticks, a cursor that reads the nearest line. */

import { sharp } from "./axes.js";
import { Colours } from "./colours.js";
import { paced } from "./schedule.js";
import { ticks } from "./ticks.js";

const MARGIN = { left: 58, right: 14, top: 12, bottom: 42 };
const NEAR = 40;

/**
 * What is not given is not drawn.
 * @typedef {object} Series
 * @property {string} label
 * @property {string} colour
 * @property {number[][]} points [x, y]
 * @property {boolean} [dashed]
 * @property {number[][]} [band] [x, low, high]
 *
 * @typedef {{x: string, y: string, logarithmic?: boolean}} Labels of the axes; logarithmic: of y
 *
 * @typedef {object} Scales
 * @property {number} x0
 * @property {number} x1
 * @property {number} y0
 * @property {number} y1
 * @property {number} width
 * @property {number} height
 * @property {(value: number) => number} x
 * @property {(value: number) => number} y
 */

export class Chart {
  /** @type {Series[]} */
  #series = [];
  /** @type {number[]|null} */
  #cursor = null;
  /** @type {Labels} */
  labels = { x: "", y: "" };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(text: string) => void} say what lies under the cursor
   */
  constructor(canvas, say) {
    this.canvas = canvas;
    this.say = say;
    this.draw = paced(() => this.#paint());
    this.colours = new Colours(canvas, this.draw);
    new ResizeObserver(this.draw).observe(canvas);
    canvas.addEventListener("pointermove", ({ offsetX, offsetY }) => this.#point(offsetX, offsetY));
    canvas.addEventListener("pointerleave", () => this.#leave());
  }

  /**
   * @param {Series[]} series
   * @param {Labels} labels
   */
  show(series, labels) {
    this.#series = series.filter(({ points }) => points.length);
    this.labels = labels;
    this.#cursor = null;
    this.draw();
  }

  /** @returns {Scales} */
  #scales() {
    const { canvas, labels } = this;
    const all = this.#series.flatMap(({ points, band = [] }) =>
      [...points, ...band.flatMap(([x, low, high]) => [[x, low], [x, high]])]);
    const bounds = (/** @type {number} */ k) => all.reduce(([a, b], point) => [Math.min(a, point[k]), Math.max(b, point[k])],
      [Infinity, -Infinity]);
    const f = labels.logarithmic ? Math.log10 : (/** @type {number} */ v) => v;
    const [x0, x1] = bounds(0);
    let [y0, y1] = bounds(1).map(f);
    const slack = (y1 - y0 || 1) * 0.05;
    [y0, y1] = [y0 - slack, y1 + slack];
    const width = canvas.clientWidth - MARGIN.left - MARGIN.right;
    const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom;
    return {
      x0, x1, y0, y1, width, height,
      x: (v) => MARGIN.left + ((v - x0) / (x1 - x0 || 1)) * width,
      y: (v) => MARGIN.top + ((y1 - f(v)) / (y1 - y0)) * height,
    };
  }

  #paint() {
    const { canvas, colours } = this;
    if (!canvas.clientWidth) return;
    const context = sharp(canvas, canvas.clientWidth, canvas.clientHeight);
    context.font = `12px ${colours.font}`;
    if (!this.#series.length) return;
    const scales = this.#scales();
    this.#axes(context, scales);
    for (const series of this.#series) line(context, series, scales);
    if (this.#cursor) this.#circle(context, scales, this.#cursor);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Scales} scales
   */
  #axes(context, { x0, x1, y0, y1, width, height, x, y }) {
    const { colours, labels } = this;
    context.fillStyle = colours.quiet;
    context.strokeStyle = colours.line;
    context.textAlign = "center";
    for (const { value, label } of ticks(x0, x1 || 1, 8)) {
      context.fillText(label, x(value), MARGIN.top + height + 18);
    }
    context.fillText(labels.x, MARGIN.left + width / 2, MARGIN.top + height + 36);
    context.textAlign = "right";
    const beside = labels.logarithmic ? powers(y0, y1) : ticks(y0, y1, 5);
    for (const { value, label } of beside) {
      context.fillText(label, MARGIN.left - 8, y(value) + 4);
      context.beginPath();
      context.moveTo(MARGIN.left, y(value));
      context.lineTo(MARGIN.left + width, y(value));
      context.stroke();
    }
    context.save();
    context.translate(13, MARGIN.top + height / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(labels.y, 0, 0);
    context.restore();
  }

  #leave() {
    this.#cursor = null;
    this.say("");
    this.draw();
  }

  /**
   * @param {number} left
   * @param {number} top
   */
  #point(left, top) {
    if (!this.#series.length) return this.#leave();
    const { x, y } = this.#scales();
    /** @type {{distance: number, label: string, point: number[]|null}} */
    let best = { distance: NEAR, label: "", point: null };
    for (const { label, points } of this.#series) {
      for (const point of points) {
        const distance = Math.hypot(x(point[0]) - left, y(point[1]) - top);
        if (distance < best.distance) best = { distance, label, point };
      }
    }
    this.#cursor = best.point;
    this.say(best.point
      ? `${best.label}, ${this.labels.x} ${short(best.point[0])}: ${short(best.point[1])}`
      : "");
    this.draw();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Scales} scales
   * @param {number[]} point
   */
  #circle(context, { x, y }, point) {
    context.beginPath();
    context.arc(x(point[0]), y(point[1]), 5, 0, 2 * Math.PI);
    context.strokeStyle = this.colours.text;
    context.lineWidth = 2;
    context.stroke();
  }
}

/** @param {number} value */
function short(value) {
  return String(Number(value.toPrecision(5))).replace("-", "\u2212");
}

/**
 * Ticks of a logarithmic axis.
 * @param {number} y0
 * @param {number} y1
 */
function powers(y0, y1) {
  const all = [];
  for (let power = Math.floor(y0); power <= Math.ceil(y1); power++) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (Math.log10(value) >= y0 && Math.log10(value) <= y1) all.push({ value, label: short(value) });
    }
  }
  return all;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Series} series
 * @param {Scales} scales
 */
function line(context, { points, colour, dashed, band }, { x, y }) {
  context.save();
  context.strokeStyle = context.fillStyle = colour;
  if (band) {
    context.globalAlpha = 0.18;
    context.beginPath();
    band.forEach(([at, low]) => context.lineTo(x(at), y(low)));
    [...band].reverse().forEach(([at, , high]) => context.lineTo(x(at), y(high)));
    context.fill();
    context.globalAlpha = 1;
  }
  context.lineWidth = 2;
  context.lineJoin = "round";
  if (dashed) context.setLineDash([5, 4]);
  context.beginPath();
  points.forEach(([at, value]) => context.lineTo(x(at), y(value)));
  context.stroke();
  context.restore();
}
