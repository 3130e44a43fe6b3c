/** Draw: a digit of one's own, what the model sees of it, and what it makes of that. */

import { mountEncoding } from "./encoding.js";
import { paced } from "../canvas/schedule.js";
import { mountTenDigits } from "./ten-digits.js";
import { normalise, squeeze } from "../canvas/ink.js";
import { mountEveryModel } from "./every-model.js";
import { EXTENT, INK, Pad } from "../machine/pad.js";
import { SIDE } from "../canvas/digits.js";
import { mountReconstruction } from "./reconstruction.js";
import { mountUpload } from "./upload.js";
import { find } from "../canvas/find.js";
import { putReady } from "../machine/ready.js";
import { tellReliability } from "../machine/reliability.js";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../state/stage.js").Prepared} Prepared
 */

/**
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  const root = find(element, ".draw");
  const toPad = mountPad(root, session);
  mountUpload(root, session, { say: speaker(root), toPad });
  mountReconstruction(root, session);
  mountTenDigits(root, session);
  mountEncoding(root, session);
  mountEveryModel(root, session);
  tellReliability(root, session);
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 * @returns {() => void} encodes what is on the pad
 */
function mountPad(root, session) {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true }));
  const say = speaker(root);
  const prepared = mountPrepared(root, () => pad.strokes.length && look());
  const [undo, redo] = ["undo", "redo"].map((name) => find(root, `.${name}`, HTMLButtonElement));
  const offer = () => {
    undo.disabled = !pad.strokes.length;
    redo.disabled = !pad.canRedo;
  };
  const look = paced(() => {
    offer();
    if (!pad.strokes.length) return session.setDrawing(null);
    say("");
    const x = prepared.how === "mnist"
      ? normalise(pad.strokes, EXTENT, context)
      : squeeze(pad.strokes, EXTENT, INK, context);
    // Ink may lie beyond the pad's edge, and then there is nothing to encode.
    const inked = x.some((ink) => ink > 0);
    session.setDrawing(inked ? x : null, inked ? pad.strokes : null, prepared.how);
  });
  const surface = find(root, ".pad", HTMLCanvasElement);
  const pad = new Pad(surface, look);
  mountKeys(surface, pad, session);
  const follow = () => {
    // While a photo is encoded, the pad keeps what was drawn.
    if (!session.strokes || session.strokes === pad.strokes) return;
    pad.put(session.strokes);
    offer();
    prepared.show(session.prepared);
  };
  session.on("drawing", follow);
  follow();
  for (const name of /** @type {("undo"|"redo"|"clear")[]} */ (["undo", "redo", "clear"])) {
    find(root, `.${name}`).addEventListener("click", () => pad[name]());
  }
  return look;
}

/**
 * How a drawing is prepared, by two buttons.
 * @param {HTMLElement} root
 * @param {() => void} changed called when a person wants it otherwise
 * @returns {{readonly how: Prepared, show: (how: Prepared) => void}}
 */
function mountPrepared(root, changed) {
  /** @type {Prepared} */
  let how = "mnist";
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-prepared]"));
  const show = (/** @type {Prepared} */ wanted) => {
    how = wanted;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.prepared === how));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      show(button.dataset.prepared === "drawn" ? "drawn" : "mnist");
      changed();
    });
  }
  return { get how() { return how; }, show };
}

/**
 * The way in without a pointer: the key of a digit puts a ready one there, Backspace takes back.
 * @param {HTMLCanvasElement} surface
 * @param {Pad} pad
 * @param {Session} session
 */
function mountKeys(surface, pad, session) {
  surface.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    if (/^\d$/.test(key)) putReady(session, Number(key));
    else if (key === "Backspace") pad.undo();
    else if (key === "Delete") pad.clear();
    else return;
    event.preventDefault();
  });
}

/**
 * @param {HTMLElement} root
 * @returns {(text: string, failed?: boolean) => void}
 */
function speaker(root) {
  const message = find(root, ".message");
  return (text, failed = false) => {
    if (message.textContent !== text) message.textContent = text;
    message.classList.toggle("failed", failed);
  };
}
