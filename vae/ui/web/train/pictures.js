/** What is painted while a run learns: grids of digits, the cloud of codes, and columns of numbers. */

import { sharp } from "../canvas/axes.js";
import { paintGrid } from "../canvas/digits.js";
import { CLASS_COLOURS } from "../canvas/palette.js";
import { compact } from "../canvas/ticks.js";

const MARGIN = 30;

/**
 * Bytes onto a canvas, in rows of `columns` digits.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes
 * @param {number} columns
 */
export function paintBytes(canvas, bytes, columns) {
  paintGrid(canvas, Float32Array.from(bytes, (byte) => byte / 255), columns);
}

/**
 * The cloud of codes, every dot its digit.
 * @param {HTMLCanvasElement} canvas
 * @param {{mean: Float32Array, labels: Uint8Array, latents: number, axes: [number, number]}} codes
 * @param {import("../canvas/colours.js").Colours} colours
 * @param {number} centre of the axes
 * @param {number} reach how far the axes go to either side of `centre`
 */
export function paintCloud(canvas, { mean, labels, latents, axes }, colours, centre, reach) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  const context = sharp(canvas, width, height);
  const scale = (Math.min(width, height) - 2 * MARGIN) / (2 * reach);
  const x = (/** @type {number} */ value) => width / 2 + (value - centre) * scale;
  const y = (/** @type {number} */ value) => height / 2 - (value - centre) * scale;
  context.strokeStyle = colours.line;
  context.beginPath();
  context.moveTo(x(centre - reach), y(centre));
  context.lineTo(x(centre + reach), y(centre));
  context.moveTo(x(centre), y(centre - reach));
  context.lineTo(x(centre), y(centre + reach));
  context.stroke();
  context.font = `600 ${colours.small} ${colours.font}`;
  context.textAlign = "center";
  context.fillStyle = colours.quiet;
  for (const end of [-reach, reach]) {
    context.fillText(short(centre + end), x(centre + end), y(centre) + 16);
  }
  labels.forEach((label, i) => {
    const [first, second] = axes.map((axis) => mean[i * latents + axis]);
    context.fillStyle = CLASS_COLOURS[label];
    context.fillText(String(label), x(first), y(second) + 4);
  });
}

/**
 * Columns from 0 up, logarithmic where `logarithmic`, each with its number below where it fits.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} values
 * @param {import("../canvas/colours.js").Colours} colours
 */
export function paintColumns(canvas, values, colours, logarithmic = false) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width) return;
  const context = sharp(canvas, width, height);
  const floor = height - 18;
  const most = values.reduce((a, b) => Math.max(a, b), 0) || 1;
  /** @type {(value: number) => number} */
  const share = logarithmic
    ? (value) => Math.max(0, 1 + Math.log10(Math.max(value, 1e-9) / most) / 4)
    : (value) => Math.max(0, value / most);
  const left = 54;
  const step = (width - left) / values.length;
  context.font = `${colours.small} ${colours.font}`;
  context.fillStyle = colours.quiet;
  context.textAlign = "right";
  context.fillText(short(most), left - 6, 14);
  context.fillText(logarithmic ? short(most / 1e4) : "0", left - 6, floor);
  context.textAlign = "center";
  values.forEach((value, i) => {
    const top = share(value) * (floor - 6);
    context.fillStyle = colours.accent;
    context.fillRect(left + i * step + 1, floor - top, Math.max(1, step - 2), top);
    context.fillStyle = colours.quiet;
    if (step > 18) context.fillText(String(i + 1), left + (i + 0.5) * step, height - 3);
  });
}

const short = (/** @type {number} */ value) => compact(Number(value.toPrecision(2)));
