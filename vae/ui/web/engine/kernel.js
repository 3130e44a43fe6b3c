/**
 * The one thing that JavaScript is slow at: dot products, many at a time. Vector instructions make
 * them several times faster, and a page has those in WebAssembly alone, so the little of it that is
 * needed is put together here. Where a browser has none, the same is done number by number.
 *
 * A tile is a function (a, row, step, b, bStep, depth, out, outRow), all in bytes but `depth`. It
 * takes some rows of A, whose entry k lies at a + k * step, each row `row` behind the last, and 8
 * columns of B, whose entries k lie together at b + k * bStep. It writes their dot products to
 * out, out + outRow ..., 8 a row, or adds them to what lies there.
 */

import {
  I32, V128, add, advance, assemble, get, load, multiply, multiplyAdd, plus, repeat, set,
  spread, store,
} from "./assembler.js";

/** The columns of a tile. */
export const PANEL = 8;
/** The rows of the larger tile. */
export const ROWS = 4;

const BYTES = Float32Array.BYTES_PER_ELEMENT;
const PAGE = 65536;
const HALF = PANEL / 2;

/**
 * A tile's local variables and instructions.
 * @param {number} rows
 * @param {boolean} adds whether to add to what lies at `out`
 * @param {boolean} fused whether a product and its addition are one instruction
 */
function tile(rows, adds, fused) {
  const [a, row, step, b, bStep, depth, out, outRow, to, ...pointers] = numbered(0, 9 + rows);
  const [left, right, number, ...sums] = numbered(9 + rows, 3 + 2 * rows);
  /** @type {(instructions: (pointer: number, first: number, second: number, i: number) => any) => any} */
  const eachRow = (instructions) => pointers.map((pointer, i) =>
    instructions(pointer, sums[2 * i], sums[2 * i + 1], i));
  const accumulate = (/** @type {number} */ sum, /** @type {number} */ columns) => set(sum, fused
    ? multiplyAdd(get(number), get(columns), get(sum))
    : add(get(sum), multiply(get(number), get(columns))));
  return {
    parameters: new Array(8).fill(I32),
    locals: [...new Array(1 + rows).fill(I32), ...new Array(3 + 2 * rows).fill(V128)],
    body: [
      eachRow((pointer, first, second, i) =>
        set(pointer, i ? plus(get(pointers[i - 1]), get(row)) : get(a))),
      set(to, get(out)),
      adds && eachRow((pointer, first, second) => [
        set(first, load(get(to), 0)),
        set(second, load(get(to), HALF * BYTES)),
        advance(to, get(outRow)),
      ]),
      repeat([
        set(left, load(get(b), 0)),
        set(right, load(get(b), HALF * BYTES)),
        advance(b, get(bStep)),
        eachRow((pointer, first, second) => [
          set(number, spread(get(pointer))),
          advance(pointer, get(step)),
          accumulate(first, left),
          accumulate(second, right),
        ]),
        advance(depth, -1),
      ], get(depth)),
      eachRow((pointer, first, second) => [
        store(get(out), 0, get(first)),
        store(get(out), HALF * BYTES, get(second)),
        advance(out, get(outRow)),
      ]),
    ].filter(Boolean),
  };
}

/**
 * @param {number} first
 * @param {number} count
 */
function numbered(first, count) {
  return Array.from({ length: count }, (_, i) => first + i);
}

const assembleTiles = (/** @type {boolean} */ fused) => assemble({
  row: tile(1, false, fused),
  rows: tile(ROWS, false, fused),
  addRow: tile(1, true, fused),
  addRows: tile(ROWS, true, fused),
});

const MODULE = assembleTiles(false);

/**
 * Adds up a tile of a product, by the addresses and steps of its factors in bytes.
 * @typedef {(a: number, rowBytes: number, stepBytes: number, b: number, bStepBytes: number,
 *   depth: number, out: number, outRowBytes: number) => void} Tile
 */

/** The tiles of 1 row and of ROWS rows, and the memory that they work in, which grows. */
export class Kernel {
  /**
   * @param {boolean} [plain] whether to do without vector instructions
   * @param {boolean} [fused] whether a product and its addition may be rounded as one: faster, but
   *   the last bits then differ between machines
   */
  constructor(plain = !MODULE, fused = false) {
    /** @type {{buffer: ArrayBuffer, grow?: (pages: number) => number}} */
    this.memory = plain ? { buffer: new ArrayBuffer(0) } : new WebAssembly.Memory({ initial: 0 });
    const module = (fused && !plain && assembleTiles(true)) || MODULE;
    /** @type {Object<string, any>} */
    const { row, rows, addRow, addRows } = plain || !module
      ? {
        row: this.#tile(1, false),
        rows: this.#tile(ROWS, false),
        addRow: this.#tile(1, true),
        addRows: this.#tile(ROWS, true),
      }
      : new WebAssembly.Instance(module, { page: { memory: /** @type {any} */ (this.memory) } }).exports;
    /** @type {Tile} */
    this.row = row;
    /** @type {Tile} */
    this.rows = rows;
    /** @type {Tile} */
    this.addRow = addRow;
    /** @type {Tile} */
    this.addRows = addRows;
  }

  /**
   * Makes the memory at least so many bytes long. What lies in it stays, in another buffer.
   * @param {number} bytes
   */
  grow(bytes) {
    const { memory } = this;
    const pages = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
    if (pages <= 0) return;
    if (memory.grow) memory.grow(pages);
    else memory.buffer = enlarged(memory.buffer, pages * PAGE);
  }

  /**
   * A tile without vector instructions.
   * @param {number} rows
   * @param {boolean} adds
   * @returns {Tile}
   */
  #tile(rows, adds) {
    return (a, rowBytes, stepBytes, b, bStepBytes, depth, out, outRowBytes) => {
      const numbers = new Float32Array(this.memory.buffer);
      const [step, bStep] = [stepBytes / BYTES, bStepBytes / BYTES];
      for (let row = 0; row < rows; row++) {
        const to = (out + row * outRowBytes) / BYTES;
        for (let column = 0; column < PANEL; column++) {
          let sum = adds ? numbers[to + column] : 0;
          let from = (a + row * rowBytes) / BYTES;
          for (let k = 0, at = b / BYTES + column; k < depth; k++, at += bStep, from += step) {
            sum += numbers[from] * numbers[at];
          }
          numbers[to + column] = sum;
        }
      }
    };
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} bytes
 */
function enlarged(buffer, bytes) {
  const larger = new Uint8Array(buffer.byteLength + bytes);
  larger.set(new Uint8Array(buffer));
  return larger.buffer;
}
