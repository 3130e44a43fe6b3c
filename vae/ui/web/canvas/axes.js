/** What small charts have in common: a sharp canvas, and an axis with ticks. */

import { contextOf } from "./digits.js";

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
  context.font = `${colours.small} ${colours.font}`;
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
    // Where the stylesheet says how high it is, it goes on saying so.
    if (canvas.clientHeight !== height) canvas.style.height = `${height}px`;
  }
  const context = contextOf(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * Where values between two others lie.
 * @param {number} low
 * @param {number} high
 * @param {number} from where low lies, in pixels
 * @param {number} to
 * @returns {(value: number) => number}
 */
export function scale(low, high, from, to) {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

/**
 * @typedef {{value: number, label: string}} Tick
 * @typedef {import("./colours.js").Colours} Colours
 * @typedef {(value: number) => number} Scale where a value lies, in pixels
 */

/**
 * The axis under a chart: its line, ticks, numbers and name.
 * @param {CanvasRenderingContext2D} context
 * @param {Colours} colours
 * @param {{ticks: Tick[], at: Scale, left: number, right: number, y: number, name?: string}} place
 */
export function axisBelow(context, colours, { ticks, at, left, right, y, name = "" }) {
  context.fillStyle = colours.line;
  context.fillRect(left, y, right - left, 1);
  context.textAlign = "center";
  for (const { value, label } of ticks) {
    context.fillStyle = colours.line;
    context.fillRect(at(value), y, 1, 4);
    context.fillStyle = colours.quiet;
    context.fillText(label, at(value), y + 16);
  }
  context.fillText(name, (left + right) / 2, y + 33);
  context.textAlign = "start";
}

/**
 * The axis beside a chart: ticks, or lines across to `across`, numbers, and its name upright.
 * @param {CanvasRenderingContext2D} context
 * @param {Colours} colours
 * @param {{ticks: Tick[], at: Scale, x: number, across?: number, name?: string}} place
 */
export function axisLeft(context, colours, { ticks, at, x, across = x, name = "" }) {
  context.textAlign = "right";
  for (const { value, label } of ticks) {
    context.fillStyle = colours.line;
    context.fillRect(x - 4, at(value), across - x + 4, 1);
    context.fillStyle = colours.quiet;
    context.fillText(label, x - 7, at(value) + 4);
  }
  if (name) upright(context, name, 12, (at(ticks[0].value) + at(ticks[ticks.length - 1].value)) / 2);
  context.textAlign = "start";
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
function upright(context, text, x, y) {
  context.save();
  context.translate(x, y);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(text, 0, 0);
  context.restore();
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
