/**
 * A drawing as a short text, for an address: base64url of bytes, in which every number is a varint (7 bits
 * a byte, the least first; https://protobuf.dev/programming-guides/encoding/#varints). First the version of
 * this format, then of every stroke how many points it has, and the way to each from the point before, even
 * that of another stroke: x, then y, with the sign in the lowest bit. A point then takes 2 bytes or so.
 */

const VERSION = 1;
// Ink may leave the pad, whose side is 1000, but not by far.
const FURTHEST = 10_000;

/**
 * @param {number[][][]} strokes of whole numbers
 * @returns {string}
 */
export function strokesText(strokes) {
  const bytes = [VERSION];
  let [x, y] = [0, 0];
  for (const points of strokes) {
    put(bytes, points.length);
    for (const [nextX, nextY] of points) {
      put(bytes, folded(nextX - x));
      put(bytes, folded(nextY - y));
      [x, y] = [nextX, nextY];
    }
  }
  const text = bytes.map((byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {number[][][]|null} null for what strokesText() did not write
 */
export function parseStrokes(text) {
  const numbers = numbersOf(text);
  if (numbers?.[0] !== VERSION || numbers.length < 4) return null;
  const strokes = [];
  let [x, y, at] = [0, 0, 1];
  while (at < numbers.length) {
    const count = numbers[at++];
    if (!count || at + 2 * count > numbers.length) return null;
    const points = [];
    for (const end = at + 2 * count; at < end; at += 2) {
      x += unfolded(numbers[at]);
      y += unfolded(numbers[at + 1]);
      if (Math.max(Math.abs(x), Math.abs(y)) > FURTHEST) return null;
      points.push([x, y]);
    }
    strokes.push(points);
  }
  return strokes;
}

/**
 * @param {string} text
 * @returns {number[]|null} null where it is not base64url, or ends within a number
 */
function numbersOf(text) {
  let bytes;
  try {
    bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const numbers = [];
  let [value, scale] = [0, 1];
  for (const byte of bytes) {
    const code = byte.charCodeAt(0);
    value += (code & 127) * scale;
    scale *= 128;
    if (scale > 2 ** 35) return null;
    if (code > 127) continue;
    numbers.push(value);
    [value, scale] = [0, 1];
  }
  return scale === 1 ? numbers : null;
}

/**
 * @param {number[]} bytes
 * @param {number} value whole, from 0
 */
function put(bytes, value) {
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
}

/** @type {(value: number) => number} 0, -1, 1, -2, ... as 0, 1, 2, 3, ... */
const folded = (value) => (value < 0 ? -2 * value - 1 : 2 * value);
/** @type {(value: number) => number} */
const unfolded = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);
