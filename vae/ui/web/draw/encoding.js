/** The encoding, taken apart: the posterior, samples of it, the difference, and its neighbours. */

import { Colours } from "../canvas/colours.js";
import { sample } from "../math/posterior.js";
import { rested, unhurried } from "../canvas/schedule.js";
import { paintGrid, PIXELS, SIDE } from "../canvas/digits.js";
import { paintPosterior } from "./posterior.js";
import { uniforms } from "../math/random.js";

const SAMPLES = 16;
const COLUMNS = 4;
const NEIGHBOURS = 16;
const MORE = [214, 84, 36];
const LESS = [48, 120, 214];

export function mountEncoding(root, session) {
  const section = root.querySelector(".encoding");
  const chart = section.querySelector(".posterior canvas");
  const kept = section.querySelector(".kept");
  let seed = 1;
  /** @type {number[]} a sample of q(z|x) */
  let z = [];

  const later = rested(function* () {
    const { posterior, model } = session;
    if (!posterior || !root.offsetParent) return;
    yield paintDifference(section.querySelector(".difference"), posterior.picture, session.drawing);
    yield* paintSamples(section.querySelector(".drawn-samples"), session, seed);
    yield paintNeighbours(section, session, model);
  });
  const colours = new Colours(root, () => paint());
  const paint = unhurried(() => {
    if (session.posterior && root.offsetParent) paintPosterior(chart, colours, session, z);
  });
  const show = () => {
    const { posterior, model } = session;
    section.hidden = !posterior;
    section.querySelector(".true-posterior").hidden = !posterior?.mode;
    if (!posterior) return;
    const u = uniforms(seed, model.latents);
    z = sample(posterior, (i) => u[i]);
    paint();
    later();
  };
  session.on("posterior", show);
  section.querySelector(".redraw").addEventListener("click", () => {
    seed += 1;
    show();
  });
  section.querySelector(".take").addEventListener("click", () => {
    if (!session.posterior) return;
    session.moveTo(session.posterior.code);
    session.emit("show", "explore");
  });
  for (const button of section.querySelectorAll(".keep")) {
    button.addEventListener("click", () => {
      const { pin } = button.dataset;
      session.pin(pin, [...session.posterior.code]);
      kept.textContent = session.pins.A && session.pins.B
        ? "A and B are pinned: Explore plays the way between them."
        : `${pin} is pinned; draw another digit for ${pin === "A" ? "B" : "A"}.`;
    });
  }
}

function* paintSamples(canvas, session, seed) {
  const { posterior, model, y } = session;
  const u = uniforms(seed, SAMPLES * model.latents);
  const pictures = new Float32Array(SAMPLES * PIXELS);
  for (let n = 0; n < SAMPLES; n++) {
    const z = sample(posterior, (i) => u[n * model.latents + i]);
    pictures.set(model.decode(z, 1, y), n * PIXELS);
    yield;
  }
  paintGrid(canvas, pictures, COLUMNS);
}

/** Too much ink in one colour, too little in another, as opaque as the difference is large. */
function paintDifference(canvas, picture, x) {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < PIXELS; i++) {
    const difference = picture[i] - x[i];
    image.data.set(difference > 0 ? MORE : LESS, 4 * i);
    image.data[4 * i + 3] = 255 * Math.abs(difference);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Near in the prior's standard deviations, over the active dimensions. */
function paintNeighbours(section, { aggregate, posterior, dimensions, y }, model) {
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
  paintGrid(section.querySelector(".nearest"), model.decode(codes, NEIGHBOURS, y), COLUMNS);
  const labels = nearest.map(([, n]) => aggregate.label[n]).join(" ");
  section.querySelector(".neighbours").textContent =
    `labelled ${labels}; the nearest is ${nearest[0][0].toFixed(2)} standard deviations away`;
}
