/** The density of one latent: of the chosen distribution, the prior and the aggregate posterior. */

import { axisBelow, axisLeft, begin, scale, widening } from "../canvas/axes.js";
import { ticks } from "../canvas/ticks.js";

const HEIGHT = 150;
const FOOT = 24;
const LEFT = 42;
const RIGHT = 4;
const TOP = 6;
const REACH = 3.6;

/** @typedef {{stroke: string, width: number, fill?: string, dash?: number[]}} Style */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../canvas/colours.js").Colours} colours
 * @param {import("./sample-set.js").SampleSet} sampleSet
 * @param {number} index the latent
 */
export function paintDensity(canvas, colours, sampleSet, index) {
  const ready = begin(canvas, HEIGHT, colours);
  if (!ready) return;
  const { context, width } = ready;
  const { model, sampler } = sampleSet;
  if (!model || !sampler) return;
  const { prior } = model;
  const aggregate = sampleSet.marginals?.at(index);
  const spike = sampleSet.temperature === 0;
  const chosen = spike ? { mean: sampler.mean[index], std: 0, pdf: undefined } : sampleSet.marginal(index);
  if (!chosen) return;
  const [low, high] = range(prior, aggregate, chosen);
  const right = width - RIGHT;
  const at = scale(low, high, LEFT, right);
  axisBelow(context, colours, { ticks: ticks(low, high), at, left: LEFT, right, y: HEIGHT - FOOT });

  const xs = Float64Array.from({ length: 2 * (width - LEFT - RIGHT) }, (_, i) =>
    low + ((i + 0.5) / (2 * (width - LEFT - RIGHT))) * (high - low));
  const curve = (/** @type {((x: number) => number)|undefined} */ pdf) => pdf && xs.map(pdf);
  const curves = [curve(aggregate?.pdf), curve((/** @type {number} */ x) => Math.exp(prior.logPdf(x))), curve(chosen.pdf)];
  const most = Math.max(...curves.map((ys) => (ys ? top(ys) : 0))) * 1.08;
  const y = scale(0, most, HEIGHT - FOOT, TOP);
  axisLeft(context, colours, { ticks: ticks(0, most, 3), at: y, x: LEFT });
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP, width - LEFT - RIGHT, HEIGHT - FOOT - TOP + 1);
  context.clip();
  /** @type {(ys: Float64Array|undefined, style: Style) => void} */
  const draw = (ys, style) => ys && trace(context, xs.map(at), ys.map(y), y(0), style);
  draw(curves[0], { stroke: colours.quiet, dash: [4, 3], width: 1.5 });
  draw(curves[1], { stroke: colours.text, width: 1.25 });
  draw(curves[2], { stroke: colours.accent, fill: colours.accent, width: 2 });
  if (spike) {
    context.fillStyle = colours.accent;
    context.fillRect(at(chosen.mean) - 1, TOP, 2, HEIGHT);
  }
  context.restore();
}

/**
 * Around the prior and the encodings, and in steps wider where the chosen distribution goes on.
 * @param {import("../math/families/family.js").Distribution} prior
 * @param {import("../math/marginals.js").Marginal|undefined} aggregate
 * @param {{mean: number, std: number}} chosen
 */
function range(prior, aggregate, { mean, std }) {
  const [least, most] = prior.support;
  const bounded = Number.isFinite(least);
  const low = Math.min(bounded ? least - 0.03 : prior.mean - REACH * prior.std, aggregate?.low ?? Infinity);
  const high = Math.max(bounded ? most + 0.03 : prior.mean + REACH * prior.std, aggregate?.high ?? -Infinity);
  const [centre, half] = [(low + high) / 2, (high - low) / 2];
  const reach = 0.75 * REACH * std;
  const needed = Math.max(centre - (mean - reach), mean + reach - centre);
  const inside = bounded && mean - std > least && mean + std < most && std < 0.51;
  const factor = inside ? 1 : widening(needed, half);
  return [centre - factor * half, centre + factor * half];
}

/**
 * The height that shows a curve: its peak, or less where it runs up to infinity.
 * @param {Float64Array} ys
 */
function top(ys) {
  const finite = ys.filter((value) => Number.isFinite(value)).sort();
  const peak = finite.at(-1) ?? 0;
  const some = finite.filter((value) => value > peak / 1000);
  return Math.min(peak, 2.2 * (some[Math.floor(0.9 * some.length)] ?? 0));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float64Array} xs
 * @param {Float64Array} ys
 * @param {number} foot
 * @param {Style} style
 */
function trace(context, xs, ys, foot, { stroke, fill, dash = [], width }) {
  const line = new Path2D();
  ys.forEach((y, i) => line.lineTo(xs[i], Number.isFinite(y) ? Math.max(-1000, y) : -1000));
  if (fill) {
    const area = new Path2D(line);
    area.lineTo(xs[xs.length - 1], foot);
    area.lineTo(xs[0], foot);
    context.globalAlpha = 0.16;
    context.fillStyle = fill;
    context.fill(area);
    context.globalAlpha = 1;
  }
  context.setLineDash(dash);
  context.lineWidth = width;
  context.strokeStyle = stroke;
  context.stroke(line);
  context.setLineDash([]);
}
