/** Files that a person takes away: z as JSON or NPZ, and whatever else is a Blob. */

/**
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{shape: number[], data: Float32Array|Uint8Array|string}} NumpyArray a string is an array
 *   of no dimension
 */

/**
 * Hands a file to the browser's downloads.
 * @param {Blob} blob
 * @param {string} name
 */
export function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * A text as one field of a CSV file (RFC 4180).
 * @param {string} text
 */
export function csvField(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * How the files of this moment are called.
 * @param {{name: string}} session
 */
export function stem({ name }) {
  return `vae-${name}`;
}

/**
 * z and all that is needed to decode it again, as JSON.
 * @param {{name: string, model: {classes: number}, z: number[], y: number}} session
 * @param {string} hash of the model's file
 */
export function zAsJSON({ name, model, z, y }, hash) {
  const content = { model: name, hash, z, ...(model.classes ? { y } : {}) };
  return new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: "application/json" });
}

/**
 * Arrays as numpy's .npz: a ZIP file (stored, not compressed) of .npy files (format 1.0).
 * @param {Object<string, NumpyArray>} arrays by name
 */
export function npz(arrays) {
  /** @type {[string, Bytes][]} */
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)]);
  return new Blob([zip(files)], { type: "application/octet-stream" });
}

/** @param {NumpyArray} array @returns {Bytes} */
function npy({ shape, data }) {
  const isText = typeof data === "string";
  const kind = isText ? `<U${data.length}` : data instanceof Float32Array ? "<f4" : "|u1";
  const sizes = shape.map((size) => `${size},`).join(" ");
  let header = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sizes}), }`;
  header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + "\n";
  const body = isText ? Uint32Array.from([...data], (letter) => letter.codePointAt(0) ?? 0) : data;
  const raw = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  const magic = [0x93, ...ascii("NUMPY"), 1, 0, header.length & 255, header.length >> 8];
  return Uint8Array.from([...magic, ...ascii(header), ...raw]);
}

/** @param {string} text */
function ascii(text) {
  return [...text].map((letter) => letter.charCodeAt(0));
}

/**
 * A ZIP file of stored files (PKWARE, "APPNOTE.TXT", 4.3).
 * @param {[string, Bytes][]} files
 * @returns {Bytes}
 */
function zip(files) {
  /** @type {Bytes[]} */
  const parts = [];
  /** @type {number[]} */
  const directory = [];
  let offset = 0;
  for (const [name, body] of files) {
    const common = [...half(20), ...half(0), ...half(0), ...half(0), ...half(0x21),
      ...full(crc32(body)), ...full(body.length), ...full(body.length), ...half(name.length), ...half(0)];
    const local = [...full(0x04034b50), ...common, ...ascii(name)];
    directory.push(...full(0x02014b50), ...half(20), ...common, ...half(0), ...half(0), ...half(0),
      ...full(0), ...full(offset), ...ascii(name));
    parts.push(Uint8Array.from(local), body);
    offset += local.length + body.length;
  }
  const count = half(files.length);
  const end = [...full(0x06054b50), ...half(0), ...half(0), ...count, ...count,
    ...full(directory.length), ...full(offset), ...half(0)];
  const all = new Uint8Array(offset + directory.length + end.length);
  let at = 0;
  for (const part of [...parts, directory, end]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {number} value */
function half(value) {
  return [value & 255, (value >> 8) & 255];
}

/** @param {number} value */
function full(value) {
  return [...half(value), ...half(value >>> 16)];
}

/**
 * The checksum that ZIP files carry (ISO 3309).
 * @param {Bytes} body
 */
function crc32(body) {
  let crc = -1;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
