/**
 * Reads a checkpoint: one .safetensors file, of which only the parts that are needed are fetched.
 *
 * The layout is that of https://huggingface.co/docs/safetensors: the header's length (8 bytes,
 * little-endian), the header (JSON), the raw tensors. Typed arrays are taken to be little-endian,
 * as they are on every machine that runs a browser.
 */

import { messageOf } from "../math/errors.js";

/**
 * @typedef {{kind: string, [parameter: string]: any}} Layer
 *
 * @typedef {object} Config what a model is built from; see VAEConfig in vae/model.py
 * @property {number} latents
 * @property {Layer[]} encoder empty where there is none
 * @property {Layer[]} decoder
 * @property {Layer[]} layers of a classifier
 * @property {import("../math/distribution.js").Spec} prior
 * @property {import("../math/likelihoods.js").LikelihoodSpec} likelihood
 * @property {number} [classes]
 *
 * @typedef {object} Record how a model was trained and what came out; see vae/checkpoints/record.py
 * @property {string} name
 * @property {string} about
 * @property {Object<string, any>} recipe
 * @property {Object<string, any>[]} history
 * @property {Object<string, any>} figures
 * @property {Object<string, any>[]} snapshots of a file of snapshots
 */

/**
 * @typedef {{dtype: string, shape: number[], data_offsets: [number, number]}} Entry of the header
 * @typedef {[name: string, entry: Entry][]} Entries in file order
 */

const FORMAT = "vae-explorer";
const VERSION = "1";

// The first request: enough for the length and any header with a long training history.
const FIRST_BYTES = 1 << 16;
// Below this, reading through a gap between two tensors is cheaper than another request.
const LARGEST_GAP = 1 << 16;
// The limit that the format itself sets.
const LARGEST_HEADER = 100e6;

/** @type {Object<string, number>} */
const BYTES = { F32: 4, F16: 2, U8: 1 };

/**
 * Opens a checkpoint: fetches and checks its header, no weights yet.
 * @param {string} url
 * @param {string} [kind] what it should hold: "vae", "classifier" or "snapshots"
 * @param {string} [name] what messages call it; the end of its address, where that is not given
 * @returns {Promise<Checkpoint>}
 * @throws {Error} when there is no such file, it is not a checkpoint of this version, or it is
 *   damaged; the message names the file and says what is wrong
 */
export async function openCheckpoint(url, kind = "vae", name = undefined) {
  const file = new RemoteFile(url, name);
  return naming(file.name, async () => {
    const { header, start } = await readHeader(file);
    const { __metadata__: metadata = {}, ...entries } = header;
    checkMetadata(metadata, kind);
    checkEntries(entries, start, file.size);
    const config = parseJSON(metadata.config, "its configuration");
    const record = kind === "snapshots"
      ? { snapshots: parseJSON(metadata.snapshots, "its list of snapshots") }
      : parseJSON(metadata.record, "its training record");
    return new Checkpoint(file, start, entries, config, record);
  });
}

/**
 * Runs `work`, and puts a file's name in front of the message of any error that comes out of it.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function naming(name, work) {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${name}: ${messageOf(error)}`, { cause: error });
  }
}

export class Checkpoint {
  #file;
  #start;
  #entries;

  /**
   * @param {RemoteFile} file
   * @param {number} start
   * @param {Object<string, Entry>} entries
   * @param {any} config
   * @param {any} record
   */
  constructor(file, start, entries, config, record) {
    this.#file = file;
    this.#start = start;
    this.#entries = entries;
    /** @type {string} the file's name */
    this.name = file.name;
    /** @type {Config} */
    this.config = config;
    /** @type {Record} */
    this.record = record;
    /** @type {number|undefined} the file's length in bytes */
    this.size = file.size;
  }

  /**
   * Fetches the tensors whose names begin with `prefix`, and as little else as possible.
   * @param {string} prefix "decoder.", "encoder." or "statistics."
   * @returns {Promise<Object<string, {shape: number[], data: Float32Array}>>} by full name
   * @throws {Error} naming the file, when there is no such tensor or its bytes do not come
   */
  async tensors(prefix) {
    return naming(this.name, async () => {
      const wanted = Object.entries(this.#entries).filter(([name]) => name.startsWith(prefix));
      if (!wanted.length) throw new Error(`holds no tensor whose name begins with ${prefix}`);
      const parts = await Promise.all(adjacent(wanted).map((run) => this.#readRun(run)));
      return Object.fromEntries(parts.flat());
    });
  }

  /** @param {Entries} run */
  async #readRun(run) {
    const begin = run[0][1].data_offsets[0];
    const end = run[run.length - 1][1].data_offsets[1];
    const bytes = await this.#file.read(this.#start + begin, this.#start + end);
    return run.map(([name, entry]) => {
      const { dtype, shape, data_offsets: [from, to] } = entry;
      if (!(dtype in BYTES)) throw new Error(`${name}: expected F16, F32 or U8, got ${dtype}`);
      return [name, { shape, data: decode(bytes.slice(from - begin, to - begin), dtype) }];
    });
  }
}

/** A file on the server. The bytes of the first answer are kept, so that none is fetched twice. */
class RemoteFile {
  #url;
  #head = new Uint8Array(0);

  /** @param {string} url */
  constructor(url, name = nameIn(url)) {
    this.#url = url;
    this.name = name;
    /** The file's length in bytes, as soon as the server has told it. */
    this.size = undefined;
  }

  /**
   * Fetches the first `count` bytes, or the whole file when it is shorter.
   * @param {number} count
   */
  async begin(count) {
    await this.#request(0, count);
    return this.#head;
  }

  /**
   * The bytes [begin, end).
   * @param {number} begin
   * @param {number} end
   */
  async read(begin, end) {
    let bytes = this.#head.subarray(begin, end);
    if (bytes.length < end - begin && this.#head.length !== this.size) {
      bytes = join(bytes, await this.#request(begin + bytes.length, end));
    }
    if (bytes.length === end - begin) return bytes;
    throw new Error(`is truncated: expected bytes ${begin} to ${end}, got ${bytes.length} bytes`);
  }

  /**
   * @param {number} begin
   * @param {number} end
   */
  async #request(begin, end) {
    const headers = { Range: `bytes=${begin}-${end - 1}` };
    const response = await fetch(this.#url, { headers }).catch((error) => {
      throw new Error(`cannot be fetched (${error.message})`, { cause: error });
    });
    // 416: there is nothing at `begin`, as in an empty file.
    if (response.status === 416) return new Uint8Array(0);
    if (!response.ok) throw new Error(`cannot be fetched (the server answered ${response.status})`);
    const body = new Uint8Array(await response.arrayBuffer());
    // 206: what was asked for. 200: everything, from a server that does not know Range.
    const partial = response.status === 206;
    const range = response.headers.get("Content-Range") ?? "";
    const total = partial ? Number(range.split("/")[1]) : body.length;
    if (total >= 0) this.size = total;
    if (begin === 0 || !partial) this.#head = body;
    return partial ? body : body.subarray(begin, end);
  }
}

/** @param {string} url */
const nameIn = (url) => decodeURIComponent(String(url).split(/[?#]/)[0].split("/").at(-1) ?? "");

/** @param {RemoteFile} file */
async function readHeader(file) {
  const first = await file.begin(FIRST_BYTES);
  if (first.length < 8) throw new Error(`is not a safetensors file: it has ${first.length} bytes`);
  const view = new DataView(first.buffer, first.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  if (length > LARGEST_HEADER || first[8] !== "{".charCodeAt(0)) {
    throw new Error("is not a safetensors file");
  }
  const start = 8 + length;
  const text = new TextDecoder().decode(await file.read(8, start));
  return { header: parseJSON(text, "its header"), start };
}

/**
 * @param {string} text
 * @param {string} what
 */
function parseJSON(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is missing or is not JSON (${messageOf(error)})`, { cause: error });
  }
  if (typeof value === "object" && value !== null) return value;
  throw new Error(`${what} should be a JSON object, but is ${text}`);
}

/**
 * @param {Object<string, string>} metadata
 * @param {string} wanted
 */
function checkMetadata({ format, version, kind = "vae" }, wanted) {
  if (format !== FORMAT) throw new Error("is a safetensors file, but not a checkpoint of a VAE");
  if (version !== VERSION) {
    throw new Error(`expected version ${VERSION} of the checkpoint format, got ${version}`);
  }
  if (kind !== wanted) throw new Error(`expected a ${wanted}, got a ${kind}`);
}

/**
 * @param {Object<string, Entry>} entries
 * @param {number} start
 * @param {number|undefined} size
 */
function checkEntries(entries, start, size) {
  const ends = Object.entries(entries).map(([name, entry]) => checkEntry(name, entry));
  const end = start + Math.max(0, ...ends);
  if (size !== undefined && size !== end) {
    const what = size < end ? "is truncated" : "is damaged";
    throw new Error(`${what}: its header describes ${end} bytes, but it has ${size}`);
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
function adjacent(entries) {
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

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function join(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} dtype
 */
function decode(bytes, dtype) {
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  if (dtype === "U8") return Float32Array.from(bytes);
  const table = halves();
  const halfs = new Uint16Array(bytes.buffer);
  const values = new Float32Array(halfs.length);
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
