/** Digits as a learner takes them: intensities in [0, 1], every epoch in a random order of its own. */

/** @typedef {import("./digits.js").Digits} Digits */

const PIXELS = 784;
/** The most digits of a batch. */
export const BLOCK = 256;

export class Batches {
  /** @type {{epoch: number, rows: Uint32Array}} the order of the digits of that epoch */
  #order = { epoch: -1, rows: new Uint32Array(0) };
  #x = new Float32Array(BLOCK * PIXELS);

  /**
   * @param {Digits} digits
   * @param {number} seen how many digits have been learnt from
   * @param {number} most of this batch
   * @param {(epoch: number) => () => number} streamOf the random numbers of an epoch's order
   * @returns {Float32Array} (B, 784), until the next call; the last batch of an epoch may be smaller
   */
  next({ images, labels: { length } }, seen, most, streamOf) {
    const epoch = Math.floor(seen / length);
    if (epoch !== this.#order.epoch) this.#order = { epoch, rows: permutation(length, streamOf(epoch)) };
    const at = seen % length;
    const rows = this.#order.rows.subarray(at, at + Math.min(most, BLOCK));
    rows.forEach((row, i) => write(images, row * PIXELS, PIXELS, this.#x, i * PIXELS));
    return this.#x.subarray(0, rows.length * PIXELS);
  }
}

/**
 * The first digits in blocks, in their order.
 * @param {Digits} digits
 * @param {number} count
 * @param {(x: Float32Array, samples: number, first: number) => void} act x is (samples, 784)
 */
export function eachBlock({ images }, count, act) {
  const x = new Float32Array(BLOCK * PIXELS);
  for (let first = 0; first < count; first += BLOCK) {
    const samples = Math.min(BLOCK, count - first);
    write(images, first * PIXELS, samples * PIXELS, x, 0);
    act(x.subarray(0, samples * PIXELS), samples, first);
  }
}

/**
 * Bytes as numbers in [0, 1], into `to` from `start` on.
 * @param {Uint8Array} bytes
 * @param {number} first
 * @param {number} count
 * @param {Float32Array} to
 * @param {number} start
 */
function write(bytes, first, count, to, start) {
  for (let i = 0; i < count; i++) to[start + i] = bytes[first + i] / 255;
}

/**
 * Fisher and Yates.
 * @param {number} count
 * @param {() => number} uniform
 */
function permutation(count, uniform) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
