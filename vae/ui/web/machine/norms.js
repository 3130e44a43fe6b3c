/** How far z lies from the prior's mean, in the prior's standard deviations. */

import { axisBelow, axisLeft, begin, scale, widening } from "../canvas/axes.js";
import { ticks } from "../canvas/ticks.js";

const HEIGHT = 140;
const FOOT = 24;
const TOP = 20;
const LEFT = 42;
const BINS = 28;

/**
 * The distance of every z of many, which follow one another.
 * @param {ArrayLike<number>} z (count, D)
 * @param {number} latents D
 * @param {{mean: number, std: number}} prior
 */
export function norms(z, latents, { mean, std }) {
  return Float64Array.from({ length: z.length / latents }, (_, n) => {
    let sum = 0;
    for (let i = n * latents; i < (n + 1) * latents; i++) sum += ((z[i] - mean) / std) ** 2;
    return Math.sqrt(sum);
  });
}

/**
 * The range that holds about 95% of the distances of draws from the prior. The squared distance is
 * a sum of D independent terms of mean 1 and variance kurtosis - 1: to its first two moments a
 * scaled chi-squared variable (Satterthwaite 1946; no approximation for a normal prior), whose
 * quantiles are Wilson and Hilferty's (1931).
 * @param {number} latents D
 * @param {{kurtosis: number}} prior
 */
export function typical(latents, { kurtosis }) {
  const freedom = (2 * latents) / (kurtosis - 1);
  const spread = 2 / (9 * freedom);
  return [-1.96, 1.96].map((deviate) =>
    Math.sqrt(latents * Math.max(0, 1 - spread + deviate * Math.sqrt(spread)) ** 3));
}

/**
 * A histogram of the distances of digits, over the prior's typical range.
 * @param {HTMLCanvasElement} canvas
 * @param {import("../canvas/colours.js").Colours} colours
 * @param {{z: ArrayLike<number>, model: import("../engine/model.js").Model}} digits
 */
export function paintNorms(canvas, colours, { z, model }) {
  const ready = begin(canvas, HEIGHT, colours);
  if (!ready) return;
  const { context, width } = ready;
  const found = norms(z, model.latents, model.prior);
  const [from, to] = typical(model.latents, model.prior);
  const most = 1.5 * to * widening(found.reduce((a, b) => Math.max(a, b), 0), 1.5 * to);
  const right = width - 8;
  const at = scale(0, most, LEFT, right);
  axisBelow(context, colours, { ticks: ticks(0, most), at, left: LEFT, right, y: HEIGHT - FOOT });
  context.fillStyle = colours.line;
  context.globalAlpha = 0.6;
  context.fillRect(at(from), TOP, at(to) - at(from), HEIGHT - FOOT - TOP);
  context.globalAlpha = 1;
  context.fillStyle = colours.quiet;
  context.textAlign = "center";
  const label = "95% of the prior";
  const half = context.measureText(label).width / 2;
  context.fillText(label, Math.max(half, Math.min(width - half, (at(from) + at(to)) / 2)), TOP - 5);
  const counts = new Array(BINS).fill(0);
  found.forEach((value) => counts[Math.min(BINS - 1, Math.floor((value / most) * BINS))]++);
  const highest = Math.max(10, ...counts);
  const y = scale(0, 1.08 * highest, HEIGHT - FOOT, TOP);
  const step = (width - LEFT - 8) / BINS;
  axisLeft(context, colours, { ticks: ticks(0, highest, 3), at: y, x: LEFT });
  context.fillStyle = colours.accent;
  counts.forEach((count, i) => {
    context.fillRect(LEFT + i * step + 0.5, y(count), step - 1, y(0) - y(count));
  });
}
