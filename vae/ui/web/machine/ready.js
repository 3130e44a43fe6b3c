/** Ten digits as strokes, for those who have no pen at hand: each a way in to the machine. */

import { contextOf, SIDE } from "../canvas/digits.js";
import { normalise } from "../canvas/ink.js";

const EXTENT = 1000;

// In a box of 1 x 1, y down.
const STROKES = [
  [[[0.5, 0], [0.25, 0.08], [0.1, 0.4], [0.15, 0.8], [0.45, 1], [0.75, 0.9], [0.9, 0.55], [0.82, 0.15], [0.5, 0]]],
  [[[0.58, 0], [0.54, 0.35], [0.48, 0.7], [0.44, 1]]],
  [[[0.1, 0.25], [0.25, 0.05], [0.52, 0], [0.77, 0.12], [0.78, 0.33], [0.55, 0.62], [0.25, 0.86], [0.08, 1],
    [0.45, 0.95], [0.92, 0.98]]],
  [[[0.14, 0.12], [0.4, 0], [0.7, 0.08], [0.74, 0.28], [0.58, 0.44], [0.36, 0.48], [0.65, 0.54], [0.82, 0.72],
    [0.7, 0.93], [0.4, 1], [0.1, 0.9]]],
  [[[0.3, 0], [0.22, 0.28], [0.12, 0.55], [0.5, 0.54], [0.9, 0.5]], [[0.72, 0.12], [0.68, 0.55], [0.62, 1]]],
  [[[0.82, 0], [0.55, 0.02], [0.3, 0.02], [0.24, 0.4], [0.5, 0.37], [0.78, 0.52], [0.78, 0.8], [0.52, 1],
    [0.15, 0.92]]],
  [[[0.7, 0.02], [0.42, 0.25], [0.24, 0.6], [0.3, 0.9], [0.55, 1], [0.78, 0.86], [0.72, 0.62], [0.5, 0.56],
    [0.27, 0.74]]],
  [[[0.1, 0.06], [0.5, 0.04], [0.88, 0.02], [0.68, 0.4], [0.42, 1]]],
  [[[0.72, 0.16], [0.48, 0], [0.24, 0.14], [0.36, 0.38], [0.64, 0.58], [0.76, 0.82], [0.5, 1], [0.24, 0.84],
    [0.36, 0.6], [0.64, 0.4], [0.72, 0.16]]],
  [[[0.76, 0.24], [0.54, 0.02], [0.26, 0.12], [0.22, 0.36], [0.48, 0.48], [0.74, 0.28], [0.72, 0.6], [0.6, 1]]],
];
// Where the box lies on the pad, in the pad's own unit.
const PLACE = { left: 240, top: 170, width: 520, height: 660 };

/**
 * @param {number} digit
 * @returns {number[][][]} its strokes, in whole units of a pad whose side is 1000
 */
export function readyStrokes(digit) {
  const { left, top, width, height } = PLACE;
  return STROKES[digit].map((points) =>
    points.map(([x, y]) => [Math.round(left + width * x), Math.round(top + height * y)]));
}

/**
 * Puts a ready digit into the machine, as if it had been drawn.
 * @param {import("../state/session.js").Session} session
 * @param {number} digit
 */
export function putReady(session, digit) {
  const strokes = readyStrokes(digit);
  const surface = contextOf(new OffscreenCanvas(SIDE, SIDE), { willReadFrequently: true });
  session.setDrawing(normalise(strokes, EXTENT, surface), strokes);
}
