/** The digits that a run learns from: MNIST from the server, dreams of a shipped model, one's own. */

import { Model } from "../engine/model.js";
import { uniforms } from "../math/random.js";
import { normalQuantile } from "../math/special.js";
import { digitsURL, weightsURL } from "../state/weights.js";

const PIXELS = 784;
const TESTED = 2000;
// Of dreamed digits: how many are drawn to learn from and to test on, and how many at once.
const DREAMS = { train: 4000, test: 500, batch: 50 };
const DREAMER = "cvae";

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

/**
 * Digits drawn by a shipped conditional model: z from the prior, and each class in turn.
 * @param {(done: number) => void} progress share of them, 0 to 1
 * @returns {Promise<Sets>}
 */
export async function dream(progress) {
  const model = await Model.open(weightsURL(DREAMER));
  const total = DREAMS.train + DREAMS.test;
  const all = { images: new Uint8Array(total * PIXELS), labels: new Uint8Array(total) };
  const u = uniforms(3, total * model.latents);
  for (let first = 0; first < total; first += DREAMS.batch) {
    const z = Float32Array.from(
      u.subarray(first * model.latents, (first + DREAMS.batch) * model.latents), normalQuantile,
    );
    const y = Array.from({ length: DREAMS.batch }, (_, i) => (first + i) % 10);
    const pictures = model.decode(z, DREAMS.batch, y);
    all.images.set(pictures.map((value) => Math.round(255 * value)), first * PIXELS);
    all.labels.set(y, first);
    progress(first / total);
    // The page's thread draws them in pieces, so that it can answer between two.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return split(all, DREAMS.test);
}

/** The first `tested` to test on, the others to learn from. */
export function split({ images, labels }, tested) {
  return {
    test: { images: images.slice(0, tested * PIXELS), labels: labels.slice(0, tested) },
    train: { images: images.slice(tested * PIXELS), labels: labels.slice(tested) },
  };
}
