/** Animated GIFs of digits (CompuServe, "Graphics Interchange Format 89a", 1990). */

import { SIDE } from "../canvas/digits.js";

const TIMES = 5;
const BITS = 6;
const GREYS = 1 << BITS;
const MOST_CODES = 4096;

/**
 * @param {Float32Array[]} frames 784 intensities each
 * @param {number} delay of each frame, in hundredths of a second
 * @returns {Blob} that repeats for ever
 */
export function encodeGIF(frames, delay) {
  const side = SIDE * TIMES;
  const word = (/** @type {number} */ value) => [value & 255, value >> 8];
  const parts = [
    bytes("GIF89a"),
    [...word(side), ...word(side), 0x80 | (BITS - 1), 0, 0],
    Array.from({ length: GREYS }, (_, i) => Array(3).fill(Math.round((255 * i) / (GREYS - 1)))).flat(),
    [0x21, 0xff, 11, ...bytes("NETSCAPE2.0"), 3, 1, 0, 0, 0],
  ];
  for (const frame of frames) {
    parts.push([0x21, 0xf9, 4, 0, ...word(delay), 0, 0]);
    parts.push([0x2c, 0, 0, 0, 0, ...word(side), ...word(side), 0, BITS]);
    const codes = compress(enlarged(frame));
    for (let i = 0; i < codes.length; i += 255) {
      const block = codes.slice(i, i + 255);
      parts.push([block.length, ...block]);
    }
    parts.push([0]);
  }
  parts.push([0x3b]);
  return new Blob(parts.map((part) => Uint8Array.from(part)), { type: "image/gif" });
}

/** @param {string} text */
function bytes(text) {
  return [...text].map((letter) => letter.charCodeAt(0));
}

/**
 * Greys of the enlarged picture, one a pixel.
 * @param {Float32Array} frame
 */
function enlarged(frame) {
  const side = SIDE * TIMES;
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [Math.floor((i % side) / TIMES), Math.floor(i / side / TIMES)];
    return Math.round(frame[y * SIDE + x] * (GREYS - 1));
  });
}

/**
 * The variable-length-code LZW compression of the format's appendix F.
 * @param {Uint8Array} pixels
 */
function compress(pixels) {
  const [clear, end] = [GREYS, GREYS + 1];
  /** @type {number[]} */
  const out = [];
  let [buffer, filled, size] = [0, 0, BITS + 1];
  /** @type {Map<number, number>} */
  let table = new Map();
  let next = end + 1;
  const put = (/** @type {number} */ code) => {
    buffer |= code << filled;
    for (filled += size; filled >= 8; filled -= 8) {
      out.push(buffer & 255);
      buffer >>>= 8;
    }
  };
  put(clear);
  let prefix = pixels[0];
  for (const pixel of pixels.subarray(1)) {
    const key = (prefix << 8) | pixel;
    const known = table.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    put(prefix);
    if (next < MOST_CODES) {
      table.set(key, next);
      if (next === 1 << size) size++;
      next++;
    } else {
      put(clear);
      [table, next, size] = [new Map(), end + 1, BITS + 1];
    }
    prefix = pixel;
  }
  put(prefix);
  put(end);
  if (filled) out.push(buffer & 255);
  return out;
}
