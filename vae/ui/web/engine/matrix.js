/** The matrix product that every layer of a network comes down to, in a memory of its own. */

import { Kernel, PANEL, ROWS } from "./kernel.js";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** Where a network keeps its numbers, so that the kernel can get at them. */
export class Workspace {
  #kernel;
  #used = 0;

  /** @param {Kernel} [kernel] */
  constructor(kernel = new Kernel()) {
    this.#kernel = kernel;
  }

  /**
   * @param {number} count
   * @returns {Numbers} room for so many numbers, all 0
   */
  reserve(count) {
    const numbers = new Numbers(this.#kernel.memory, this.#used, count);
    // Whole panels, whose last columns may be unused.
    this.#used += Math.ceil(count / PANEL) * PANEL * BYTES;
    this.#kernel.grow(this.#used);
    return numbers;
  }

  /**
   * out = A B, where B lies in panels: entry (k, column) of it at panelStart(column, depth) + 8 k.
   * @param {Numbers} a (rows, depth), row by row
   * @param {number} rows
   * @param {Numbers} b (depth, columns)
   * @param {number} columns
   * @param {number} depth
   * @param {Numbers} out (rows, padded(columns)), row by row
   */
  multiply(a, rows, b, columns, depth, out) {
    const { row: tileOfOne, rows: tile } = this.#kernel;
    const [stride, outStride] = [depth * BYTES, padded(columns) * BYTES];
    for (let column = 0; column < columns; column += PANEL) {
      const panel = b.address + column * stride;
      let from = a.address;
      let to = out.address + column * BYTES;
      let row = 0;
      for (; row + ROWS <= rows; row += ROWS, from += ROWS * stride, to += ROWS * outStride) {
        tile(from, stride, panel, depth, to, outStride);
      }
      for (; row < rows; row++, from += stride, to += outStride) {
        tileOfOne(from, stride, panel, depth, to, outStride);
      }
    }
  }
}

/** Numbers in a workspace. */
class Numbers {
  #memory;
  #values;

  constructor(memory, address, length) {
    this.#memory = memory;
    this.address = address;
    this.length = length;
  }

  /** @type {Float32Array} themselves; to be asked for anew whenever the workspace may have grown */
  get values() {
    if (this.#values?.buffer !== this.#memory.buffer) {
      this.#values = new Float32Array(this.#memory.buffer, this.address, this.length);
    }
    return this.#values;
  }
}

/** How many columns whole panels have. */
export function padded(columns) {
  return Math.ceil(columns / PANEL) * PANEL;
}

/** Where a column begins in a matrix of panels; its entries lie PANEL apart. */
export function panelStart(column, depth) {
  const lane = column % PANEL;
  return (column - lane) * depth + lane;
}
