/**
 * The matrix product that every layer of a network comes down to.
 *
 * A page has no vector instructions, so the speed comes from touching memory less: a tile of 2 x 2
 * results stays in registers while both operands are read from front to back. For that the operands
 * are packed into panels of 2 interleaved rows: entry k of the rows 2 p and 2 p + 1 lies at
 * 2 * (p * depth + k) and after.
 *
 * Packed operands are plain arrays. V8 reads an array of doubles with fewer instructions than a
 * Float64Array, so that the product takes 30% less time. Larger tiles, which would read less, are
 * slower again, because it does not keep many more sums than these in registers.
 */

/** How many rows a panel interleaves. */
export const PANEL = 2;

/**
 * Room for a packed (rows, depth) matrix. Rows are filled up to a multiple of 4, because the
 * product walks two panels of its right operand at a time.
 * @param {number} rows
 * @param {number} depth
 * @returns {number[]}
 */
export function packedMatrix(rows, depth) {
  // Filled with a fraction, because V8 stores an array of whole numbers in another way.
  return new Array(Math.ceil(rows / (2 * PANEL)) * 2 * PANEL * depth).fill(0.5);
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
 * @param {number[]} [packed] where to; made when left out
 * @returns {number[]} packed
 */
export function pack(
  source, start, rows, rowStride, depth, depthStride, packed = packedMatrix(rows, depth),
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
 * @param {number[]} a packed (rows, depth)
 * @param {number} rows
 * @param {number[]} b packed (columns, depth)
 * @param {number} columns
 * @param {number} depth
 * @param {Float64Array} out at least rows * columns long
 */
export function multiply(a, rows, b, columns, depth, out) {
  for (let column = 0; column < columns; column += 2 * PANEL) {
    for (let row = 0; row + 1 < rows; row += PANEL) {
      multiplyTile(a, row, b, column, columns, depth, out);
      if (column + PANEL < columns) {
        multiplyTile(a, row, b, column + PANEL, columns, depth, out);
      }
    }
    if (rows % PANEL) multiplyRow(a, rows - 1, b, column, columns, depth, out);
  }
}

// `| 0` says that an index is a small whole number, and spares it a check for overflow.
function multiplyTile(a, row, b, column, columns, depth, out) {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  const end = (row + PANEL) * depth;
  let q = column * depth;
  for (let p = row * depth; p < end; p = (p + PANEL) | 0, q = (q + PANEL) | 0) {
    const a0 = a[p];
    const a1 = a[(p + 1) | 0];
    const b0 = b[q];
    const b1 = b[(q + 1) | 0];
    s00 += a0 * b0;
    s01 += a0 * b1;
    s10 += a1 * b0;
    s11 += a1 * b1;
  }
  const at = row * columns + column;
  out[at] = s00;
  out[at + columns] = s10;
  if (column + 1 === columns) return;
  out[at + 1] = s01;
  out[at + columns + 1] = s11;
}

// A single picture is a single row: four sums at once, because each waits for its last addition.
function multiplyRow(a, row, b, column, columns, depth, out) {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = (column + PANEL) * depth;
  let p = row * depth;
  let r = end;
  for (let q = column * depth; q < end; q = (q + PANEL) | 0, r = (r + PANEL) | 0) {
    const x = a[p];
    s0 += x * b[q];
    s1 += x * b[(q + 1) | 0];
    s2 += x * b[r];
    s3 += x * b[(r + 1) | 0];
    p = (p + PANEL) | 0;
  }
  const at = row * columns + column;
  out[at] = s0;
  if (column + 1 < columns) out[at + 1] = s1;
  if (column + 2 < columns) out[at + 2] = s2;
  if (column + 3 < columns) out[at + 3] = s3;
}
