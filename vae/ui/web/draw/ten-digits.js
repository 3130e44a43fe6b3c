/** All ten digits in one's handwriting: a conditional VAE keeps the style and changes the digit. */

import { CLASSES } from "../engine/classifier.js";
import { unhurried } from "../canvas/schedule.js";
import { contextOf, gridImage, SIDE } from "../canvas/digits.js";
import { find } from "../canvas/find.js";

const MODEL = "cvae";
// Digits that are decoded in one go: the pen is not to wait for all ten.
const AT_ONCE = 2;

/**
 * @param {HTMLElement} root
 * @param {import("../state/session.js").Session} session
 */
export function mountTenDigits(root, session) {
  const section = find(root, ".ten-digits");
  const canvas = find(section, ".ten", HTMLCanvasElement);
  const context = contextOf(canvas);
  /** @type {Float32Array|null} of q(z|x) */
  let mean = null;
  let next = 0;
  let behind = 0;
  const show = unhurried(async () => {
    const x = session.drawing;
    section.hidden = !x || !(MODEL in session.library.hashes);
    if (!x || section.hidden) return;
    const model = await session.library.open(MODEL).catch(() => null);
    await model?.loadEncoder().catch(() => null);
    if (!model || session.drawing !== x) return;
    const code = model.encode(x).mean;
    mean = code;
    const digits = Array.from({ length: AT_ONCE }, (_, i) => next + i);
    const pictures = model.decode(digits.flatMap(() => [...code]), AT_ONCE, digits);
    context.putImageData(gridImage(pictures, AT_ONCE), next * SIDE, 0);
    next = (next + AT_ONCE) % CLASSES;
    behind -= AT_ONCE;
    if (behind > 0) show();
  }, 60);
  session.on("drawing", () => {
    behind = CLASSES;
    show();
  });
  canvas.addEventListener("click", ({ clientX }) => {
    if (!mean) return;
    const { left, width } = canvas.getBoundingClientRect();
    const digit = Math.min(CLASSES - 1, Math.floor(((clientX - left) / width) * CLASSES));
    session.choose(MODEL, [...mean], digit);
  });
}
