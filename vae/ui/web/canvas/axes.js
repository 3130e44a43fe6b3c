/** What small charts have in common: a sharp canvas, and an axis with ticks. */

import { contextOf } from "./digits.js";
import { ticks } from "./ticks.js";

/**
 * A clear canvas in CSS pixels, as wide as it is shown.
 * @param {HTMLCanvasElement} canvas
 * @param {number} height
 * @param {import("./colours.js").Colours} colours
 * @returns {{context: CanvasRenderingContext2D, width: number}|null} null when it is not shown
 */
export function begin(canvas, height, colours) {
  const width = canvas.clientWidth;
  if (!width) return null;
  const context = sharp(canvas, width, height);
  context.font = `11px ${colours.font}`;
  return { context, width };
}

/**
 * The context of a canvas, clear, in CSS pixels, of which it gets so many.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function sharp(canvas, width, height) {
  const scale = devicePixelRatio || 1;
  const [w, h] = [width, height].map((length) => Math.round(length * scale));
  if (canvas.width !== w || canvas.height !== h) {
    Object.assign(canvas, { width: w, height: h });
    canvas.style.height = `${height}px`;
  }
  const context = contextOf(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * The axis under a chart: its line, ticks and numbers.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./colours.js").Colours} colours
 * @param {{low: number, high: number, left: number, right: number, y: number}} place
 * @returns {(value: number) => number} where a value lies
 */
export function axisBelow(context, colours, { low, high, left, right, y }) {
  const at = (/** @type {number} */ value) => left + ((value - low) / (high - low)) * (right - left);
  context.fillStyle = colours.line;
  context.fillRect(left, y, right - left, 1);
  context.textAlign = "center";
  for (const { value, label } of ticks(low, high, 6)) {
    context.fillStyle = colours.line;
    context.fillRect(at(value), y, 1, 4);
    context.fillStyle = colours.quiet;
    context.fillText(label, at(value), y + 15);
  }
  context.textAlign = "start";
  return at;
}

/**
 * The numbers beside a chart that begins at 0.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./colours.js").Colours} colours
 * @param {{most: number, x: number, y: (value: number) => number}} place
 */
export function axisLeft(context, colours, { most, x, y }) {
  context.fillStyle = colours.quiet;
  context.textAlign = "right";
  for (const { value, label } of ticks(0, most, 3)) context.fillText(label, x - 5, y(value) + 4);
  context.textAlign = "start";
}

/**
 * The least of 1, 2, 4, ... that is enough: a range that holds still while a slider moves.
 * @param {number} needed
 * @param {number} base
 */
export function widening(needed, base) {
  let factor = 1;
  while (factor * base < needed && factor < 64) factor *= 2;
  return factor;
}
