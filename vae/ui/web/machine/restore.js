/** A drawing that a link or an earlier visit held, put back into the machine beside the z that it held. */

import { contextOf, PIXELS, SIDE } from "../canvas/digits.js";
import { normalise, squeeze } from "../canvas/ink.js";
import { parseStrokes } from "../state/strokes.js";
import { EXTENT, INK } from "./pad.js";

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {Session} session with a model
 * @param {import("../state/kept.js").KeptDrawing} kept
 * @param {boolean} drawn whether z was drawn from its q(z|x)
 * @returns {boolean} false for what is no drawing
 */
export function restoreDrawing(session, { strokes: text, prepared = "mnist", picture }, drawn) {
  if (text !== undefined) return restoreStrokes(session, text, prepared, drawn);
  const x = Float32Array.from(picture ?? []);
  const suits = x.length === PIXELS && x.every((ink) => ink >= 0 && ink <= 1);
  if (suits) session.restoreDrawing(x, null, "mnist", drawn);
  return suits;
}

/**
 * @param {Session} session
 * @param {string} text see state/strokes.js
 * @param {import("../state/stage.js").Prepared} prepared
 * @param {boolean} drawn
 */
function restoreStrokes(session, text, prepared, drawn) {
  const strokes = parseStrokes(text);
  if (!strokes) return false;
  const surface = contextOf(new OffscreenCanvas(SIDE, SIDE), { willReadFrequently: true });
  const x = prepared === "drawn"
    ? squeeze(strokes, EXTENT, INK, surface)
    : normalise(strokes, EXTENT, surface);
  // Ink may lie beyond the pad's edge, and then there is nothing to encode.
  if (x.some((ink) => ink > 0)) session.restoreDrawing(x, strokes, prepared, drawn);
  return true;
}
