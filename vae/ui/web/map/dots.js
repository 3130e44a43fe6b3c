/** The test digits on a map, each a dot that is the fainter the farther its code lies off the slice. */

import { classColour } from "../canvas/palette.js";

// A grade reaches to this share of the typical distance; how opaque it is, and its radius.
const GRADES = [
  { share: 0.7, alpha: 0.95, size: 1.25 },
  { share: 1, alpha: 0.6, size: 1.1 },
  { share: 1.3, alpha: 0.35, size: 1 },
  { share: Infinity, alpha: 0.2, size: 1 },
];
// Of two latents every code lies in the slice.
const ALIKE = [{ share: Infinity, alpha: 0.8, size: 1 }];

/**
 * @typedef {import("./plane.js").Plane} Plane
 * @typedef {import("./scene.js").Pair} Pair
 * @typedef {import("../math/aggregate.js").Aggregate} Aggregate
 */

export class Dots {
  #grades = ALIKE;
  /** @type {Map<number, number[]>[]} by grade and then by class, which dots there are */
  #groups = [];
  /** How far off the slice through their mean they are, as a root mean square. */
  typical = 0;

  /**
   * Measures how far the codes lie off another plane's slice through z.
   * @param {Aggregate} aggregate
   * @param {Plane} plane
   * @param {ArrayLike<number>} z (D,)
   */
  use(aggregate, plane, z) {
    const { mean, count, latents } = aggregate;
    const middle = new Float64Array(latents);
    for (let i = 0; i < count * latents; i++) middle[i % latents] += mean[i] / count;
    const fromMiddle = distances(aggregate, plane, middle);
    this.typical = Math.sqrt(fromMiddle.reduce((sum, d) => sum + d * d, 0) / count);
    this.#grades = this.typical ? GRADES : ALIKE;
    this.measure(aggregate, plane, z);
  }

  /**
   * The same for another z.
   * @param {Aggregate} aggregate
   * @param {Plane} plane
   * @param {ArrayLike<number>} z (D,)
   */
  measure(aggregate, plane, z) {
    this.#groups = this.#grades.map(() => new Map());
    distances(aggregate, plane, z).forEach((distance, n) => {
      const grade = this.#grades.findIndex(({ share }) => distance <= share * this.typical || share === Infinity);
      const label = aggregate.label[n];
      const group = this.#groups[grade].get(label);
      if (group) group.push(n);
      else this.#groups[grade].set(label, [n]);
    });
  }

  /**
   * @param {import("./scene.js").Context} context
   * @param {import("./map.js").LatentMap} map
   */
  paint(context, { plane, view, classes, session, colours }) {
    const { aggregate } = session;
    if (!aggregate) return;
    const zoomed = Math.min(4, 1.6 * Math.sqrt(1 + Math.log2(Math.max(1, 7 / view.width))));
    const radius = zoomed * (colours.large ? 2 : 1);
    // The near ones last, so that they lie on top.
    for (let grade = this.#groups.length - 1; grade >= 0; grade--) {
      const { alpha, size } = this.#grades[grade];
      context.globalAlpha = alpha;
      for (const label of classes) {
        context.fillStyle = classColour(label);
        context.beginPath();
        for (const n of this.#groups[grade].get(label) ?? []) {
          const [x, y] = view.toPixels(plane.coordinates(aggregate.mean, n * aggregate.latents));
          context.moveTo(x + size * radius, y);
          context.arc(x, y, size * radius, 0, 2 * Math.PI);
        }
        context.fill();
      }
    }
    context.globalAlpha = 1;
  }

  /**
   * The dot at a pixel, or null.
   * @param {import("./map.js").LatentMap} map
   * @param {Pair} pixel
   * @param {number} reach in pixels
   */
  nearest({ plane, view, classes, session: { aggregate }, shown }, [x, y], reach) {
    if (!aggregate || !shown.points) return null;
    const { mean, label, count, latents } = aggregate;
    /** @type {number|null} */
    let found = null;
    let least = reach;
    for (let n = 0; n < count; n++) {
      if (!classes.has(label[n])) continue;
      const [px, py] = view.toPixels(plane.coordinates(mean, n * latents));
      const away = Math.hypot(px - x, py - y);
      if (away < least) [found, least] = [n, away];
    }
    return found;
  }
}

/**
 * @param {Aggregate} aggregate
 * @param {Plane} plane
 * @param {ArrayLike<number>} z (D,)
 */
function distances({ mean, count, latents }, plane, z) {
  return Float64Array.from({ length: count }, (_, n) => plane.distance(z, mean, n * latents));
}
