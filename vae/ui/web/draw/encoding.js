/** The encoding, taken apart: the posterior, samples of it, the difference, and its neighbours. */

import { Colours } from "../canvas/colours.js";
import { sample } from "../math/posterior.js";
import { rested, unhurried } from "../canvas/schedule.js";
import { contextOf, paintGrid, PIXELS, SIDE } from "../canvas/digits.js";
import { paintPosterior } from "./posterior.js";
import { uniforms } from "../math/random.js";
import { find } from "../canvas/find.js";

const SAMPLES = 16;
const COLUMNS = 4;
const NEIGHBOURS = 16;
const MORE = [214, 84, 36];
const LESS = [48, 120, 214];

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../state/stage.js").DrawingPosterior} DrawingPosterior
 */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
export function mountEncoding(root, session) {
  const section = find(root, ".encoding");
  const chart = find(section, ".posterior canvas", HTMLCanvasElement);
  const kept = find(section, ".kept");
  let seed = 1;
  /** @type {number[]} a sample of q(z|x) */
  let z = [];

  const later = rested(function* () {
    const { posterior, drawing: x } = session;
    if (!posterior?.picture || !x || !root.offsetParent) return;
    yield paintDifference(find(section, ".difference", HTMLCanvasElement), posterior.picture, x);
    if (session.posterior !== posterior) return;
    yield* paintSamples(find(section, ".drawn-samples", HTMLCanvasElement), session, posterior, seed);
    // Between two pieces the drawing may have gone, or the model.
    if (session.posterior !== posterior) return;
    yield paintNeighbours(section, session, posterior);
  });
  const colours = new Colours(root, () => paint());
  const paint = unhurried(() => {
    if (session.posterior && root.offsetParent) paintPosterior(chart, colours, session, z);
  });
  const show = () => {
    const { posterior, model } = session;
    section.hidden = !posterior;
    find(section, ".true-posterior").hidden = !posterior?.mode;
    if (!posterior) return;
    const u = uniforms(seed, model.latents);
    z = sample(posterior, (i) => u[i]);
    paint();
    later();
  };
  session.on("posterior", show);
  find(section, ".redraw").addEventListener("click", () => {
    seed += 1;
    show();
  });
  find(section, ".take").addEventListener("click", () => {
    if (!session.posterior) return;
    session.moveTo(session.posterior.code);
    session.emit("show", "explore");
  });
  for (const pin of /** @type {("A"|"B")[]} */ (["A", "B"])) {
    find(section, `[data-pin="${pin}"]`).addEventListener("click", () => {
      if (!session.posterior) return;
      session.pin(pin, session.posterior.code);
      kept.textContent = session.pins.A && session.pins.B
        ? "A and B are pinned: Explore plays the way between them."
        : `${pin} is pinned; draw another digit for ${pin === "A" ? "B" : "A"}.`;
    });
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Session} session
 * @param {DrawingPosterior} posterior
 * @param {number} seed
 */
function* paintSamples(canvas, session, posterior, seed) {
  const { model, y } = session;
  const u = uniforms(seed, SAMPLES * model.latents);
  const pictures = new Float32Array(SAMPLES * PIXELS);
  for (let n = 0; n < SAMPLES; n++) {
    const z = sample(posterior, (i) => u[n * model.latents + i]);
    pictures.set(model.decode(z, 1, y), n * PIXELS);
    yield;
    if (session.posterior !== posterior) return;
  }
  paintGrid(canvas, pictures, COLUMNS);
}

/**
 * Too much ink in one colour, too little in another, as opaque as the difference is large.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} picture
 * @param {Float32Array} x
 */
function paintDifference(canvas, picture, x) {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < PIXELS; i++) {
    const difference = picture[i] - x[i];
    image.data.set(difference > 0 ? MORE : LESS, 4 * i);
    image.data[4 * i + 3] = 255 * Math.abs(difference);
  }
  contextOf(canvas).putImageData(image, 0, 0);
}

/**
 * Near in the prior's standard deviations, over the active dimensions.
 * @param {HTMLElement} section
 * @param {Session} session
 * @param {DrawingPosterior} posterior
 */
function paintNeighbours(section, { aggregate, model, dimensions, y }, posterior) {
  if (!aggregate) return;
  const active = dimensions.filter((dimension) => dimension.active).map(({ index }) => index);
  const { latents } = model;
  const distances = Array.from({ length: aggregate.count }, (_, n) => {
    let sum = 0;
    for (const i of active) sum += (aggregate.mean[n * latents + i] - posterior.mean[i]) ** 2;
    return [Math.sqrt(sum) / model.prior.std, n];
  });
  const nearest = distances.sort(([a], [b]) => a - b).slice(0, NEIGHBOURS);
  const codes = new Float32Array(NEIGHBOURS * latents);
  nearest.forEach(([, n], k) => {
    codes.set(aggregate.mean.subarray(n * latents, (n + 1) * latents), k * latents);
  });
  paintGrid(find(section, ".nearest", HTMLCanvasElement), model.decode(codes, NEIGHBOURS, y), COLUMNS);
  const labels = nearest.map(([, n]) => aggregate.label[n]).join(" ");
  find(section, ".neighbours").textContent =
    `labelled ${labels}; the nearest is ${nearest[0][0].toFixed(2)} standard deviations away`;
}
