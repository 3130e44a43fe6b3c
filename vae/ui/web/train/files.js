/**
 * A person's own digits from files: IDX (also .gz), CSV (label, 784 pixels), NPZ, ZIP of pictures,
 * pictures. A picture's class is the folder that it is in, or the first digit of its name.
 */

import { joined } from "./digits.js";

const PIXELS = 784;

/**
 * @typedef {import("./digits.js").Digits} Digits
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{name: string, bytes: Bytes}} Entry a file, or one in a ZIP
 * @typedef {{images: Uint8Array}|{labels: Uint8Array}} Half of a set whose halves are two files
 */

/**
 * @param {File[]} files
 * @param {(file: Blob) => Promise<Uint8Array>} prepare makes 784 bytes of a picture
 * @returns {Promise<Digits>}
 * @throws {Error} naming the file and what is wrong with it
 */
export async function readFiles(files, prepare) {
  const entries = (await Promise.all(files.map(expand))).flat();
  /** @type {Digits[]} */
  const found = [];
  /** @type {{images: Uint8Array|null, labels: Uint8Array|null}} */
  const idx = { images: null, labels: null };
  for (const { name, bytes } of entries) {
    try {
      if (isIdx(bytes)) Object.assign(idx, readIdx(bytes));
      else if (/\.csv$/i.test(name)) found.push(readCsv(new TextDecoder().decode(bytes)));
      else if (/\.npy$/i.test(name)) Object.assign(idx, readNpy(name, bytes));
      else found.push({ images: await prepare(new Blob([bytes])), labels: Uint8Array.of(classOf(name)) });
    } catch (error) {
      throw new Error(`${name}: ${/** @type {Error} */ (error).message}`, { cause: error });
    }
  }
  if (idx.images || idx.labels) found.push(paired(idx));
  return joined(found);
}

/**
 * @param {{images: Uint8Array|null, labels: Uint8Array|null}} halves
 * @returns {Digits}
 */
function paired({ images, labels }) {
  if (!images) throw new Error("labels came without their images: add the file of images too");
  const count = images.length / PIXELS;
  if (!labels) throw new Error(`${count} images came without labels: add the file of labels too`);
  if (labels.length !== count) {
    throw new Error(`expected as many labels as images, got ${labels.length} and ${count}`);
  }
  return { images, labels };
}

/** @param {string} name */
function classOf(name) {
  const [own, above = ""] = name.split("/").reverse();
  const digit = /^\d$/.exec(above) ?? /\d/.exec(own);
  if (!digit) throw new Error("expected its class as its folder or as the first digit of its name");
  return Number(digit[0]);
}

const isIdx = (/** @type {Uint8Array} */ bytes) => bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && bytes[3] <= 3;

/**
 * LeCun's format: 0, 0, 8 for bytes, the number of sizes, the sizes, the bytes.
 * @param {Bytes} bytes
 */
function readIdx(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sizes = Array.from({ length: bytes[3] }, (_, i) => view.getUint32(4 + 4 * i));
  const data = bytes.slice(4 + 4 * sizes.length);
  return named(sizes, data);
}

/**
 * @param {number[]} sizes
 * @param {Uint8Array} data
 * @returns {Half}
 */
function named(sizes, data) {
  const needed = sizes.reduce((product, size) => product * size, 1);
  if (data.length !== needed) {
    throw new Error(`is truncated: its header says ${needed} bytes, but it has ${data.length}`);
  }
  if (sizes.length === 1) return { labels: data };
  if (needed !== sizes[0] * PIXELS) {
    throw new Error(`expected pictures of 28 x 28, got ${sizes.slice(1).join(" x ")}`);
  }
  return { images: data };
}

/**
 * @param {string} text
 * @returns {Digits}
 */
function readCsv(text) {
  const lines = text.split(/\r?\n/).filter((line) => /^\s*\d/.test(line));
  const images = new Uint8Array(lines.length * PIXELS);
  const labels = new Uint8Array(lines.length);
  lines.forEach((line, i) => {
    const values = line.split(/[,;\t]/).map(Number);
    if (values.length !== PIXELS + 1 || values.some(Number.isNaN)) {
      throw new Error(`line ${i + 1}: expected a label and 784 pixels, got ${values.length} numbers`);
    }
    labels[i] = values[0];
    images.set(values.slice(1), i * PIXELS);
  });
  if (!lines.length) throw new Error("holds no line that begins with a number");
  return { images, labels };
}

/**
 * One array of an NPZ: bytes or floats; labels where it has one dimension, else images.
 * @param {string} name
 * @param {Bytes} bytes
 */
function readNpy(name, bytes) {
  const length = bytes[8] | (bytes[9] << 8);
  const header = new TextDecoder().decode(bytes.slice(10, 10 + length));
  const type = /'descr': '[<|]?(\w+)'/.exec(header)?.[1] ?? "none";
  const sizes = (/\(([\d, ]*)\)/.exec(header)?.[1] ?? "").split(",").map((size) => size.trim()).filter(Boolean).map(Number);
  const raw = bytes.slice(10 + length).buffer;
  /** @type {Object<string, new (buffer: ArrayBuffer) => ArrayLike<number|bigint>>} */
  const kinds = { u1: Uint8Array, f4: Float32Array, f8: Float64Array, i4: Int32Array, i8: BigInt64Array };
  const kind = kinds[type];
  if (!kind) throw new Error(`expected numbers of type ${Object.keys(kinds).join(", ")}, got ${type}`);
  const values = Array.from(new kind(raw), Number);
  // Intensities in [0, 1] become bytes.
  const factor = type.startsWith("f") && sizes.length > 1 && values.every((v) => v <= 1) ? 255 : 1;
  return named(sizes.length === 4 ? [sizes[0], PIXELS] : sizes, Uint8Array.from(values, (v) => v * factor));
}

/**
 * A file, or what is in it: gzip and ZIP are opened.
 * @param {File} file
 * @returns {Promise<Entry[]>}
 */
async function expand(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const name = file.webkitRelativePath || file.name;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return [{ name: name.replace(/\.gz$/, ""), bytes: await inflate(bytes, "gzip") }];
  }
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? unzip(bytes) : [{ name, bytes }];
}

/**
 * The files of a ZIP, by its central directory (PKWARE, "APPNOTE.TXT", 4.3).
 * @param {Bytes} bytes
 * @returns {Promise<Entry[]>}
 */
async function unzip(bytes) {
  const view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("is a ZIP file without its directory: it may be truncated");
  const entries = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    const [method, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [named, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = new TextDecoder().decode(bytes.slice(at + 46, at + 46 + named));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const body = bytes.slice(start, start + size);
    const hidden = name.endsWith("/") || /(^|\/)(\.|__MACOSX)/.test(name);
    if (!hidden) entries.push({ name, bytes: method ? await inflate(body, "deflate-raw") : body });
    at += 46 + named + extra + comment;
  }
  return entries;
}

/**
 * @param {Bytes} bytes
 * @param {CompressionFormat} format
 * @returns {Promise<Bytes>}
 */
async function inflate(bytes, format) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
