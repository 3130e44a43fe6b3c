/** A chart of lines: axes with round ticks, a cursor that reads the nearest line. */

import { axisBelow, axisLeft, scale, sharp } from "./axes.js";
import { Colours } from "./colours.js";
import { paced } from "./schedule.js";
import { powers, short, ticks } from "./ticks.js";

const MARGIN = { left: 58, right: 14, top: 12, bottom: 42 };
const NEAR = 40;
// Of a label at a line's end: its height, how long the dash before it is, and the most that all of
// them take of the width.
const LABEL = { height: 16, dash: 26, share: 0.4 };

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
  // What the names of the lines take of the width.
  #right = MARGIN.right;
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
    const slack = y1 > y0 ? 0.05 * (y1 - y0) : Math.max(1, 0.1 * Math.abs(y1));
    [y0, y1] = [y0 - slack, y1 + slack];
    const [width, height] = [canvas.clientWidth - MARGIN.left - this.#right, canvas.clientHeight - MARGIN.top - MARGIN.bottom];
    const y = scale(y1, y0, MARGIN.top, MARGIN.top + height);
    return {
      x0, x1, y0, y1, width, height,
      x: scale(x0, x1, MARGIN.left, MARGIN.left + width),
      y: (v) => y(f(v)),
    };
  }

  #paint() {
    const { canvas, colours } = this;
    if (!canvas.clientWidth) return;
    const context = sharp(canvas, canvas.clientWidth, canvas.clientHeight);
    context.font = `${colours.small} ${colours.font}`;
    if (!this.#series.length) return;
    const widest = Math.max(...this.#series.map(({ label }) => context.measureText(label).width));
    this.#right = MARGIN.right + LABEL.dash + Math.min(widest, LABEL.share * canvas.clientWidth);
    const scales = this.#scales();
    this.#axes(context, scales);
    for (const series of this.#series) line(context, series, scales);
    this.#names(context, scales);
    if (this.#cursor) this.#circle(context, scales, this.#cursor);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Scales} scales
   */
  #axes(context, { x0, x1, y0, y1, width, height, x, y }) {
    const { colours, labels } = this;
    const right = MARGIN.left + width;
    const beside = labels.logarithmic ? powers(y0, y1) : ticks(y0, y1, 5);
    axisLeft(context, colours, { ticks: beside, at: y, x: MARGIN.left, across: right, name: labels.y });
    axisBelow(context, colours, {
      ticks: ticks(x0, x1 || 1, width / 70), at: x, left: MARGIN.left, right, y: MARGIN.top + height, name: labels.x,
    });
  }

  /**
   * What each line is, at its end, one below the other where lines end together.
   * @param {CanvasRenderingContext2D} context
   * @param {Scales} scales
   */
  #names(context, { x, y, height }) {
    const ends = this.#series.map((series) => {
      const [at, value] = series.points[series.points.length - 1];
      return { series, from: [x(at), y(value)], height: y(value) };
    }).sort((a, b) => a.height - b.height);
    spread(ends, MARGIN.top + height);
    const left = this.canvas.clientWidth - this.#right;
    for (const { series: { label, colour, dashed }, from, height: to } of ends) {
      // Thin and grey from the line's end, which may be far: it is none of the line.
      stroke(context, this.colours.line, 1, [from, [left, to]]);
      context.setLineDash(dashed ? [5, 4] : []);
      stroke(context, colour, 2, [[left, to], [left + LABEL.dash - 4, to]]);
      context.setLineDash([]);
      context.fillStyle = this.colours.text;
      context.fillText(label, left + LABEL.dash, to + 4, this.#right - LABEL.dash);
    }
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

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {number} width
 * @param {number[][]} points
 */
function stroke(context, colour, width, points) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/**
 * Moves labels apart, as little as need be, and keeps them above the floor of the chart.
 * @param {{height: number}[]} labels from the highest to the lowest
 * @param {number} floor
 */
function spread(labels, floor) {
  labels.forEach((label, i) => {
    if (i) label.height = Math.max(label.height, labels[i - 1].height + LABEL.height);
  });
  for (let i = labels.length - 1; i >= 0; i--) {
    const below = labels[i + 1]?.height ?? floor + LABEL.height;
    labels[i].height = Math.min(labels[i].height, below - LABEL.height);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Series} series
 * @param {Scales} scales
 */
function line(context, { points, colour, dashed, band }, { x, y }) {
  context.save();
  if (band) {
    context.fillStyle = colour;
    context.globalAlpha = 0.18;
    context.beginPath();
    band.forEach(([at, low]) => context.lineTo(x(at), y(low)));
    [...band].reverse().forEach(([at, , high]) => context.lineTo(x(at), y(high)));
    context.fill();
    context.globalAlpha = 1;
  }
  context.lineJoin = "round";
  if (dashed) context.setLineDash([5, 4]);
  stroke(context, colour, 2, points.map(([at, value]) => [x(at), y(value)]));
  context.restore();
}
