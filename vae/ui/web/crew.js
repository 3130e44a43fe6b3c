/**
 * Decoding 64 digits at once: here when that is fast, else shared among workers, so that a slow
 * model's digits come sooner and the page stays free.
 */

import { PIXELS } from "./paint.js";

const MOST_WORKERS = 4;
// Milliseconds that decoding may keep the page busy before workers take over.
const SLOW = 30;

/** @type {Worker[]|null} */
let workers = null;
let jobs = 0;
const waiting = new Map();
const slow = new Set();

/**
 * The pictures of latent vectors.
 * @param {string} url of the model's checkpoint
 * @param {import("./model.js").Model} model
 * @param {Float32Array} z (count, D)
 * @param {number} count
 * @param {Uint8Array|number} y
 * @returns {Float32Array|Promise<Float32Array>} count * 784 intensities
 */
export function decodeMany(url, model, z, count, y) {
  if (slow.has(url)) {
    return shared(url, model, z, count, y).catch(() => {
      slow.delete(url);
      workers = [];
      return model.decode(z, count, y);
    });
  }
  const start = performance.now();
  const pictures = model.decode(z, count, y);
  const parallel = navigator.hardwareConcurrency > 1 && workers?.length !== 0;
  if (parallel && performance.now() - start > SLOW) engage(url);
  return pictures;
}

/** Has the workers fetch a model; until they have it, the page decodes by itself. */
function engage(url) {
  const count = Math.min(MOST_WORKERS, navigator.hardwareConcurrency);
  workers ??= Array.from({ length: count }, hire);
  Promise.all(workers.map((worker) => ask(worker, { url }))).then(() => slow.add(url), () => {});
}

function hire() {
  const worker = new Worker(new URL("crew-worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data: { id, pictures, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(pictures);
  };
  worker.onerror = () => waiting.forEach(({ reject }) => reject(new Error("a worker failed")));
  return worker;
}

function ask(worker, job) {
  const id = jobs++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ...job });
  });
}

async function shared(url, { latents }, z, count, y) {
  const share = Math.ceil(count / workers.length);
  const parts = await Promise.all(workers.map((worker, i) => {
    const [from, to] = [Math.min(count, i * share), Math.min(count, (i + 1) * share)];
    return ask(worker, {
      url,
      count: to - from,
      z: z.slice(from * latents, to * latents),
      y: typeof y === "number" ? y : y.slice(from, to),
    });
  }));
  const pictures = new Float32Array(count * PIXELS);
  parts.forEach((part, i) => pictures.set(part, i * share * PIXELS));
  return pictures;
}
