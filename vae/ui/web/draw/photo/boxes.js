/**
 * Where boxes lie on a photo: [x, y, width, height] in its pixels, whole numbers, y pointing down. The
 * photo's size is [width, height]; boxes stay within it.
 */

/** The least side that the server reads. */
export const LEAST = 8;

/** @typedef {number[]} Box */
/** @typedef {"nw"|"ne"|"sw"|"se"} Corner */

/** @type {(value: number, low: number, high: number) => number} */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * @param {Box} box
 * @param {number[]} by across and down
 * @param {number[]} size of the photo
 * @returns {Box}
 */
export function moved([x, y, width, height], [across, down], size) {
  return [
    clamp(Math.round(x + across), 0, size[0] - width),
    clamp(Math.round(y + down), 0, size[1] - height),
    width,
    height,
  ];
}

/**
 * The box with one corner elsewhere; the opposite one stays.
 * @param {Box} box
 * @param {Corner} corner
 * @param {number[]} by across and down
 * @param {number[]} size of the photo
 * @returns {Box}
 */
export function resized([x, y, width, height], corner, [across, down], size) {
  let [left, top, right, bottom] = [x, y, x + width, y + height];
  if (corner.endsWith("w")) left = clamp(Math.round(left + across), 0, right - LEAST);
  else right = clamp(Math.round(right + across), left + LEAST, size[0]);
  if (corner.startsWith("n")) top = clamp(Math.round(top + down), 0, bottom - LEAST);
  else bottom = clamp(Math.round(bottom + down), top + LEAST, size[1]);
  return [left, top, right - left, bottom - top];
}

/**
 * The box between two points, at least as large as is read.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number[]} size of the photo
 * @returns {Box}
 */
export function between(from, to, size) {
  const sides = [0, 1].map((i) => Math.max(LEAST, Math.round(Math.abs(to[i] - from[i]))));
  const [x, y] = [0, 1].map((i) => Math.round(Math.min(from[i], to[i])));
  return moved([x, y, ...sides.map((side, i) => Math.min(side, size[i]))], [0, 0], size);
}

/**
 * Where the box lies after the photo has been turned by quarters clockwise.
 * @param {Box} box
 * @param {number} quarters
 * @param {number[]} size of the photo before
 * @returns {Box}
 */
export function turned(box, quarters, size) {
  if (quarters === 0) return box;
  const [x, y, width, height] = box;
  return turned([size[1] - y - height, x, height, width], quarters - 1, [size[1], size[0]]);
}

/**
 * How much two boxes have in common, as a share of what they cover together.
 * @param {Box} a
 * @param {Box} b
 */
export function overlap(a, b) {
  const [across, down] = [0, 1].map((i) =>
    Math.max(0, Math.min(a[i] + a[i + 2], b[i] + b[i + 2]) - Math.max(a[i], b[i])));
  const common = across * down;
  return common / (a[2] * a[3] + b[2] * b[3] - common);
}
