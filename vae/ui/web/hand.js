/** One's hand, all ten digits: a conditional VAE keeps the hand and changes the digit. */

import { CLASSES } from "./classifier.js";
import { unhurried } from "./frame.js";
import { paintGrid } from "./paint.js";

const MODEL = "cvae";

export function mountHand(root, session) {
  const section = root.querySelector(".hand");
  const canvas = section.querySelector(".ten");
  let mean = null;
  const show = unhurried(async () => {
    const x = session.drawing;
    section.hidden = !x || !(MODEL in session.hashes);
    if (section.hidden) return;
    const model = await session.open(MODEL).catch(() => null);
    await model?.loadEncoder().catch(() => null);
    if (!model || session.drawing !== x) return;
    mean = model.encode(x).mean;
    const codes = new Float32Array(CLASSES * model.latents);
    for (let digit = 0; digit < CLASSES; digit++) codes.set(mean, digit * model.latents);
    paintGrid(canvas, model.decode(codes, CLASSES, [...Array(CLASSES).keys()]), CLASSES);
  }, 30);
  session.addEventListener("drawing", show);
  canvas.addEventListener("click", ({ clientX }) => {
    if (!mean) return;
    const { left, width } = canvas.getBoundingClientRect();
    const digit = Math.min(CLASSES - 1, Math.floor(((clientX - left) / width) * CLASSES));
    session.choose(MODEL, [...mean], digit);
  });
}
