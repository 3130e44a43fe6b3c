/** Pictures onto canvases. Intensities are in [0, 1], ink bright; 28 x 28 a digit. */

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** Paints one digit onto a 28 x 28 canvas, pixel for pixel. */
export function paintDigit(canvas, intensities) {
  paintGrid(canvas, intensities, 1);
}

/** Paints digits, one after another in `intensities`, in rows of `columns`. */
export function paintGrid(canvas, intensities, columns) {
  const image = gridImage(intensities, columns);
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The same as pixels, black and white. */
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
