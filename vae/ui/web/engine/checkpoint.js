/**
 * A checkpoint: one .safetensors file, whose metadata say what the model is built from and how it was
 * trained. Typed arrays are taken to be little-endian, as they are on every machine that runs a browser.
 */

import { messageOf } from "../math/errors.js";
import { allFinite, BYTES, decode } from "./numbers.js";
import { RemoteFile } from "./remote-file.js";
import { adjacent, ADVICE, checkEntries, parseJSON, readHeader } from "./safetensors.js";

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
 * @property {boolean} [noisy]
 *
 * @typedef {object} Record how a model was trained and what came out; see vae/checkpoints/record.py
 * @property {string} name
 * @property {string} about
 * @property {Object<string, any>} recipe
 * @property {Object<string, any>[]} history
 * @property {Object<string, any>} figures
 * @property {Object<string, any>[]} snapshots of a file of snapshots
 * @property {string} [data_set] what it was trained on; MNIST where a file does not say
 * @property {string[]} [classes] their names; the ten digits where a file does not say
 */

const FORMAT = "vae-explorer";
const VERSION = "1";

// What a configuration need not say; see DecoderConfig in vae/model.py.
const DEFAULTS = {
  encoder: [], prior: { family: "normal", mean: 0, std: 1 }, likelihood: { family: "bernoulli" },
  classes: 0, noisy: false,
};

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
    const { metadata, entries, start } = await readHeader(file);
    checkMetadata(metadata, kind);
    checkEntries(entries, start, file.size);
    const config = { ...DEFAULTS, ...parseJSON(metadata.config, "its configuration") };
    const record = kind === "snapshots"
      ? { snapshots: parseJSON(metadata.snapshots, "its list of snapshots") }
      : { recipe: {}, history: [], figures: {}, ...parseJSON(metadata.record, "its training record") };
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
   * @param {Object<string, import("./safetensors.js").Entry>} entries
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
   * @throws {Error} naming the file, when its bytes do not come or a number in them is not finite
   */
  async tensors(prefix) {
    return naming(this.name, async () => {
      const wanted = Object.entries(this.#entries).filter(([name]) => name.startsWith(prefix));
      const parts = await Promise.all(adjacent(wanted).map((run) => this.#readRun(run)));
      return Object.fromEntries(parts.flat());
    });
  }

  /** @param {import("./safetensors.js").Entries} run */
  async #readRun(run) {
    const begin = run[0][1].data_offsets[0];
    const end = run[run.length - 1][1].data_offsets[1];
    const bytes = await this.#file.read(this.#start + begin, this.#start + end);
    return run.map(([name, entry]) => {
      const { dtype, shape, data_offsets: [from, to] } = entry;
      if (!(dtype in BYTES)) {
        const expected = Object.keys(BYTES).join(", ");
        throw new Error(`is foreign: ${name} has numbers of ${dtype}, expected one of ${expected}`);
      }
      const data = decode(bytes.slice(from - begin, to - begin), dtype);
      if (!allFinite(data)) {
        throw new Error(
          `is damaged: ${name} holds a number that is not finite: copy it again, or train the model again`,
        );
      }
      return [name, { shape, data }];
    });
  }
}

/**
 * @param {Object<string, string>} metadata
 * @param {string} wanted
 */
function checkMetadata({ format, version, kind = "vae" }, wanted) {
  if (format !== FORMAT) {
    throw new Error(`is foreign: a safetensors file, but not a checkpoint that this program wrote; ${ADVICE}`);
  }
  if (version !== VERSION) {
    throw new Error(`is of another version: expected version ${VERSION}, got ${version}; train it again`);
  }
  if (kind !== wanted) throw new Error(`expected a ${wanted}, got a ${kind}`);
}
