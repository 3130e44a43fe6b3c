/**
 * The one thing that JavaScript is slow at: dot products, many at a time. Vector instructions make
 * them several times faster, and a page has those in WebAssembly alone, so the little of it that is
 * needed is put together here. Where a browser has none, the same is done number by number.
 *
 * A tile is a function (a, stride, panel, depth, out, outStride), all in bytes but `depth`. Of its
 * rows of `depth` numbers at a, a + stride ... and the 8 columns of a panel, in which the 8 numbers
 * of each step lie together, it writes the dot products to out, out + outStride ..., 8 a row.
 */

/** The columns of a panel. */
export const PANEL = 8;
/** The rows of the larger tile. */
export const ROWS = 4;

const BYTES = Float32Array.BYTES_PER_ELEMENT;
const PAGE = 65536;
const HALF = PANEL / 2;

// A module, as the WebAssembly specification lays it out, of single bytes and lists of them.
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTIONS = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 };
const [I32, V128, FUNCTION, MEMORY] = [0x7f, 0x7b, 0x00, 0x02];
const END = 0x0b;
const VECTOR = 0xfd;
const ALIGNED = 2;
const constant = (value) => [0x41, value & 0x7f];
const get = (local) => [0x20, local];
const set = (local, value) => [value, 0x21, local];
const plus = (x, y) => [x, y, 0x6a];
const advance = (local, bytes) => set(local, plus(get(local), constant(bytes)));
const repeat = (body, condition) => [0x03, 0x40, body, condition, 0x0d, 0, END];
const load = (address, offset) => [address, VECTOR, 0x00, ALIGNED, offset];
const spread = (address) => [address, VECTOR, 0x09, ALIGNED, 0];
const store = (address, offset, value) => [address, value, VECTOR, 0x0b, ALIGNED, offset];
const add = (x, y) => [x, y, VECTOR, 0xe4, 0x01];
const multiply = (x, y) => [x, y, VECTOR, 0xe6, 0x01];
const section = (id, ...items) => [id, sized([items.length, ...items])];
const name = (text) => sized(Array.from(text, (letter) => letter.charCodeAt(0)));

/** Bytes behind their number, which is written 7 bits at a time. */
function sized(content) {
  const bytes = content.flat(Infinity);
  const { length } = bytes;
  return length < 0x80 ? [length, bytes] : [(length & 0x7f) | 0x80, length >> 7, bytes];
}

/** A tile's local variables and instructions. */
function tile(rows) {
  const [a, stride, panel, depth, out, outStride, ...pointers] = locals(0, 6 + rows);
  const [left, right, number, ...sums] = locals(6 + rows, 3 + 2 * rows);
  const eachRow = (instructions) => pointers.map((pointer, row) =>
    instructions(pointer, sums[2 * row], sums[2 * row + 1], row));
  const accumulate = (sum, columns) => set(sum, add(get(sum), multiply(get(number), get(columns))));
  return sized([
    [2, rows, I32, 3 + 2 * rows, V128],
    eachRow((pointer, first, second, row) =>
      set(pointer, row ? plus(get(pointers[row - 1]), get(stride)) : get(a))),
    repeat([
      set(left, load(get(panel), 0)),
      set(right, load(get(panel), HALF * BYTES)),
      advance(panel, PANEL * BYTES),
      eachRow((pointer, first, second) => [
        set(number, spread(get(pointer))),
        advance(pointer, BYTES),
        accumulate(first, left),
        accumulate(second, right),
      ]),
      advance(depth, -1),
    ], get(depth)),
    eachRow((pointer, first, second) => [
      store(get(out), 0, get(first)),
      store(get(out), HALF * BYTES, get(second)),
      set(out, plus(get(out), get(outStride))),
    ]),
    END,
  ]);
}

function locals(first, count) {
  return Array.from({ length: count }, (_, i) => first + i);
}

function assemble() {
  const signature = [0x60, 6, new Array(6).fill(I32), 0];
  const bytes = Uint8Array.from([
    HEADER,
    section(SECTIONS.types, signature),
    section(SECTIONS.imports, [name("page"), name("memory"), MEMORY, 0, 0]),
    section(SECTIONS.functions, 0, 0),
    section(SECTIONS.exports, [name("row"), FUNCTION, 0], [name("rows"), FUNCTION, 1]),
    section(SECTIONS.code, tile(1), tile(ROWS)),
  ].flat(Infinity));
  return globalThis.WebAssembly?.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}

const MODULE = assemble();

/** The tiles of 1 row and of ROWS rows, and the memory that they work in, which grows. */
export class Kernel {
  #plain;

  /** @param {boolean} [plain] whether to do without vector instructions */
  constructor(plain = !MODULE) {
    this.#plain = plain;
    this.memory = plain ? { buffer: new ArrayBuffer(0) } : new WebAssembly.Memory({ initial: 0 });
    const { row, rows } = plain
      ? { row: this.#tile(1), rows: this.#tile(ROWS) }
      : new WebAssembly.Instance(MODULE, { page: { memory: this.memory } }).exports;
    this.row = row;
    this.rows = rows;
  }

  /** Makes the memory at least so many bytes long. What lies in it stays, in another buffer. */
  grow(bytes) {
    const { memory } = this;
    const pages = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
    if (pages <= 0) return;
    if (this.#plain) memory.buffer = enlarged(memory.buffer, pages * PAGE);
    else memory.grow(pages);
  }

  /** A tile without vector instructions. */
  #tile(rows) {
    return (a, stride, panel, depth, out, outStride) => {
      const numbers = new Float32Array(this.memory.buffer);
      for (let row = 0; row < rows; row++) {
        const from = (a + row * stride) / BYTES;
        for (let column = 0; column < PANEL; column++) {
          let sum = 0;
          for (let k = 0, at = panel / BYTES + column; k < depth; k++, at += PANEL) {
            sum += numbers[from + k] * numbers[at];
          }
          numbers[(out + row * outStride) / BYTES + column] = sum;
        }
      }
    };
  }
}

function enlarged(buffer, bytes) {
  const larger = new Uint8Array(buffer.byteLength + bytes);
  larger.set(new Uint8Array(buffer));
  return larger.buffer;
}
