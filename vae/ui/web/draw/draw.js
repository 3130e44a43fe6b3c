/** Draw: a digit of one's own, what the model sees of it, and what it makes of that. */

import { mountEncoding } from "./encoding.js";
import { paced } from "../canvas/schedule.js";
import { mountTenDigits } from "./ten-digits.js";
import { normalise, squeeze } from "../canvas/ink.js";
import { mountEveryModel } from "./every-model.js";
import { EXTENT, INK, Pad } from "./pad.js";
import { SIDE } from "../canvas/digits.js";
import { mountReconstruction } from "./reconstruction.js";
import { mountPhoto } from "./photo.js";

export function mount(element, session) {
  const root = element.querySelector(".draw");
  mountPad(root, session);
  mountPhoto(root, session, speaker(root));
  mountReconstruction(root, session);
  mountTenDigits(root, session);
  mountEncoding(root, session);
  mountEveryModel(root, session);
}

function mountPad(root, session) {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true }));
  const say = speaker(root);
  let prepared = "mnist";
  const look = paced(() => {
    if (!pad.strokes.length) return session.setDrawing(null);
    say("");
    const x = prepared === "mnist"
      ? normalise(pad.strokes, EXTENT, context)
      : squeeze(pad.strokes, EXTENT, INK, context);
    // Ink may lie beyond the pad's edge, and then there is nothing to encode.
    const inked = x.some((ink) => ink > 0);
    session.setDrawing(inked ? x : null, inked ? pad.strokes : null);
  });
  const pad = new Pad(root.querySelector(".pad"), look);
  const follow = () => {
    if (session.drawing && session.strokes !== pad.strokes) pad.put(session.strokes ?? []);
  };
  session.on("drawing", follow);
  follow();
  for (const name of ["undo", "redo", "clear"]) {
    root.querySelector(`.${name}`).addEventListener("click", () => pad[name]());
  }
  const buttons = root.querySelectorAll("[data-prepared]");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      prepared = button.dataset.prepared;
      buttons.forEach((other) => other.setAttribute("aria-pressed", other === button));
      if (pad.strokes.length) look();
    });
  }
}

function speaker(root) {
  const message = root.querySelector(".message");
  return (text, failed = false) => {
    if (message.textContent !== text) message.textContent = text;
    message.classList.toggle("failed", failed);
  };
}
