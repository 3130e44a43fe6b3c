/**
 * Puts a WebAssembly module together from single bytes and lists of them, as the specification lays
 * one out. Every function here gives the bytes of what it is named after.
 */

// Where a module's parts go, and what its bytes are called there.
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTIONS = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 };
const [FUNCTION, MEMORY] = [0x00, 0x02];
const END = 0x0b;
const VECTOR = 0xfd;
// Numbers lie at multiples of 4 bytes, 2^2.
const ALIGNED = 2;

/** @typedef {any[]} Code bytes, and lists of them */

export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;

/** @type {(value: number) => Code} */
export const constant = (value) => [0x41, signed(value)];
/** @type {(local: number) => Code} */
export const get = (local) => [0x20, local];
/** @type {(local: number, value: Code) => Code} */
export const set = (local, value) => [value, 0x21, local];
/** @type {(x: Code, y: Code) => Code} */
export const plus = (x, y) => [x, y, 0x6a];
/** @type {(local: number, bytes: number|Code) => Code} */
export const advance = (local, bytes) =>
  set(local, plus(get(local), typeof bytes === "number" ? constant(bytes) : bytes));
/**
 * Runs `body` at least once, and again as long as `condition` is not 0.
 * @type {(body: Code, condition: Code) => Code}
 */
export const repeat = (body, condition) => [0x03, 0x40, body, condition, 0x0d, 0, END];

// Of four numbers at once; an address is in bytes.
/** @type {(address: Code, offset: number) => Code} */
export const load = (address, offset) => [address, VECTOR, 0x00, ALIGNED, offset];
/** @type {(address: Code) => Code} */
export const spread = (address) => [address, VECTOR, 0x09, ALIGNED, 0];
/** @type {(number: Code) => Code} */
export const splat = (number) => [number, VECTOR, 0x13];
/** @type {(address: Code, offset: number, value: Code) => Code} */
export const store = (address, offset, value) => [address, value, VECTOR, 0x0b, ALIGNED, offset];
/** @type {(x: Code, y: Code) => Code} */
export const add = (x, y) => [x, y, VECTOR, 0xe4, 0x01];
/** @type {(x: Code, y: Code) => Code} */
export const subtract = (x, y) => [x, y, VECTOR, 0xe5, 0x01];
/** @type {(x: Code, y: Code) => Code} */
export const multiply = (x, y) => [x, y, VECTOR, 0xe6, 0x01];
/** @type {(x: Code, y: Code) => Code} */
export const divide = (x, y) => [x, y, VECTOR, 0xe7, 0x01];
/** @type {(x: Code) => Code} */
export const root = (x) => [x, VECTOR, 0xe3, 0x01];
/** @type {(x: Code, y: Code) => Code} */
export const least = (x, y) => [x, y, VECTOR, 0xe8, 0x01];
/** @type {(x: Code, y: Code) => Code} */
export const most = (x, y) => [x, y, VECTOR, 0xe9, 0x01];
/** @type {(x: Code) => Code} */
export const size = (x) => [x, VECTOR, 0xe0, 0x01];
/** @type {(x: Code) => Code} */
export const minus = (x) => [x, VECTOR, 0xe1, 0x01];
/** @type {(x: Code) => Code} */
export const nearest = (x) => [x, VECTOR, 0x6a];
/**
 * x where `mask` is all ones, y where it is 0.
 * @type {(mask: Code, x: Code, y: Code) => Code}
 */
export const select = (mask, x, y) => [x, y, mask, VECTOR, 0x52];
/** @type {(x: Code, y: Code) => Code} */
export const above = (x, y) => [x, y, VECTOR, 0x44];
/**
 * 2^n of whole numbers n from -126 to 127: n + 127 is the exponent of a float.
 * @type {(n: Code) => Code}
 */
export const powerOfTwo = (n) => [
  n, VECTOR, 0xf8, 0x01, constant(127), VECTOR, 0x11, VECTOR, 0xae, 0x01, constant(23), VECTOR, 0xab,
  0x01,
];
/**
 * The same number four times.
 * @type {(value: number) => Code}
 */
export const fill = (value) => splat([0x43, ...new Uint8Array(Float32Array.of(value).buffer)]);
/**
 * x y + z, rounded once where the processor can: relaxed SIMD, which not every browser has.
 * @type {(x: Code, y: Code, z: Code) => Code}
 */
export const multiplyAdd = (x, y, z) => [x, y, z, VECTOR, 0x85, 0x02];
/**
 * Four numbers of the eight of x and y, by their places.
 * @type {(x: Code, y: Code, places: number[]) => Code}
 */
export const pick = (x, y, places) =>
  [x, y, VECTOR, 0x0d, places.flatMap((place) => [0, 1, 2, 3].map((byte) => 4 * place + byte))];

/**
 * A module of functions that work in an imported memory, page.memory.
 * @param {Object<string, {parameters: number[], locals: number[], body: any[]}>} functions by the
 *   name of their export, with the types of their parameters and of their further local variables,
 *   which are numbered in this order
 * @returns {WebAssembly.Module|null} null where the browser has no such instructions
 */
export function assemble(functions) {
  const all = Object.entries(functions);
  const bytes = Uint8Array.from([
    HEADER,
    section(SECTIONS.types, all.map(([, { parameters }]) =>
      [0x60, unsigned(parameters.length), parameters, 0])),
    section(SECTIONS.imports, [[name("page"), name("memory"), MEMORY, 0, 0]]),
    section(SECTIONS.functions, all.map((_, index) => [index])),
    section(SECTIONS.exports, all.map(([title], index) => [name(title), FUNCTION, index])),
    section(SECTIONS.code, all.map(([, { locals, body }]) =>
      sized([unsigned(locals.length), locals.map((type) => [1, type]), body, END]))),
  ].flat(Infinity));
  return globalThis.WebAssembly?.validate(bytes) ? new WebAssembly.Module(bytes) : null;
}

/** @type {(id: number, items: Code[]) => Code} */
const section = (id, items) => [id, sized([unsigned(items.length), items])];
/** @type {(text: string) => Code} */
const name = (text) => sized(Array.from(text, (letter) => letter.charCodeAt(0)));

/**
 * Bytes behind their number.
 * @param {Code} content
 */
function sized(content) {
  const bytes = content.flat(Infinity);
  return [unsigned(bytes.length), bytes];
}

/**
 * A whole number from 0 on, 7 bits at a time (LEB128).
 * @param {number} value
 * @returns {Code}
 */
function unsigned(value) {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, unsigned(value >> 7)];
}

/** @param {number} value @returns {Code} */
function signed(value) {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, signed(value >> 7)];
}
