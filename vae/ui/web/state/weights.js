/** What the page fetches, below its own address: as `URLS` of `vae/ui/facts.py` names it. */

/** @param {string} path below the page's address */
const below = (path) => new URL(path, document.baseURI).href;

/** @type {Object<string, string>} */
let hashes = {};

/**
 * Has files asked for by what is in them, so that a browser keeps one for as long as it is the same.
 * @param {Object<string, string>} known the beginnings of their SHA-256, by path below the weights
 */
export function nameFiles(known) {
  hashes = known;
}

/** @param {string} path below the weights, which may hold any character */
function stored(path) {
  const address = below(`weights/${path.split("/").map(encodeURIComponent).join("/")}`);
  return path in hashes ? `${address}?hash=${hashes[path]}` : address;
}

/** @param {string} name of a model, or "classifier" */
export const weightsURL = (name) => stored(`${name}.safetensors`);

/** @param {string} name of a model of which snapshots were kept */
export const snapshotsURL = (name) => stored(`snapshots/${name}.safetensors`);

/** What prepares an uploaded picture. */
export const prepareURL = () => below("prepare");

/**
 * MNIST, where the server has it.
 * @param {string} set "train" or "test"
 * @param {number} count
 */
export const digitsURL = (set, count) => below(`digits/${set}?count=${count}`);

/** The Python behind the machine; see vae/ui/sources.py. */
export const sourcesURL = () => below("sources");

/** What has the server fetch MNIST. */
export const fetchMnistURL = () => below("digits/mnist");

/**
 * A JSON file beside the weights.
 * @param {string} name
 * @returns {Promise<any>} null where there is none
 * @throws {Error} when the server does not answer, or not with that
 */
export async function fetchJSON(name) {
  const response = await fetch(stored(name)).catch((error) => {
    throw new Error(`${name} cannot be fetched (${error.message}): try again`, { cause: error });
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${name} cannot be fetched (the server answered ${response.status}): try again`);
  return response.json();
}
