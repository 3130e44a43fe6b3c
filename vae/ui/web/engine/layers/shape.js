/** The shapes of what passes through a layer. */

/**
 * The number of entries of a tensor of this shape.
 * @param {number[]} shape
 */
export const volume = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * @param {boolean} fits
 * @param {string} wanted
 * @param {number[]} shape
 * @throws {Error} unless `fits`: what was wanted, and the shape that came
 */
export function expect(fits, wanted, shape) {
  if (!fits) throw new Error(`expected an input of ${wanted}, got the shape [${shape.join(", ")}]`);
}
