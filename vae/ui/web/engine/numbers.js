/** How a .safetensors file writes numbers; see `TYPES` in vae/checkpoints/format.py. */

/** @type {Object<string, number>} the bytes that one takes */
export const BYTES = { F16: 2, BF16: 2, F32: 4, F64: 8, U8: 1 };

/**
 * @param {Float32Array} values
 * @returns {boolean} false when one is infinite or no number
 */
export function allFinite(values) {
  // 0 times any finite number is 0; this takes a tenth of the time of asking each.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  return sum === 0;
}

/**
 * The numbers of a tensor, in single precision.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} dtype one of `BYTES`
 * @returns {Float32Array}
 */
export function decode(bytes, dtype) {
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  if (dtype === "F64") return Float32Array.from(new Float64Array(bytes.buffer));
  if (dtype === "U8") return Float32Array.from(bytes);
  const halfs = new Uint16Array(bytes.buffer);
  const values = new Float32Array(halfs.length);
  if (dtype === "BF16") {
    // The upper half of a number in F32.
    const upper = new Uint32Array(values.buffer);
    halfs.forEach((bits, i) => (upper[i] = bits << 16));
    return values;
  }
  const table = halves();
  for (let i = 0; i < halfs.length; i++) values[i] = table[halfs[i]];
  return values;
}

let halfTable;

/** The value of each of the 65,536 half-precision numbers (IEEE 754 binary16), by its bits. */
function halves() {
  halfTable ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => {
    const sign = bits >> 15 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return halfTable;
}
