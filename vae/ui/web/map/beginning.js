/** What a map shows first: a plane of the latent space, and a square of it. */

import { isBounded } from "../math/distribution.js";
import { Plane } from "./plane.js";

// Standard deviations of the prior.
const REACH = 3.4;

/**
 * The plane that suits a model at first: its latent space, or that of its first two components.
 * @param {object} scene as the map has it
 * @param {{latents: number}} scene.model
 * @param {{mean: ArrayLike<number>, count: number, latents: number}|null} [scene.aggregate]
 * @param {{index: number}[]} scene.dimensions
 */
export function firstPlane({ model, aggregate, dimensions }) {
  if (model.latents === 1) return Plane.ofOnlyLatent();
  if (model.latents === 2) return Plane.ofLatents(2, 0, 1);
  if (aggregate) return Plane.ofComponents(aggregate);
  return Plane.ofLatents(model.latents, dimensions[0].index, dimensions[1].index);
}

/**
 * The square of the plane that holds the prior's bulk and nearly all encodings.
 * @param {import("./scene.js").Scene} scene
 * @param {Plane} plane
 * @returns {[number, number, number, number]} left, bottom, right, top
 */
export function home({ model, aggregate }, plane) {
  const { prior, latents } = model;
  const centre = plane.coordinates(new Array(latents).fill(prior.mean));
  const [low, high] = prior.support;
  if (isBounded(prior) && plane.labels[0].startsWith("latent")) {
    const half = plane.isLine ? (high - low) / 2 : 0;
    return [low, low - half, high, high - half];
  }
  let reach = REACH * prior.std;
  if (aggregate) {
    const far = Array.from({ length: aggregate.count }, (_, n) => {
      const [x, y] = plane.coordinates(aggregate.mean, n * latents);
      return Math.max(Math.abs(x - centre[0]), Math.abs(y - centre[1]));
    }).sort((a, b) => a - b);
    reach = Math.max(reach, 1.04 * far[Math.floor(0.995 * far.length)]);
  }
  const [x, y] = centre;
  return [x - reach, y - reach, x + reach, y + reach];
}
