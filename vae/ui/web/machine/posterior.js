/** q(z|x) in small: a column a latent, its mean and 2 standard deviations over the prior's, and z. */

import { sharp } from "../canvas/axes.js";

// Standard deviations of the prior, to either side of its mean.
const REACH = 3.2;
const MOST = 32;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number}} size of the canvas as it is shown, in CSS pixels: to ask
 *   it would have the page laid out once more in every frame
 * @param {import("../canvas/colours.js").Colours} colours
 * @param {{model: {prior: import("../math/distribution.js").Distribution},
 *   dimensions: {index: number, active: boolean}[], z: ArrayLike<number>,
 *   posterior: {mean: ArrayLike<number>, std: ArrayLike<number>}|null}} session
 */
export function paintPosterior(canvas, { width, height }, colours, session) {
  if (!width) return;
  const context = sharp(canvas, width, height);
  const { prior } = session.model;
  const latents = session.dimensions.filter(({ active }) => active).slice(0, MOST);
  const step = width / latents.length;
  const y = (/** @type {number} */ value) => height / 2 - (((value - prior.mean) / prior.std) * height) / (2 * REACH);
  const inside = (/** @type {number} */ value) => Math.max(4, Math.min(height - 4, value));
  context.fillStyle = colours.line;
  context.globalAlpha = 0.5;
  context.fillRect(0, y(prior.mean + 2 * prior.std), width, (height * 2) / REACH);
  context.globalAlpha = 1;
  context.fillRect(0, height / 2, width, 1);
  latents.forEach(({ index }, i) => {
    const middle = (i + 0.5) * step;
    const half = Math.min(5, Math.max(1.5, step * 0.32));
    if (session.posterior) {
      const { mean, std } = session.posterior;
      const [top, bottom] = [2, -2].map((k) => inside(y(mean[index] + k * std[index])));
      context.fillStyle = colours.quiet;
      context.fillRect(middle - half, top, 2 * half, Math.max(2, bottom - top));
    }
    context.fillStyle = colours.accent;
    context.beginPath();
    context.arc(middle, inside(y(session.z[index])), Math.min(3, half + 0.5), 0, 2 * Math.PI);
    context.fill();
  });
}
