/** What the map's two canvases show: the ground, which is the plane's, and what moves over it. */

import { paintAxes, paintContours, paintPath, paintPosterior, paintSamples } from "./overlays.js";

/**
 * @typedef {import("./map.js").LatentMap} LatentMap
 * @typedef {import("./scene.js").Context} Context
 */

/**
 * Axes, digits, dots and contours, from the back to the front.
 * @param {Context} context
 * @param {LatentMap} map
 * @param {import("./tiles.js").Field} field
 */
export function paintGround(context, map, field) {
  const { shown, view, dots } = map;
  paintAxes(context, map);
  inside(context, map, () => {
    if (shown.digits) {
      context.globalAlpha = shown.points ? 0.34 : 0.9;
      field.paint(context, view);
      context.globalAlpha = 1;
    }
    if (shown.points) dots.paint(context, map);
    if (shown.contours) paintContours(context, map);
  });
}

/**
 * Samples, the drawing's posterior and the path.
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintOver(context, map) {
  inside(context, map, () => {
    paintSamples(context, map);
    paintPosterior(context, map);
    paintPath(context, map);
  });
}

/**
 * @param {Context} context
 * @param {LatentMap} map
 * @param {() => void} paint nothing outside the axes
 */
function inside(context, { view: { x, y, side } }, paint) {
  context.save();
  context.beginPath();
  context.rect(x, y, side, side);
  context.clip();
  paint();
  context.restore();
}
