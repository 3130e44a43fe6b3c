/** What is painted on the map, each thing to its scale. */

import { axisBelow, axisLeft } from "../canvas/axes.js";
import { ticks } from "../canvas/ticks.js";

/**
 * @typedef {import("./map.js").LatentMap} LatentMap
 * @typedef {import("./scene.js").Context} Context
 */

/**
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintSamples(context, { samples, plane, view, colours, session }) {
  if (!samples) return;
  const { latents } = session.model;
  context.lineWidth = 1.5;
  context.strokeStyle = colours.text;
  context.beginPath();
  for (let n = 0; n * latents < samples.z.length; n++) {
    const [x, y] = view.toPixels(plane.coordinates(samples.z, n * latents));
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x - 4, y + 4);
    context.lineTo(x + 4, y - 4);
  }
  context.stroke();
}

/**
 * The posterior's ellipses of 1 and 2 standard deviations, as they lie in the plane.
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintPosterior(context, { session, plane, view, colours }) {
  if (!session.posterior) return;
  const { mean, std } = session.posterior;
  const [xx, xy, yy] = plane.covarianceOf(std);
  const [x, y] = view.toPixels(plane.coordinates(mean));
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  const [long, short] = [Math.sqrt(middle + spread), Math.sqrt(Math.max(0, middle - spread))];
  const angle = -Math.atan2(2 * xy, xx - yy) / 2;
  context.strokeStyle = context.fillStyle = colours.accent;
  context.lineWidth = 2;
  for (const sigma of [1, 2]) {
    const scale = sigma * view.scale;
    context.globalAlpha = sigma === 1 ? 1 : 0.6;
    context.beginPath();
    context.ellipse(x, y, long * scale, short * scale, angle, 0, 2 * Math.PI);
    context.stroke();
    context.globalAlpha = 0.15;
    context.fill();
  }
  context.globalAlpha = 1;
}

/**
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintPath(context, { session, plane, view, colours, path }) {
  const place = (/** @type {number[]} */ z) => view.toPixels(plane.coordinates(z));
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5;
  if (path.length) {
    context.beginPath();
    path.forEach((z) => context.lineTo(...place(z)));
    context.stroke();
  }
  context.font = `600 ${colours.small} ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [name, z] of Object.entries(session.pins)) {
    if (!z) continue;
    const [x, y] = place(z);
    context.fillStyle = colours.ground;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.fillStyle = colours.text;
    context.fillText(name, x, y + 0.5);
  }
  context.textAlign = "start";
  context.textBaseline = "alphabetic";
}

/**
 * The prior's contours.
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintContours(context, { contours, view, colours }) {
  context.strokeStyle = colours.text;
  context.fillStyle = colours.text;
  context.font = `${colours.small} ${colours.font}`;
  context.lineWidth = 1;
  contours.forEach(({ trace, label }, i) => {
    context.globalAlpha = 0.75 - 0.15 * i;
    context.beginPath();
    const place = trace(context, view);
    context.stroke();
    if (place) context.fillText(label, place[0] + 3, place[1] - 3);
  });
  context.globalAlpha = 1;
}

/**
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintAxes(context, { view, plane, colours }) {
  const { x, y, side } = view;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  context.font = `${colours.small} ${colours.font}`;
  axisBelow(context, colours, {
    ticks: ticks(view.left, view.right), at: (value) => view.toPixels([value, 0])[0],
    left: x, right: x + side, y: y + side, name: plane.labels[0],
  });
  axisLeft(context, colours, {
    ticks: plane.isLine ? [] : ticks(view.bottom, view.top),
    at: (value) => view.toPixels([0, value])[1], x, name: plane.labels[1],
  });
}
