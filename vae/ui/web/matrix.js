/**
 * The matrix product that every layer of a network comes down to.
 *
 * A page has no vector instructions, so the speed comes from touching memory less: a tile of 4 x 4
 * results stays in registers while both operands are read from front to back. For that the operands
 * are packed into panels of 4 interleaved rows: entry k of the rows 4 p ... 4 p + 3 lies at
 * (p * depth + k) * 4 and after. Everything is a Float64Array: numbers are doubles in JavaScript,
 * and converting one on every read costs more than the memory that single precision would save.
 * `| 0` spares the indices of the innermost loops their check for overflow.
 */

/** How many rows a panel interleaves. */
export const PANEL = 4;

/**
 * The length of a packed (rows, depth) matrix. Rows are filled up to a multiple of 8, because the
 * product walks two panels of its right operand at a time.
 * @param {number} rows
 * @param {number} depth
 * @returns {number}
 */
export function packedLength(rows, depth) {
  return Math.ceil(rows / (2 * PANEL)) * 2 * PANEL * depth;
}

/**
 * Where entry (row, 0) of a packed matrix lies; entry (row, k) lies k * PANEL further on.
 * @param {number} row
 * @param {number} depth
 * @returns {number}
 */
export function packedStart(row, depth) {
  const lane = row % PANEL;
  return (row - lane) * depth + lane;
}

/**
 * Packs the (rows, depth) matrix whose entry (row, k) is
 * source[start + row * rowStride + k * depthStride].
 * The strides let a transposed matrix be packed without transposing it first.
 * @param {Float32Array|Float64Array} source
 * @param {number} start
 * @param {number} rows
 * @param {number} rowStride
 * @param {number} depth
 * @param {number} depthStride
 * @param {Float64Array} [packed] at least packedLength(rows, depth) long; made when left out
 * @returns {Float64Array} packed
 */
export function pack(
  source, start, rows, rowStride, depth, depthStride,
  packed = new Float64Array(packedLength(rows, depth)),
) {
  for (let row = 0; row < rows; row++) {
    let to = packedStart(row, depth);
    let from = start + row * rowStride;
    for (let k = 0; k < depth; k++, to += PANEL, from += depthStride) packed[to] = source[from];
  }
  return packed;
}

/**
 * out = A B^T: out[r * columns + c] is the dot product of row r of A and row c of B.
 * The columns are the outer loop, so that the weights (B) pass through the cache once, while the
 * activations (A), which are few, stay in it.
 * @param {Float64Array} a packed (rows, depth)
 * @param {number} rows
 * @param {Float64Array} b packed (columns, depth)
 * @param {number} columns
 * @param {number} depth
 * @param {Float64Array} out at least rows * columns long
 */
export function multiply(a, rows, b, columns, depth, out) {
  for (let column = 0; column < columns; column += 2 * PANEL) {
    for (let row = 0; row < rows; row += PANEL) {
      if (row + 1 === rows) {
        multiplyRow(a, row, b, column, columns, depth, out);
      } else {
        multiplyTile(a, row, rows, b, column, columns, depth, out);
        if (column + PANEL < columns) {
          multiplyTile(a, row, rows, b, column + PANEL, columns, depth, out);
        }
      }
    }
  }
}

function multiplyTile(a, row, rows, b, column, columns, depth, out) {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  const end = (row + PANEL) * depth;
  let q = column * depth;
  for (let p = row * depth; p < end; p = (p + PANEL) | 0, q = (q + PANEL) | 0) {
    const b0 = b[q], b1 = b[(q + 1) | 0], b2 = b[(q + 2) | 0], b3 = b[(q + 3) | 0];
    const a0 = a[p];
    s00 += a0 * b0; s01 += a0 * b1; s02 += a0 * b2; s03 += a0 * b3;
    const a1 = a[(p + 1) | 0];
    s10 += a1 * b0; s11 += a1 * b1; s12 += a1 * b2; s13 += a1 * b3;
    const a2 = a[(p + 2) | 0];
    s20 += a2 * b0; s21 += a2 * b1; s22 += a2 * b2; s23 += a2 * b3;
    const a3 = a[(p + 3) | 0];
    s30 += a3 * b0; s31 += a3 * b1; s32 += a3 * b2; s33 += a3 * b3;
  }
  const at = row * columns + column;
  const width = columns - column;
  store(out, at, width, s00, s01, s02, s03);
  if (row + 1 < rows) store(out, at + columns, width, s10, s11, s12, s13);
  if (row + 2 < rows) store(out, at + 2 * columns, width, s20, s21, s22, s23);
  if (row + 3 < rows) store(out, at + 3 * columns, width, s30, s31, s32, s33);
}

// A single picture is a single row: eight sums at once, because each waits for its last addition.
function multiplyRow(a, row, b, column, columns, depth, out) {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  const end = (column + PANEL) * depth;
  let p = row * depth;
  let r = end;
  for (let q = column * depth; q < end; q = (q + PANEL) | 0, r = (r + PANEL) | 0) {
    const x = a[p];
    s0 += x * b[q];
    s1 += x * b[(q + 1) | 0];
    s2 += x * b[(q + 2) | 0];
    s3 += x * b[(q + 3) | 0];
    s4 += x * b[r];
    s5 += x * b[(r + 1) | 0];
    s6 += x * b[(r + 2) | 0];
    s7 += x * b[(r + 3) | 0];
    p = (p + PANEL) | 0;
  }
  const at = row * columns + column;
  const width = columns - column;
  store(out, at, width, s0, s1, s2, s3);
  if (width > PANEL) store(out, at + PANEL, width - PANEL, s4, s5, s6, s7);
}

// A panel may reach beyond the last column; what it holds there must not land in the next row.
function store(out, at, width, v0, v1, v2, v3) {
  out[at] = v0;
  if (width > 1) out[at + 1] = v1;
  if (width > 2) out[at + 2] = v2;
  if (width > 3) out[at + 3] = v3;
}
