/** The matrix product that every layer of a network comes down to, in a memory of its own. */

import { Kernel, PANEL, ROWS } from "./kernel.js";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * How a matrix lies in its numbers. Entry (i, j) is at start + i * down + j * across where it is the
 * left factor of a product, and at start + i * down + j % 8 + floor(j / 8) * panel where it is the
 * right factor or the product.
 * @typedef {{numbers: Numbers, start: number, down: number, across: number, panel: number}} Matrix
 */

/**
 * @param {Numbers} numbers row by row
 * @param {number} columns
 * @param {number} [start] where the first row begins
 * @returns {Matrix}
 */
export function byRows(numbers, columns, start = 0) {
  return { numbers, start, down: columns, across: 1, panel: PANEL };
}

/**
 * @param {Numbers} numbers panel by panel: 8 columns, in which the 8 numbers of a row lie together
 * @param {number} depth the number of rows
 * @returns {Matrix} never a left factor
 */
export function byPanels(numbers, depth) {
  return { numbers, start: 0, down: PANEL, across: NaN, panel: depth * PANEL };
}

/**
 * @param {Matrix} matrix
 * @returns {Matrix} the transpose, as a left factor only
 */
export function transposed({ numbers, start, down, across }) {
  return { numbers, start, down: across, across: down, panel: NaN };
}

/** Where a network keeps its numbers, so that the kernel can get at them. */
export class Workspace {
  #used = 0;

  /** @param {Kernel} [kernel] */
  constructor(kernel = new Kernel()) {
    /** @type {Kernel} */
    this.kernel = kernel;
  }

  /**
   * @param {number} count
   * @returns {Numbers} room for so many numbers, all 0
   */
  reserve(count) {
    const numbers = new Numbers(this.kernel.memory, this.#used, count);
    // Whole panels, whose last columns may be unused.
    this.#used += padded(count) * BYTES;
    this.kernel.grow(this.#used);
    return numbers;
  }

  /** Takes back all that was reserved; the memory stays, for what is reserved next. */
  clear() {
    new Uint8Array(this.kernel.memory.buffer).fill(0);
    this.#used = 0;
  }

  /**
   * out = A B, or out += A B; the columns of `out` are written in whole panels.
   * @param {Matrix} a (rows, depth)
   * @param {Matrix} b (depth, columns)
   * @param {Matrix} out (rows, columns)
   * @param {number} rows
   * @param {number} columns
   * @param {number} depth at least 1
   * @param {boolean} [adds] whether to add to what `out` is
   */
  multiply(a, b, out, rows, columns, depth, adds = false) {
    const { row, rows: fresh, addRow, addRows } = this.kernel;
    const [tileOfOne, tile] = adds ? [addRow, addRows] : [row, fresh];
    const [down, across, bDown, outDown] = [a.down, a.across, b.down, out.down].map(
      (numbers) => numbers * BYTES,
    );
    const start = (/** @type {Matrix} */ matrix) => matrix.numbers.address + matrix.start * BYTES;
    for (let column = 0, panel = 0; column < columns; column += PANEL, panel++) {
      const factor = start(b) + panel * b.panel * BYTES;
      let from = start(a);
      let to = start(out) + panel * out.panel * BYTES;
      let i = 0;
      for (; i + ROWS <= rows; i += ROWS, from += ROWS * down, to += ROWS * outDown) {
        tile(from, down, across, factor, bDown, depth, to, outDown);
      }
      for (; i < rows; i++, from += down, to += outDown) {
        tileOfOne(from, down, across, factor, bDown, depth, to, outDown);
      }
    }
  }

  /**
   * y = x above 0 and slope x below, in place, for the first `count` numbers of x.
   * @param {Numbers} x
   * @param {number} count
   * @param {number} slope
   */
  rectify(x, count, slope) {
    const { values } = x;
    for (let i = 0; i < count; i++) if (values[i] < 0) values[i] *= slope;
  }

  /**
   * Adds a row to each of the first `rows` rows of a matrix.
   * @param {Numbers} matrix
   * @param {number} rows
   * @param {Numbers} row
   */
  addToRows(matrix, rows, row) {
    const { values } = matrix;
    const numbers = row.values;
    for (let i = 0, r = 0; r < rows; r++) {
      for (let column = 0; column < numbers.length; column++) values[i++] += numbers[column];
    }
  }
}

/** Numbers in a workspace. */
export class Numbers {
  #memory;
  /** @type {Float32Array|undefined} */
  #values;

  /**
   * @param {{buffer: ArrayBuffer}} memory
   * @param {number} address
   * @param {number} length
   */
  constructor(memory, address, length) {
    this.#memory = memory;
    this.address = address;
    this.length = length;
  }

  /** @type {Float32Array} themselves; to be asked for anew whenever the workspace may have grown */
  get values() {
    const { buffer } = this.#memory;
    if (this.#values && this.#values.buffer === buffer) return this.#values;
    return (this.#values = new Float32Array(buffer, this.address, this.length));
  }
}

/**
 * How many columns whole panels have.
 * @param {number} columns
 */
export function padded(columns) {
  return Math.ceil(columns / PANEL) * PANEL;
}

/**
 * Where a column begins in a matrix of panels; its entries lie PANEL apart.
 * @param {number} column
 * @param {number} depth
 */
export function panelStart(column, depth) {
  const lane = column % PANEL;
  return (column - lane) * depth + lane;
}
