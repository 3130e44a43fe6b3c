/**
 * The machine's left half: x, q(z|x) and where z comes from. The digit beside it is p(x|z) (stage.js).
 * One truth: what is drawn is what is encoded is what is on the stage, until somebody moves z.
 */

import { Colours } from "../canvas/colours.js";
import { paintDigit, SIDE } from "../canvas/digits.js";
import { normalise } from "../canvas/ink.js";
import { unhurried } from "../canvas/schedule.js";
import { costs, Elbo } from "./elbo.js";
import { ORIGINS } from "./origin.js";
import { paintPosterior } from "./posterior.js";
import { readyStrokes } from "./ready.js";

const EXTENT = 1000;

export function mountMachine(element, session) {
  const root = element.querySelector(".machine");
  const colours = new Colours(root, () => look());
  const elbo = new Elbo(element.querySelector(".elbo"));
  const canvas = root.querySelector(".q canvas");
  const origin = root.querySelector(".origin");
  const back = root.querySelector(".back");
  const look = unhurried(() => {
    if (!session.model) return;
    paintPosterior(canvas, colours, session);
    elbo.show(costs(session));
    const words = session.model.hasEncoder || session.origin !== "example" ? ORIGINS[session.origin] : "";
    if (origin.textContent !== words) origin.textContent = words;
    back.hidden = session.origin !== "moved" || !session.posterior;
  });
  for (const type of ["z", "posterior", "model"]) session.addEventListener(type, look);
  new ResizeObserver(look).observe(canvas);
  back.addEventListener("click", () => session.moveBack());
  session.withModel(() => {
    element.classList.toggle("headless", !session.model.hasEncoder);
    root.querySelector(".ready").hidden = session.summary()?.digits === false;
  });
  mountInput(root, session);
  mountEncoder(session);
}

/** Encodes what is drawn, and again for another model; what fails is said where the digit is. */
function mountEncoder(session) {
  const encode = async () => {
    const { drawing: x, model } = session;
    if (!x || !model?.hasEncoder) return session.setPosterior(null);
    try {
      await model.loadEncoder();
    } catch (error) {
      session.emit("failure", error.message);
      return session.setPosterior(null);
    }
    if (session.drawing !== x || session.model !== model) return;
    const posterior = model.encode(x);
    const code = posterior.mean;
    session.setPosterior({ ...posterior, code, picture: model.decode(code, 1, session.y) });
  };
  for (const type of ["drawing", "model"]) session.addEventListener(type, encode);
}

/** x: a thumbnail that leads to Draw, and ten ready digits. */
function mountInput(root, session) {
  const thumbnail = root.querySelector(".x canvas");
  session.addEventListener("drawing", () => {
    root.classList.toggle("fed", session.drawing !== null);
    if (session.drawing) paintDigit(thumbnail, session.drawing);
    else thumbnail.getContext("2d").clearRect(0, 0, SIDE, SIDE);
  });
  root.querySelector(".x").addEventListener("click", () => session.emit("show", "draw"));
  const surface = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  root.querySelector(".ready").append(...Array.from({ length: 10 }, (_, digit) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: digit });
    button.setAttribute("aria-label", `put a ready ${digit} into the machine`);
    button.addEventListener("click", () => {
      const strokes = readyStrokes(digit);
      session.setDrawing(normalise(strokes, EXTENT, surface), strokes);
    });
    return button;
  }));
}
