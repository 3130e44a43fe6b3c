/**
 * What a convolution and its transpose have in common: a matrix W between a large picture's patches
 * and a small picture's pixels. small = W' patches(large) is the one, large = scatter(W small) the
 * other, and each is the other's backward pass.
 *
 * A picture is (channels, pixels); K = large channels * kernel * kernel entries make a patch.
 */

import { PANEL } from "../kernel.js";
import { byPanels, byRows, padded, transposed } from "../matrix.js";
import { volume } from "./shape.js";

/**
 * @param {import("../checkpoint.js").Layer} layer with kernel, stride and padding
 * @param {number[]} large the shape of the large picture, (channels, height, width)
 * @param {number[]} small that of the small one
 * @param {import("../matrix.js").Workspace} workspace
 */
export function correlation(layer, large, small, workspace) {
  const taps = alignTaps(large.slice(1), small.slice(1), layer);
  const pixels = volume(small.slice(1));
  const channels = small[0];
  const plane = volume(large.slice(1));
  const depth = large[0] * layer.kernel * layer.kernel;
  const [width, wide] = [padded(pixels), padded(channels)];
  const patches = workspace.reserve(depth * width);
  const planes = workspace.reserve(channels * width);
  // Pixels of the small picture, each with its channels.
  let points, sums;

  return {
    depth,
    /**
     * W' patches(large), in rows of `width` numbers; weight as (channels, K).
     * @param {import("../matrix.js").Numbers} x
     * @param {number} start
     * @param {import("../matrix.js").Matrix} weight
     */
    toSmall(x, start, weight) {
      const panels = byPanels(patches, depth);
      gather(x.values, start, large[0], plane, taps, pixels, patches.values, panels);
      workspace.multiply(weight, panels, byRows(planes, width), channels, pixels, depth);
      return { numbers: planes, width };
    },
    /**
     * Adds W small to the large picture at `start`; weight as (K, channels).
     * @param {import("../matrix.js").Numbers} x
     * @param {number} from
     * @param {import("../matrix.js").Matrix} weight
     * @param {import("../matrix.js").Numbers} y
     * @param {number} start
     */
    toLarge(x, from, weight, y, start) {
      spreadRows(x.values, from, channels, pixels, planes.values, width);
      const rows = byRows(patches, width);
      workspace.multiply(weight, byRows(planes, width), rows, depth, pixels, channels);
      scatter(patches.values, width, pixels, taps, y.values, start, large[0], plane);
    },
    /**
     * The sum over pictures of patches(large) small', (K, wide): `first` begins it.
     * @param {import("../matrix.js").Numbers} x
     * @param {number} start
     * @param {import("../matrix.js").Numbers} y
     * @param {number} from
     * @param {boolean} first
     * @returns {{numbers: import("../matrix.js").Numbers, wide: number}}
     */
    gradient(x, start, y, from, first) {
      points ??= workspace.reserve(pixels * wide);
      sums ??= workspace.reserve(depth * wide);
      const rows = byRows(patches, width);
      gather(x.values, start, large[0], plane, taps, pixels, patches.values, rows);
      transposeRows(y.values, from, channels, pixels, points.values, wide);
      workspace.multiply(
        rows, byRows(points, wide), byRows(sums, wide), depth, channels, pixels, !first,
      );
      return { numbers: sums, wide };
    },
  };
}

/** The weight of a layer whose numbers are (channels, K) row by row, from its other side. */
/** @type {(weight: import("../matrix.js").Numbers, depth: number) => import("../matrix.js").Matrix} */
export const fromLarge = (weight, depth) => transposed(byRows(weight, depth));

/**
 * Which large pixel each tap of the kernel meets at each small pixel, -1 where it is the padding:
 * entry (tap, small pixel), for a convolution from large to small and for its adjoint alike.
 * @param {number[]} large (height, width)
 * @param {number[]} small (height, width)
 * @param {import("../checkpoint.js").Layer} layer
 */
function alignTaps(large, small, { kernel, stride, padding }) {
  const [[height, width], [rows, columns]] = [large, small];
  const taps = new Int32Array(rows * columns * kernel * kernel);
  let i = 0;
  for (let tap = 0; tap < kernel * kernel; tap++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const y = row * stride - padding + Math.floor(tap / kernel);
        const x = column * stride - padding + (tap % kernel);
        const inside = y >= 0 && y < height && x >= 0 && x < width;
        taps[i++] = inside ? y * width + x : -1;
      }
    }
  }
  return taps;
}

/**
 * The patch of every small pixel, its channels and taps, as a column of `matrix`.
 * @param {Float32Array} x
 * @param {number} start
 * @param {number} channels
 * @param {number} plane
 * @param {Int32Array} taps
 * @param {number} pixels
 * @param {Float32Array} patches
 * @param {import("../matrix.js").Matrix} matrix
 */
function gather(x, start, channels, plane, taps, pixels, patches, { down, panel }) {
  for (let pixel = 0; pixel < pixels; pixel++) {
    const lane = pixel % PANEL;
    let to = ((pixel - lane) / PANEL) * panel + lane;
    for (let channel = 0; channel < channels; channel++) {
      const from = start + channel * plane;
      for (let tap = pixel; tap < taps.length; tap += pixels, to += down) {
        patches[to] = taps[tap] < 0 ? 0 : x[from + taps[tap]];
      }
    }
  }
}

/**
 * @param {Float32Array} products
 * @param {number} width
 * @param {number} pixels
 * @param {Int32Array} taps
 * @param {Float32Array} y
 * @param {number} start
 * @param {number} channels
 * @param {number} plane
 */
function scatter(products, width, pixels, taps, y, start, channels, plane) {
  const count = taps.length / pixels;
  for (let row = 0, channel = 0; channel < channels; channel++) {
    const to = start + channel * plane;
    for (let tap = 0; tap < count; tap++, row += width) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const at = taps[tap * pixels + pixel];
        if (at >= 0) y[to + at] += products[row + pixel];
      }
    }
  }
}

/**
 * Rows of `columns` numbers, one after another from `start`, to rows of `width`.
 * @param {Float32Array} source
 * @param {number} start
 * @param {number} rows
 * @param {number} columns
 * @param {Float32Array} to
 * @param {number} width
 */
function spreadRows(source, start, rows, columns, to, width) {
  for (let i = start, row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) to[row * width + column] = source[i++];
  }
}

/**
 * @param {Float32Array} source
 * @param {number} start
 * @param {number} rows
 * @param {number} columns
 * @param {Float32Array} to
 * @param {number} width
 */
function transposeRows(source, start, rows, columns, to, width) {
  for (let i = start, row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) to[column * width + row] = source[i++];
  }
}
