/**
 * A workspace in which networks learn: beside products, what a step does with every weight. In
 * WebAssembly where the browser has its vectors, number by number where it has none.
 */

import { Kernel, PANEL } from "../kernel.js";
import { Workspace } from "../matrix.js";
import { assembleInstructions } from "./instructions.js";

const BYTES = Float32Array.BYTES_PER_ELEMENT;
const LANES = 4;
const BLOCK = PANEL * PANEL;
// Factors of at most 2 that a float's product has room for.
const LONGEST = 98;
const vectors = (/** @type {import("../matrix.js").Numbers} */ numbers) => Math.ceil(numbers.length / LANES);

/** Adam's constants, as PyTorch has them. */
export const MOMENTUM = 0.9;
const SQUARES = 0.999;
const EPSILON = 1e-8;

export class LearningWorkspace extends Workspace {
  /** @type {any} what the module exports, or null without vector instructions */
  #vectors;
  #sums;

  /** @param {boolean} [plain] whether to do without vector instructions */
  constructor(plain = false) {
    const module = plain ? null : assembleInstructions();
    super(new Kernel(!module, true));
    const { memory } = this.kernel;
    this.#vectors = module && new WebAssembly.Instance(module, {
      page: { memory: /** @type {any} */ (memory) },
    }).exports;
    this.#sums = this.reserve(2 * LANES);
  }

  clear() {
    super.clear();
    this.#sums = this.reserve(2 * LANES);
  }

  /**
   * The matrix (depth, width) in panels, transposed, into panels of (width, depth).
   * @param {import("../matrix.js").Numbers} source
   * @param {number} depth a multiple of 8
   * @param {number} width a multiple of 8
   * @param {import("../matrix.js").Numbers} target
   */
  transposePanels(source, depth, width, target) {
    const [down, step] = [depth / PANEL, width * PANEL];
    for (let panel = 0; panel < width / PANEL; panel++) {
      const [from, to] = [panel * down * BLOCK, panel * BLOCK];
      if (this.#vectors) {
        const [source0, target0] = [source.address + from * BYTES, target.address + to * BYTES];
        this.#vectors.transpose(source0, target0, down, step * BYTES);
      } else {
        for (let block = 0; block < down; block++) {
          transposeBlock(source.values, from + block * BLOCK, target.values, to + block * step);
        }
      }
    }
  }

  /**
   * @param {import("../matrix.js").Numbers} x
   * @param {number} count
   * @param {number} slope
   */
  rectify(x, count, slope) {
    if (!this.#vectors) super.rectify(x, count, slope);
    else this.#vectors.rectify(x.address, Math.ceil(count / LANES), slope);
  }

  /**
   * dx = dy where y is above 0 and slope dy elsewhere, in the place of dy, for `count` numbers.
   * @param {import("../matrix.js").Numbers} dy
   * @param {import("../matrix.js").Numbers} y
   * @param {number} count
   * @param {number} slope
   */
  rectifyBack(dy, y, count, slope) {
    if (this.#vectors) {
      this.#vectors.rectifyBack(dy.address, y.address, Math.ceil(count / LANES), slope);
      return;
    }
    const [gradient, output] = [dy.values, y.values];
    for (let i = 0; i < count; i++) if (!(output[i] > 0)) gradient[i] *= slope;
  }

  /**
   * @param {import("../matrix.js").Numbers} matrix
   * @param {number} rows
   * @param {import("../matrix.js").Numbers} row
   */
  addToRows(matrix, rows, row) {
    if (!this.#vectors || row.length % LANES) super.addToRows(matrix, rows, row);
    else {
      for (let i = 0; i < rows; i++) {
        const target = matrix.address + i * row.length * BYTES;
        this.#vectors.accumulate(target, row.address, row.length / LANES);
      }
    }
  }

  /**
   * sums = the sum of the first `rows` rows of a matrix.
   * @param {import("../matrix.js").Numbers} matrix
   * @param {number} rows
   * @param {import("../matrix.js").Numbers} sums
   */
  sumRows(matrix, rows, sums) {
    const columns = sums.length;
    sums.values.fill(0);
    if (this.#vectors && columns % LANES === 0) {
      for (let i = 0; i < rows; i++) {
        const source = matrix.address + i * columns * BYTES;
        this.#vectors.accumulate(sums.address, source, columns / LANES);
      }
      return;
    }
    const [from, to] = [matrix.values, sums.values];
    for (let i = 0, row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) to[column] += from[i++];
    }
  }

  /**
   * log p(x) of `count` pixels of a Bernoulli likelihood in nats, and the gradient of -weight times
   * it, from `start` on; null where there are no vectors.
   * @param {import("../matrix.js").Numbers} x
   * @param {import("../matrix.js").Numbers} logits
   * @param {import("../matrix.js").Numbers} gradient
   * @param {number} start
   * @param {number} count
   * @param {number} weight
   * @returns {number|null}
   */
  bernoulli(x, logits, gradient, start, count, weight) {
    if (!this.#vectors) return null;
    let total = 0;
    for (let done = 0; done < count; done += LONGEST * LANES) {
      const steps = Math.min(LONGEST, (count - done) / LANES);
      const [from, to, slope] = [x, logits, gradient].map(
        ({ address }) => address + (start + done) * BYTES,
      );
      this.#vectors.bernoulli(from, to, slope, steps, this.#sums.address, weight);
      const { values } = this.#sums;
      for (let lane = 0; lane < LANES; lane++) total += values[lane] - Math.log(values[LANES + lane]);
    }
    return total;
  }

  /**
   * A step of Adam (Kingma and Ba, 2015): the weights, their gradient, and its two moments.
   * @param {{numbers: any, gradient: any, first: any, second: any}} weights
   * @param {number} step from 1 on
   * @param {number} rate the learning rate
   * @param {number} [scale] of the gradient
   */
  adam({ numbers, gradient, first, second }, step, rate, scale = 1) {
    const correction = 1 / Math.sqrt(1 - SQUARES ** step);
    const scalars = [
      scale, MOMENTUM, 1 - MOMENTUM, SQUARES, 1 - SQUARES, correction,
      rate / (1 - MOMENTUM ** step), EPSILON,
    ];
    const all = [numbers, gradient, first, second];
    if (this.#vectors) {
      this.#vectors.adam(...all.map(({ address }) => address), vectors(numbers), ...scalars);
    } else {
      const [w, g, m, v] = all.map(({ values }) => values);
      // The last eight are the scalars, in their order.
      /** @type {Function} */ (plainAdam)(w, g, m, v, ...scalars);
    }
  }

  /**
   * average += rate (numbers - average).
   * @param {import("../matrix.js").Numbers} average
   * @param {import("../matrix.js").Numbers} numbers
   * @param {number} rate
   */
  blend(average, numbers, rate) {
    if (this.#vectors) {
      this.#vectors.blend(average.address, numbers.address, vectors(numbers), rate);
      return;
    }
    const [to, from] = [average.values, numbers.values];
    for (let i = 0; i < to.length; i++) to[i] += rate * (from[i] - to[i]);
  }

  /**
   * @returns {number} the sum of the squares
   * @param {import("../matrix.js").Numbers} numbers
   */
  squares(numbers) {
    if (!this.#vectors) return numbers.values.reduce((/** @type {number} */ sum, /** @type {number} */ value) => sum + value * value, 0);
    this.#sums.values.fill(0);
    this.#vectors.squares(numbers.address, vectors(numbers), this.#sums.address);
    return this.#sums.values.reduce((sum, value) => sum + value);
  }
}

/**
 * @param {Float32Array} source
 * @param {number} from
 * @param {Float32Array} target
 * @param {number} to
 */
function transposeBlock(source, from, target, to) {
  for (let row = 0; row < PANEL; row++) {
    for (let column = 0; column < PANEL; column++) {
      target[to + column * PANEL + row] = source[from + row * PANEL + column];
    }
  }
}

/**
 * @param {Float32Array} w
 * @param {Float32Array} g
 * @param {Float32Array} m
 * @param {Float32Array} v
 * @param {number} scale
 * @param {number} kept
 * @param {number} taken
 * @param {number} keptSquares
 * @param {number} takenSquares
 * @param {number} correction
 * @param {number} rate
 * @param {number} epsilon
 */
function plainAdam(w, g, m, v, scale, kept, taken, keptSquares, takenSquares, correction, rate, epsilon) {
  for (let i = 0; i < w.length; i++) {
    const gradient = g[i] * scale;
    m[i] = kept * m[i] + taken * gradient;
    v[i] = keptSquares * v[i] + takenSquares * gradient * gradient;
    w[i] -= (rate * m[i]) / (Math.sqrt(v[i]) * correction + epsilon);
  }
}
