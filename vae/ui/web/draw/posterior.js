/**
 * A posterior as a chart: one column a dimension, its mean and spread over the prior's; and beside
 * it, where they are known, the mode and the spread of p(z|x).
 */

import { sharp } from "../canvas/axes.js";

const COLUMN = 46;
const LEFT = 66;
const HEIGHT = 190;
const FOOT = 42;
const SPREAD = 2;
const REACH = 4;

/** @typedef {import("../canvas/colours.js").Colours} Colours */

/**
 * Paints q(z|x) and a sample z of it, in the prior's stds, for the active dimensions by KL.
 * @param {HTMLCanvasElement} canvas
 * @param {Colours} colours
 * @param {import("../state/session.js").Session} session
 * @param {number[]} z
 */
export function paintPosterior(canvas, colours, session, z) {
  const { posterior, model } = session;
  if (!posterior || !model) return;
  const active = session.dimensions.filter((dimension) => dimension.active);
  const width = LEFT + active.length * COLUMN;
  canvas.style.width = `${width}px`;
  const context = sharp(canvas, width, HEIGHT);
  context.font = `${colours.small} ${colours.font}`;
  context.textAlign = "center";
  const { mean, std } = model.prior;
  const middle = (HEIGHT - FOOT) / 2;
  const unit = middle / REACH;
  const y = (/** @type {number} */ z) => middle - Math.max(-REACH, Math.min(REACH, (z - mean) / std)) * unit;

  context.fillStyle = colours.line;
  context.globalAlpha = 0.45;
  context.fillRect(LEFT, middle - SPREAD * unit, width - LEFT, 2 * SPREAD * unit);
  context.globalAlpha = 1;
  context.fillRect(LEFT, middle, width - LEFT, 1);
  paintAxis(context, colours, (/** @type {number} */ deviations) => y(mean + deviations * std));

  active.forEach(({ index }, column) => {
    const x = LEFT + (column + 0.5) * COLUMN;
    const [centre, reach] = [posterior.mean[index], SPREAD * posterior.std[index]];
    const [top, bottom] = [y(centre + reach), y(centre - reach)];
    context.fillStyle = colours.accent;
    context.globalAlpha = 0.35;
    context.fillRect(x - 6, top, 12, Math.max(1, bottom - top));
    context.globalAlpha = 1;
    context.fillRect(x - 10, y(centre) - 1, 20, 2);
    if (posterior.mode) paintMode(context, colours, posterior.mode, index, x, y);
    context.fillStyle = colours.text;
    context.beginPath();
    context.arc(x, y(z[index]), 3, 0, 2 * Math.PI);
    context.fill();
    context.fillText(String(index), x, HEIGHT - FOOT + 20);
    context.fillText(centre.toFixed(2), x, HEIGHT - FOOT + 37);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Colours} colours
 * @param {{mean: ArrayLike<number>, std: ArrayLike<number>}} mode
 * @param {number} index of the latent
 * @param {number} x the middle of its column
 * @param {(z: number) => number} y
 */
function paintMode(context, colours, { mean, std }, index, x, y) {
  const [top, bottom] = [y(mean[index] + SPREAD * std[index]), y(mean[index] - SPREAD * std[index])];
  context.strokeStyle = colours.text;
  context.strokeRect(x + 9.5, top, 7, Math.max(1, bottom - top));
  context.fillStyle = colours.text;
  context.fillRect(x + 7, y(mean[index]) - 1, 12, 2);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Colours} colours
 * @param {(deviations: number) => number} y
 */
function paintAxis(context, colours, y) {
  context.fillStyle = colours.quiet;
  context.textAlign = "right";
  for (const deviations of [-SPREAD, 0, SPREAD]) {
    const sign = deviations > 0 ? "+" : deviations < 0 ? "\u2212" : "";
    const text = `${sign}${Math.abs(deviations)}${deviations ? " std" : ""}`;
    context.fillText(text, LEFT - 10, y(deviations) + 4);
  }
  context.fillText("latent", LEFT - 10, HEIGHT - FOOT + 20);
  context.fillText("mean", LEFT - 10, HEIGHT - FOOT + 37);
  context.textAlign = "center";
}
