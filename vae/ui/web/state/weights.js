/** What the page fetches, below its own address: as `URLS` of `vae/ui/facts.py` names it. */

/** @param {string} path below the page's address */
const below = (path) => new URL(path, document.baseURI).href;

/** @param {string} name of a model, or "classifier" */
export const weightsURL = (name) => below(`weights/${name}.safetensors`);

/** @param {string} name of a model of which snapshots were kept */
export const snapshotsURL = (name) => below(`weights/snapshots/${name}.safetensors`);

/** What prepares an uploaded picture. */
export const prepareURL = () => below("prepare");

/**
 * MNIST, where the server has it.
 * @param {string} set "train" or "test"
 * @param {number} count
 */
export const digitsURL = (set, count) => below(`digits/${set}?count=${count}`);

/**
 * A JSON file beside the weights.
 * @param {string} name
 * @returns {Promise<any>} null where there is none
 */
export async function fetchJSON(name) {
  const response = await fetch(below(`weights/${name}`)).catch(() => null);
  return response?.ok ? response.json() : null;
}
