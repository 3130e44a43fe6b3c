/** Pictures of canvases as PNG files, every pixel of the digit a square that can be seen. */

import { contextOf } from "../canvas/digits.js";

const ENLARGED = 10;

/**
 * @param {HTMLCanvasElement|OffscreenCanvas} canvas
 * @param {number} [times]
 * @returns {Promise<Blob>}
 */
export function pngOf(canvas, times = ENLARGED) {
  const large = new OffscreenCanvas(canvas.width * times, canvas.height * times);
  const context = contextOf(large);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large.convertToBlob({ type: "image/png" });
}
