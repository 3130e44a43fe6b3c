/** Sample: 64 digits from a distribution of z that a person chooses, live. */

import { Choice } from "./choice.js";
import { paced } from "./frame.js";
import { paintGrid } from "./paint.js";
import { uniforms } from "./random.js";

const COUNT = 64;
const COLUMNS = 8;
const MOST_SEED = 2 ** 32 - 1;

export function mountSample(element, session) {
  const root = element.querySelector(".sample");
  const canvas = root.querySelector(".samples");
  const refuse = (sentence) => (root.querySelector(".message").textContent = sentence);
  let z = new Float32Array(0);
  let seed = 0;

  const draw = paced(() => {
    const { model } = session;
    if (!model) return;
    refuse("");
    const { distribution } = choice;
    // Common random numbers: the same uniforms, through the quantile function of each distribution.
    z = Float32Array.from(uniforms(seed, COUNT * model.latents), (u) => distribution.quantile(u));
    paintGrid(canvas, model.decode(z, COUNT), COLUMNS);
    describe(root, distribution, model);
  });
  const choice = new Choice(root, { changed: draw, refused: refuse });
  mountSeed(root, refuse, (next) => {
    seed = next;
    draw();
  });
  canvas.addEventListener("click", (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / width) * COLUMNS);
    const row = Math.floor(((event.clientY - top) / height) * (COUNT / COLUMNS));
    const { latents } = session.model;
    const first = (row * COLUMNS + column) * latents;
    session.moveTo(z.subarray(first, first + latents));
  });
  session.withModel(draw);
}

function mountSeed(root, refuse, reseed) {
  const field = root.querySelector(".seed-value");
  field.addEventListener("input", () => {
    const seed = field.valueAsNumber;
    if (seed >= 0 && seed <= MOST_SEED && Number.isInteger(seed)) reseed(seed);
    else refuse(`The seed must be a whole number from 0 to ${MOST_SEED}.`);
  });
  root.querySelector(".again").addEventListener("click", () => {
    [field.value] = crypto.getRandomValues(new Uint32Array(1));
    reseed(field.valueAsNumber);
  });
}

function describe(root, distribution, { prior, record }) {
  const { mean, std } = distribution;
  const moments = Object.entries({ mean, std, variance: std * std });
  root.querySelector(".label").textContent = distribution.label;
  root.querySelector(".moments").textContent = moments
    .map(([name, value]) => `${name} ${value.toFixed(3)}`)
    .join(" \u00b7 ");
  root.querySelector(".verdict").textContent = verdict(distribution, prior, record);
}

function verdict(distribution, prior, { name, recipe }) {
  if (recipe.kl_weight === 0) {
    return `${name} was trained without a KL term: nothing asked its codes to follow a prior.`;
  }
  const same = distribution.family === prior.family
    && distribution.mean === prior.mean && distribution.std === prior.std;
  return same
    ? `This is the prior that ${name} was trained with.`
    : `${name} was trained with the prior ${prior.label}.`;
}
