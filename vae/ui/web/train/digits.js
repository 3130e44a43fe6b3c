/** MNIST from the server, where it has it. */

import { digitsURL } from "../state/weights.js";

const PIXELS = 784;
const TESTED = 2000;

/**
 * @typedef {{images: Uint8Array, labels: Uint8Array}} Digits N * 784 bytes, ink 255, and N labels
 * @typedef {{train: Digits, test: Digits}} Sets
 */

/**
 * @param {number} count of training digits
 * @returns {Promise<Sets|null>} null where the server has no MNIST
 */
export async function fetchMnist(count) {
  const [train, test] = await Promise.all([fetchSet("train", count), fetchSet("test", TESTED)]);
  return train && test && { train, test };
}

async function fetchSet(set, count) {
  const response = await fetch(digitsURL(set, count)).catch(() => null);
  if (!response?.ok) return null;
  return unpack(new Uint8Array(await response.arrayBuffer()));
}

/** Labels, one byte each, before their images. */
function unpack(bytes) {
  const count = bytes.length / (PIXELS + 1);
  return { labels: bytes.slice(0, count), images: bytes.slice(count) };
}
