/** The classifier over many digits, a few at a time, so that no frame waits for it. */

import { CLASSES } from "../engine/classifier.js";
import { PIXELS } from "../canvas/digits.js";

const AT_ONCE = 4;
// What it may take of a frame, in milliseconds.
const SLICE = 5;

/** @typedef {import("./sample-set.js").SampleSet} SampleSet */

export class Reader {
  #session;
  /** @type {Map<SampleSet, {pictures: Float32Array, done: (probabilities: Float32Array) => void}>} */
  #wanted = new Map();
  #running = false;

  /** @param {import("../state/session.js").Session} session whose classifier reads, when it has come */
  constructor(session) {
    this.#session = session;
    session.on("classifier", () => this.#start());
  }

  /**
   * Reads pictures when there is time. Of several requests with one key only the newest is begun;
   * one that has begun is finished, so that a long drag has its readings, too.
   * Pictures of a model whose images are no digits are not read.
   * @param {SampleSet} key whose pictures they are
   * @param {Float32Array} pictures
   * @param {(probabilities: Float32Array) => void} done gets 10 probabilities a picture
   */
  read(key, pictures, done) {
    if (!this.#session.library.reads(key.name)) return this.forget(key);
    this.#wanted.set(key, { pictures, done });
    this.#start();
  }

  /** @param {SampleSet} key */
  forget(key) {
    this.#wanted.delete(key);
  }

  #start() {
    if (this.#running || ![...this.#wanted.keys()].some(({ name }) => this.#session.library.classifierFor(name))) return;
    this.#running = true;
    const steps = this.#work();
    requestAnimationFrame(function next() {
      const start = performance.now();
      while (performance.now() - start < SLICE) if (steps.next().done) return;
      requestAnimationFrame(next);
    });
  }

  *#work() {
    while (this.#wanted.size) {
      const [[key, { pictures, done }]] = this.#wanted;
      this.#wanted.delete(key);
      const classifier = this.#session.library.classifierFor(key.name);
      if (!classifier) continue;
      const count = pictures.length / PIXELS;
      const probabilities = new Float32Array(count * CLASSES);
      for (let n = 0; n < count; n += AT_ONCE) {
        const end = Math.min(count, n + AT_ONCE);
        const some = pictures.subarray(n * PIXELS, end * PIXELS);
        probabilities.set(classifier.classify(some, end - n), n * CLASSES);
        yield;
      }
      done(probabilities);
    }
    this.#running = false;
  }
}

/**
 * What the classifier takes each picture for, and how sure it is.
 * @param {Float32Array} probabilities 10 a picture
 */
export function readings(probabilities) {
  const count = probabilities.length / CLASSES;
  const label = new Uint8Array(count);
  const confidence = new Float32Array(count);
  for (let i = 0; i < probabilities.length; i++) {
    const n = Math.floor(i / CLASSES);
    if (probabilities[i] <= confidence[n]) continue;
    confidence[n] = probabilities[i];
    label[n] = i % CLASSES;
  }
  return { label, confidence, probabilities };
}

/**
 * Over the digits that are shown: how often each class, mean confidence, entropy in nats.
 * @param {ReturnType<typeof readings>} reading
 */
export function summary({ label, confidence }) {
  const counts = new Array(CLASSES).fill(0);
  label.forEach((digit) => counts[digit]++);
  const entropy = counts.reduce((sum, count) => {
    const share = count / label.length;
    return share ? sum - share * Math.log(share) : sum;
  }, 0);
  return { counts, entropy, confidence: confidence.reduce((a, b) => a + b, 0) / confidence.length };
}
