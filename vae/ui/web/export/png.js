/** Pictures of canvases as PNG files, every pixel of the digit a square that can be seen. */

const ENLARGED = 10;

/** @returns {Promise<Blob>} */
export function pngOf(canvas, times = ENLARGED) {
  const large = new OffscreenCanvas(canvas.width * times, canvas.height * times);
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large.convertToBlob({ type: "image/png" });
}
