/** Digits turned, slanted, scaled and moved at random, as vae/data/deformation.py does. */

import { uniformStream } from "../math/random.js";

const ROTATION = 0.22;
const SHEAR = 0.25;
const SCALE = 0.16;
// Pixels: little, for digits that are prepared are centred.
const SHIFT = 1;
const SIDE = 28;
const PIXELS = SIDE * SIDE;
const MIDDLE = (SIDE - 1) / 2;
const SEED = 5;

/** @typedef {import("./digits.js").Digits} Digits */

/**
 * The digits as they are, and as many deformed ones, of each in turn, as make `total` of them.
 * @param {Digits} digits
 * @param {number} total
 * @returns {Digits}
 */
export function withDeformed({ images, labels }, total) {
  const uniform = uniformStream(SEED);
  const all = { images: new Uint8Array(total * PIXELS), labels: new Uint8Array(total) };
  for (let i = 0; i < total; i++) {
    const row = i % labels.length;
    const image = images.subarray(row * PIXELS, (row + 1) * PIXELS);
    const amounts = Array.from({ length: 6 }, () => 2 * uniform() - 1);
    all.images.set(i < labels.length ? image : deformed(image, amounts), i * PIXELS);
    all.labels[i] = labels[row];
  }
  return all;
}

/**
 * @param {Uint8Array} image 784 bytes
 * @param {number[]} amounts between -1 and 1: of the angle, the slant, the width, the height, and of
 *   the shift to the right and down
 * @returns {Uint8Array}
 */
export function deformed(image, [angle, slant, width, height, right, down]) {
  const [cos, sin] = [Math.cos(ROTATION * angle), Math.sin(ROTATION * angle)];
  const [wide, high, shear] = [Math.exp(SCALE * width), Math.exp(SCALE * height), SHEAR * slant];
  const [fromX, fromY] = [
    [cos * wide, (shear * cos - sin) * high, SHIFT * right],
    [sin * wide, (shear * sin + cos) * high, SHIFT * down],
  ];
  return Uint8Array.from({ length: PIXELS }, (_, i) => {
    const [x, y] = [(i % SIDE) - MIDDLE, Math.floor(i / SIDE) - MIDDLE];
    const [sourceX, sourceY] = [fromX, fromY].map(([a, b, shift]) => a * x + b * y + shift + MIDDLE);
    return Math.round(between(image, sourceX, sourceY));
  });
}

/**
 * Bilinear, with nothing beyond the edge.
 * @param {Uint8Array} image
 * @param {number} x
 * @param {number} y
 */
function between(image, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  /** @type {(column: number, row: number) => number} */
  const at = (column, row) =>
    (column >= 0 && column < SIDE && row >= 0 && row < SIDE ? image[row * SIDE + column] : 0);
  const [across, along] = [x - left, y - top];
  const upper = (1 - across) * at(left, top) + across * at(left + 1, top);
  const lower = (1 - across) * at(left, top + 1) + across * at(left + 1, top + 1);
  return (1 - along) * upper + along * lower;
}
