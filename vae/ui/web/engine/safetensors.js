/**
 * The header of a .safetensors file. The layout is that of https://huggingface.co/docs/safetensors: the
 * header's length (8 bytes, little-endian), the header (JSON), the raw tensors.
 */

import { messageOf } from "../math/errors.js";
import { BYTES } from "./numbers.js";

/**
 * @typedef {{dtype: string, shape: number[], data_offsets: [number, number]}} Entry of the header
 * @typedef {[name: string, entry: Entry][]} Entries in file order
 */

// The first request: enough for the length and any header with a long training history.
const FIRST_BYTES = 1 << 16;
// Below this, reading through a gap between two tensors is cheaper than another request.
const LARGEST_GAP = 1 << 16;
// The limit that the format itself sets.
const LARGEST_HEADER = 100e6;

// What a person can do with the weights of another program.
export const ADVICE = "python -m vae.convert makes a model of a PyTorch VAE\u2019s weights";

/**
 * @param {import("./remote-file.js").RemoteFile} file
 * @returns {Promise<{metadata: Object<string, string>, entries: Object<string, Entry>, start: number}>} and
 *   where the tensors begin
 * @throws {Error} that says what is wrong with the file
 */
export async function readHeader(file) {
  const first = await file.begin(FIRST_BYTES);
  if (first.length < 9) throw new Error(`is damaged: it has ${first.length} bytes: copy it again`);
  const view = new DataView(first.buffer, first.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  if (length > LARGEST_HEADER || first[8] !== "{".charCodeAt(0)) {
    throw new Error(`is foreign: it is not a safetensors file; ${ADVICE}`);
  }
  const start = 8 + length;
  const text = new TextDecoder().decode(await file.read(8, start));
  const { __metadata__: metadata = {}, ...entries } = parseJSON(text, "its header");
  return { metadata, entries, start };
}

/**
 * @param {string} text
 * @param {string} what it holds, for messages
 * @returns {any} an object
 * @throws {Error} where it is none
 */
export function parseJSON(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`is damaged: ${what} is missing or is not JSON (${messageOf(error)})`, { cause: error });
  }
  if (typeof value === "object" && value !== null) return value;
  throw new Error(`is damaged: ${what} should be a JSON object, but is ${text}`);
}

/**
 * @param {Object<string, Entry>} entries
 * @param {number} start where the tensors begin
 * @param {number|undefined} size of the file
 * @throws {Error} where they do not describe it
 */
export function checkEntries(entries, start, size) {
  const ends = Object.entries(entries).map(([name, entry]) => checkEntry(name, entry));
  const end = start + Math.max(0, ...ends);
  if (size !== undefined && size !== end) {
    const what = size < end ? "is damaged: it is truncated" : "is damaged";
    throw new Error(`${what}: its header describes ${end} bytes, but it has ${size}: copy it again`);
  }
}

/**
 * @param {string} name
 * @param {Entry} entry
 */
function checkEntry(name, entry) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  const natural = (/** @type {any} */ list) => Array.isArray(list) && list.every((n) => Number.isInteger(n) && n >= 0);
  if (!natural(shape) || !natural(offsets) || !(offsets[0] <= offsets[1])) {
    throw new Error(`is damaged: its header gives ${name} no usable shape or place`);
  }
  const needed = shape.reduce((product, length) => product * length, BYTES[dtype] ?? NaN);
  const got = offsets[1] - offsets[0];
  if (dtype in BYTES && got !== needed) {
    const what = `${name} of the shape [${shape.join(", ")}] in ${dtype}`;
    throw new Error(`is damaged: ${what} takes ${needed} bytes, but has ${got}`);
  }
  return offsets[1];
}

/**
 * Entries in file order, grouped so that one request fetches a group without long gaps.
 * @param {Entries} entries
 */
export function adjacent(entries) {
  const begin = (/** @type {[string, Entry]} */ [, entry]) => entry.data_offsets[0];
  /** @type {Entries[]} */
  const runs = [];
  let end = -Infinity;
  for (const entry of [...entries].sort((a, b) => begin(a) - begin(b))) {
    if (begin(entry) - end > LARGEST_GAP) runs.push([]);
    runs[runs.length - 1].push(entry);
    end = entry[1].data_offsets[1];
  }
  return runs;
}
