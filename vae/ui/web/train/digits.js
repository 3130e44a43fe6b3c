/** Digits as bytes: sets of them, and MNIST from the server, where it has it. */

import { digitsURL, fetchMnistURL } from "../state/weights.js";

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

/**
 * @param {"train"|"test"} set
 * @param {number} count
 * @returns {Promise<Digits|null>}
 */
async function fetchSet(set, count) {
  const response = await fetch(digitsURL(set, count)).catch(() => null);
  if (!response?.ok) return null;
  return unpack(new Uint8Array(await response.arrayBuffer()));
}

/**
 * Has the server fetch MNIST from where it is published.
 * @param {(done: number) => void} follow called with the share that is there, from 0 to 1
 * @throws {Error} with the server's sentence, where it cannot
 */
export async function haveMnistFetched(follow) {
  const response = await fetch(fetchMnistURL(), { method: "POST" });
  if (!response.ok || !response.body) throw new Error("the server did not answer: try again");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let [rest, done] = ["", 0];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop() ?? "";
    for (const said of lines.map((line) => JSON.parse(line))) {
      if (said.error) throw new Error(said.error);
      done = said.done;
      follow(done);
    }
  }
  if (done < 1) throw new Error("the server stopped before all was there: try again");
}

/**
 * Labels, one byte each, before their images.
 * @param {Uint8Array} bytes
 */
function unpack(bytes) {
  const count = bytes.length / (PIXELS + 1);
  return { labels: bytes.slice(0, count), images: bytes.slice(count) };
}

/**
 * All of them, one after another.
 * @param {Digits[]} sets
 * @returns {Digits}
 * @throws {Error} where a label is no digit
 */
export function joined(sets) {
  const total = sets.reduce((sum, { labels }) => sum + labels.length, 0);
  const all = { images: new Uint8Array(total * PIXELS), labels: new Uint8Array(total) };
  let at = 0;
  for (const { images, labels } of sets) {
    all.images.set(images, at * PIXELS);
    all.labels.set(labels, at);
    at += labels.length;
  }
  const wrong = all.labels.findIndex((label) => label > 9);
  if (wrong >= 0) throw new Error(`expected labels from 0 to 9, got ${all.labels[wrong]}`);
  return all;
}
