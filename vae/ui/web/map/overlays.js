/** What is painted on the map, each thing to its scale. */

import { classColour } from "../canvas/palette.js";
import { ticks } from "../canvas/ticks.js";

/**
 * @typedef {import("./map.js").LatentMap} LatentMap
 * @typedef {import("./scene.js").Context} Context
 */

/**
 * @param {Context} context
 * @param {import("../math/aggregate.js").Aggregate} aggregate
 * @param {LatentMap} map
 */
export function scatter(context, aggregate, { plane, view, classes, session }) {
  const { latents } = session.model;
  const radius = Math.min(4, 1.6 * Math.sqrt(1 + Math.log2(Math.max(1, 7 / view.width))));
  context.globalAlpha = 0.8;
  for (const digit of classes) {
    context.fillStyle = classColour(digit);
    context.beginPath();
    aggregate.label.forEach((label, n) => {
      if (label !== digit) return;
      const [x, y] = view.toPixels(plane.coordinates(aggregate.mean, n * latents));
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    });
    context.fill();
  }
}

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
  context.font = `600 12px ${colours.font}`;
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
 * @param {Context} context
 * @param {LatentMap} map
 */
export function paintAxes(context, { view, plane, colours }) {
  const { x, y, side } = view;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.quiet;
  context.textAlign = "center";
  for (const { value, label } of ticks(view.left, view.right)) {
    const [at] = view.toPixels([value, 0]);
    context.fillRect(at, y + side, 1, 4);
    context.fillText(label, at, y + side + 16);
  }
  context.fillText(plane.labels[0], x + side / 2, y + side + 33);
  context.textAlign = "right";
  for (const { value, label } of ticks(view.bottom, view.top)) {
    const [, at] = view.toPixels([0, value]);
    context.fillRect(x - 4, at, 4, 1);
    context.fillText(label, x - 7, at + 4);
  }
  context.save();
  context.translate(12, y + side / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(plane.labels[1], 0, 0);
  context.restore();
  context.textAlign = "start";
}
