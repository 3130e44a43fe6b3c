/** Pictures onto canvases. Intensities are in [0, 1], ink bright; 28 x 28 a digit. */

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/**
 * @template {HTMLCanvasElement|OffscreenCanvas} T
 * @param {T} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {T extends HTMLCanvasElement ? CanvasRenderingContext2D : OffscreenCanvasRenderingContext2D}
 * @throws {Error} where a browser paints no canvases
 */
export function contextOf(canvas, settings) {
  const context = /** @type {any} */ (canvas.getContext("2d", settings));
  if (!context) throw new Error("this browser gives no canvas to paint on");
  return context;
}

/**
 * Paints one digit onto a 28 x 28 canvas, pixel for pixel.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} intensities
 */
export function paintDigit(canvas, intensities) {
  paintGrid(canvas, intensities, 1);
}

/**
 * Paints digits, one after another in `intensities`, in rows of `columns`.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} intensities
 * @param {number} columns
 */
export function paintGrid(canvas, intensities, columns) {
  const image = gridImage(intensities, columns);
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  contextOf(canvas).putImageData(image, 0, 0);
}

/**
 * The same as pixels, black and white.
 * @param {ArrayLike<number>} intensities
 * @param {number} columns
 */
export function gridImage(intensities, columns) {
  const rows = Math.ceil(intensities.length / PIXELS / columns);
  const [width, height] = [columns * SIDE, rows * SIDE];
  const image = new ImageData(width, height);
  const bytes = image.data;
  for (let i = 0; i < intensities.length; i++) {
    const digit = Math.floor(i / PIXELS);
    const within = i % PIXELS;
    const x = (digit % columns) * SIDE + (within % SIDE);
    const y = Math.floor(digit / columns) * SIDE + Math.floor(within / SIDE);
    const at = 4 * (y * width + x);
    bytes[at] = bytes[at + 1] = bytes[at + 2] = Math.round(255 * intensities[i]);
    bytes[at + 3] = 255;
  }
  return image;
}
