/** A chart of lines: axes with round ticks, a cursor that reads the nearest line. */

import { Colours } from "./colours.js";
import { paced } from "./schedule.js";
import { View } from "../map/viewport.js";

const MARGIN = { left: 58, right: 14, top: 12, bottom: 42 };
const NEAR = 40;

/**
 * A series is {label, colour, dashed, points: [x, y][], band: [x, low, high][]}; what is not given
 * is not drawn.
 */
export class Chart {
  #series = [];
  #cursor = null;

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
    canvas.addEventListener("pointerleave", () => this.#point(null));
  }

  /**
   * @param {object[]} series
   * @param {{x: string, y: string, logarithmic?: boolean}} labels of the axes; logarithmic: of y
   */
  show(series, labels) {
    this.#series = series.filter(({ points }) => points.length);
    this.labels = labels;
    this.#cursor = null;
    this.draw();
  }

  #scales() {
    const { canvas, labels } = this;
    const all = this.#series.flatMap(({ points, band = [] }) =>
      [...points, ...band.flatMap(([x, low, high]) => [[x, low], [x, high]])]);
    const bounds = (k) => all.reduce(([a, b], point) => [Math.min(a, point[k]), Math.max(b, point[k])],
      [Infinity, -Infinity]);
    const f = labels.logarithmic ? Math.log10 : (v) => v;
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
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !this.labels) return;
    const scale = devicePixelRatio || 1;
    Object.assign(canvas, { width: width * scale, height: height * scale });
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.font = `12px ${colours.font}`;
    if (!this.#series.length) return;
    const scales = this.#scales();
    this.#axes(context, scales);
    for (const series of this.#series) line(context, series, scales);
    if (this.#cursor) this.#mark(context, scales);
  }

  #axes(context, { x0, x1, y0, y1, width, height, x, y }) {
    const { colours, labels } = this;
    context.fillStyle = colours.quiet;
    context.strokeStyle = colours.line;
    context.textAlign = "center";
    for (const { value, label } of View.ticks(x0, x1 || 1, 8)) {
      context.fillText(label, x(value), MARGIN.top + height + 18);
    }
    context.fillText(labels.x, MARGIN.left + width / 2, MARGIN.top + height + 36);
    context.textAlign = "right";
    const ticks = labels.logarithmic ? powers(y0, y1) : View.ticks(y0, y1, 5);
    for (const { value, label } of ticks) {
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

  #point(left, top) {
    if (left === null || !this.#series.length) {
      this.#cursor = null;
      this.say("");
      return this.draw();
    }
    const { x, y } = this.#scales();
    let best = { distance: NEAR };
    for (const { label, points } of this.#series) {
      for (const point of points) {
        const distance = Math.hypot(x(point[0]) - left, y(point[1]) - top);
        if (distance < best.distance) best = { distance, label, point };
      }
    }
    this.#cursor = best.point ?? null;
    this.say(best.point
      ? `${best.label}, ${this.labels.x} ${short(best.point[0])}: ${short(best.point[1])}`
      : "");
    this.draw();
  }

  #mark(context, { x, y }) {
    context.beginPath();
    context.arc(x(this.#cursor[0]), y(this.#cursor[1]), 5, 0, 2 * Math.PI);
    context.strokeStyle = this.colours.text;
    context.lineWidth = 2;
    context.stroke();
  }
}

function short(value) {
  return String(Number(value.toPrecision(5))).replace("-", "\u2212");
}

function powers(y0, y1) {
  const ticks = [];
  for (let power = Math.floor(y0); power <= Math.ceil(y1); power++) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (Math.log10(value) >= y0 && Math.log10(value) <= y1) ticks.push({ value, label: short(value) });
    }
  }
  return ticks;
}

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
