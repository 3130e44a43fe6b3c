/** The prior's contours in a plane, to be traced onto a canvas at any zoom. */

import { densityLevels, isolines, SIGMA_MASSES } from "./contours.js";

const DENSITY_GRID = 101;

/**
 * @typedef {import("./plane.js").Plane} Plane
 * @typedef {import("./viewport.js").View} View
 * @typedef {import("./scene.js").Context} Context
 * @typedef {import("./scene.js").Pair} Pair
 * @typedef {import("../math/distribution.js").Distribution} Distribution
 * @typedef {{label: string, trace: (context: Context, view: View) => Pair|undefined}} Contour
 *   trace adds it to a canvas' outline, and says where its label belongs
 */

/**
 * The prior's contours in the slice: what 1, 2 and 3 standard deviations are to a normal one.
 * @param {{model: {prior: Distribution, latents: number}}} scene
 * @param {Plane} plane
 * @param {View} view
 * @returns {Contour[]}
 */
export function priorContours({ model }, plane, view) {
  const { prior, latents } = model;
  if (prior.family.round) {
    const centre = plane.coordinates(new Array(latents).fill(prior.mean));
    return [1, 2, 3].map((sigma) => ({
      label: `${sigma}\u03c3`,
      trace(context, where) {
        const [x, y] = where.toPixels(centre);
        const radius = sigma * prior.std * where.scale;
        if (plane.isLine) return upright(context, where, [x - radius, x + radius]);
        context.ellipse(x, y, radius, radius, 0, 0, 2 * Math.PI);
        return [x + radius * Math.SQRT1_2, y - radius * Math.SQRT1_2];
      },
    }));
  }
  return densityContours(prior, plane, view);
}

/**
 * Lines from the bottom to the top.
 * @param {Context} context
 * @param {View} view
 * @param {number[]} xs
 * @returns {Pair}
 */
function upright(context, { y, side }, xs) {
  for (const x of xs) {
    context.moveTo(x, y);
    context.lineTo(x, y + side);
  }
  return [xs[xs.length - 1], y + 14];
}

/**
 * By the density in the slice through the prior's mean; the cells of the grid keep off the ends.
 * @param {Distribution} prior
 * @param {Plane} plane
 * @param {View} view
 * @returns {Contour[]}
 */
function densityContours(prior, plane, { left, bottom, width }) {
  const n = DENSITY_GRID;
  const at = (/** @type {number} */ i) => (i + 0.5) / n;
  const middle = new Array(plane.origin.length).fill(prior.mean);
  const [low, high] = prior.support;
  const density = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const z = plane.moved(middle, [left + at(column) * width, bottom + at(row) * width]);
      const inside = z.every((value) => value > low && value < high);
      const log = inside ? z.reduce((sum, value) => sum + prior.logPdf(value), 0) : -Infinity;
      density[row * n + column] = Math.exp(log);
    }
  }
  const levels = densityLevels(density, SIGMA_MASSES);
  return SIGMA_MASSES.map((mass, i) => {
    const lines = isolines(density, n, n, levels[i]);
    return {
      label: `${(100 * mass).toFixed(0)}%`,
      trace(context, view) {
        /** @type {(x: number, y: number) => Pair} */
        const place = (x, y) => view.toPixels([left + at(x) * width, bottom + at(y) * width]);
        for (const [x1, y1, x2, y2] of lines) {
          context.moveTo(...place(x1, y1));
          context.lineTo(...place(x2, y2));
        }
        const last = lines.at(-1);
        return last && place(last[0], last[1]);
      },
    };
  });
}
