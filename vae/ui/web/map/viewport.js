/** A square window onto a plane: from coordinates to pixels and back, the same scale both ways. */

/** @typedef {import("./scene.js").Pair} Pair */

const MOST_ZOOM = 40;

export class View {
  #home;
  left = 0;
  bottom = 0;
  right = 1;
  top = 1;
  // Where it is drawn, in pixels.
  x = 0;
  y = 0;
  side = 1;

  /**
   * @param {[number, number, number, number]} home left, bottom, right, top of the whole, a square
   */
  constructor(home) {
    this.#home = home;
    this.reset();
  }

  reset() {
    [this.left, this.bottom, this.right, this.top] = this.#home;
  }

  /**
   * Where the window is drawn.
   * @param {number} x pixels from the left
   * @param {number} y pixels from the top
   * @param {number} side in pixels
   */
  place(x, y, side) {
    [this.x, this.y, this.side] = [x, y, side];
  }

  get width() {
    return this.right - this.left;
  }

  /** Pixels a unit of the plane. */
  get scale() {
    return this.side / this.width;
  }

  /** @param {Pair} coordinates @returns {Pair} */
  toPixels([x, y]) {
    return [this.x + (x - this.left) * this.scale, this.y + (this.top - y) * this.scale];
  }

  /** @param {Pair} pixel @returns {Pair} */
  toPlane([x, y]) {
    return [this.left + (x - this.x) / this.scale, this.top - (y - this.y) / this.scale];
  }

  /**
   * Whether a pixel is in the window.
   * @param {Pair} pixel
   */
  holds([x, y]) {
    const { x: left, y: top, side } = this;
    return x >= left && x <= left + side && y >= top && y <= top + side;
  }

  /**
   * Shows `factor` times less, leaving a point of the plane where it is.
   * @param {number} factor
   * @param {Pair} point
   */
  zoom(factor, [x, y]) {
    const whole = this.#home[2] - this.#home[0];
    const width = Math.min(whole, Math.max(whole / MOST_ZOOM, this.width / factor));
    const kept = width / this.width;
    this.left = x - (x - this.left) * kept;
    this.bottom = y - (y - this.bottom) * kept;
    this.#settle(width);
  }

  /**
   * Moves the window by units of the plane.
   * @param {Pair} way
   */
  pan([dx, dy]) {
    this.left += dx;
    this.bottom += dy;
    this.#settle(this.width - dx);
  }

  /**
   * Keeps the window within the whole.
   * @param {number} width
   */
  #settle(width) {
    const [left, bottom, right, top] = this.#home;
    this.left = Math.min(right - width, Math.max(left, this.left));
    this.bottom = Math.min(top - width, Math.max(bottom, this.bottom));
    this.right = this.left + width;
    this.top = this.bottom + width;
  }
}
