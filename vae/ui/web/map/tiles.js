/** The decoded manifold behind the map: a digit for every place of a grid, decoded at rest. */

import { contextOf, PIXELS, SIDE } from "../canvas/digits.js";

const TILES = 15;
const SAME = 1e-9;

export class Field {
  #canvas = new OffscreenCanvas(TILES * SIDE, TILES * SIDE);
  /** @type {[number, number, number, number]|null} left, bottom, right, top */
  #window = null;
  /** @type {number[]} the foot of the slice that was last asked about, and its class */
  #slice = [];

  /**
   * Whether z has left the slice, or the class, that it had when this was last asked.
   * @param {import("./scene.js").Scene} scene
   * @param {import("./plane.js").Plane} plane
   */
  left({ z, y }, plane) {
    const slice = plane.moved(z, [0, 0]).concat(y);
    const before = this.#slice;
    const left = before.length !== slice.length || slice.some((value, i) => Math.abs(value - before[i]) > SAME);
    if (left) this.#slice = slice;
    return left;
  }

  /**
   * Decodes anew, a row of digits a step; for `rested`.
   * @param {import("./scene.js").Scene} scene
   * @param {import("./plane.js").Plane} plane
   * @param {import("./viewport.js").View} view
   * @param {() => number[]} colour of the ink: red, green, blue
   * @param {() => void} painted called when a row has come
   */
  *decode(scene, plane, view, colour, painted) {
    const { model, y, z } = scene;
    const { left, bottom, right, top, width } = view;
    const step = width / TILES;
    const context = contextOf(this.#canvas);
    const inside = within(model.prior.support);
    const before = this.#window ?? [];
    let fresh = [left, bottom, right, top].some((value, i) => value !== before[i]);
    for (let row = 0; row < TILES; row++) {
      const codes = new Float32Array(TILES * model.latents);
      /** @type {number[]} */
      const kept = [];
      for (let column = 0; column < TILES; column++) {
        /** @type {import("./scene.js").Pair} */
        const place = [left + (column + 0.5) * step, top - (row + 0.5) * step];
        const code = plane.moved(z, place);
        if (code.every(inside)) kept.push(column);
        codes.set(code, column * model.latents);
      }
      const half = TILES >> 1;
      const pictures = new Float32Array(TILES * PIXELS);
      pictures.set(model.decode(codes.subarray(0, half * model.latents), half, y));
      yield;
      pictures.set(model.decode(codes.subarray(half * model.latents), TILES - half, y), half * PIXELS);
      if (fresh) {
        context.clearRect(0, 0, TILES * SIDE, TILES * SIDE);
        this.#window = [left, bottom, right, top];
        fresh = false;
      }
      context.putImageData(inked(pictures, kept, colour()), 0, row * SIDE);
      painted();
      yield;
    }
  }

  forget() {
    this.#window = null;
  }

  /**
   * Paints it where it belongs in the view, however that has moved since.
   * @param {import("./scene.js").Context} context
   * @param {import("./viewport.js").View} view
   */
  paint(context, view) {
    if (!this.#window) return;
    const [left, bottom, right, top] = this.#window;
    const [x1, y1] = view.toPixels([left, top]);
    const [x2, y2] = view.toPixels([right, bottom]);
    context.drawImage(this.#canvas, x1, y1, x2 - x1, y2 - y1);
  }
}

/** @param {[number, number]} support */
function within([low, high]) {
  return (/** @type {number} */ value) => value >= low - SAME && value <= high + SAME;
}

/**
 * One row of digits as ink of a colour: how much ink is how opaque.
 * @param {Float32Array} pictures
 * @param {number[]} kept which of them are shown
 * @param {number[]} colour red, green, blue
 */
function inked(pictures, kept, [red, green, blue]) {
  const image = new ImageData(TILES * SIDE, SIDE);
  const bytes = image.data;
  for (const column of kept) {
    for (let i = 0; i < PIXELS; i++) {
      const at = 4 * (Math.floor(i / SIDE) * TILES * SIDE + column * SIDE + (i % SIDE));
      bytes[at] = red;
      bytes[at + 1] = green;
      bytes[at + 2] = blue;
      bytes[at + 3] = 255 * pictures[column * PIXELS + i];
    }
  }
  return image;
}
