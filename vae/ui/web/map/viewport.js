/** A square window onto a plane: from coordinates to pixels and back, the same scale both ways. */

/** @typedef {import("./scene.js").Pair} Pair */

const MOST_ZOOM = 40;
// Of an area's numbers: finer than a pixel at any zoom.
const DIGITS = 7;

export class View {
  #home;
  /** @type {number[]|null} the middle and the width; null for the whole */
  #part = null;
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

  /**
   * What is seen of the whole, as an address holds it: the middle and the width; undefined for all of it.
   * @returns {string|undefined}
   */
  get area() {
    return this.#part?.join(",");
  }

  /**
   * Shows an area, or as much of it as there is.
   * @param {string} area
   */
  show(area) {
    const [x, y, width] = area.split(",").map(Number);
    if ([x, y, width].every(Number.isFinite)) this.#settle(x, y, width);
  }

  reset() {
    this.#part = null;
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
    const kept = this.#within(this.width / factor) / this.width;
    const [middleX, middleY] = this.#middle;
    this.#settle(x + (middleX - x) * kept, y + (middleY - y) * kept, this.width * kept);
  }

  /**
   * Moves the window by units of the plane.
   * @param {Pair} way
   */
  pan([dx, dy]) {
    const [x, y] = this.#middle;
    this.#settle(x + dx, y + dy, this.width);
  }

  /**
   * The nearest width that it can have.
   * @param {number} width
   */
  #within(width) {
    const whole = this.#home[2] - this.#home[0];
    return Math.min(whole, Math.max(whole / MOST_ZOOM, width));
  }

  /**
   * Shows so much around a point, within the whole; in few digits, so that an address holds exactly that.
   * @param {number} x
   * @param {number} y
   * @param {number} wanted width
   */
  #settle(x, y, wanted) {
    const [left, bottom, right, top] = this.#home;
    const width = this.#within(wanted);
    if (width === right - left) return this.reset();
    const inside = [
      Math.min(right - width / 2, Math.max(left + width / 2, x)),
      Math.min(top - width / 2, Math.max(bottom + width / 2, y)),
      width,
    ];
    this.#part = inside.map((value) => Number(value.toPrecision(DIGITS)));
    const [middleX, middleY, side] = this.#part;
    this.left = middleX - side / 2;
    this.bottom = middleY - side / 2;
    this.right = this.left + side;
    this.top = this.bottom + side;
  }

  /** @returns {Pair} */
  get #middle() {
    return [(this.left + this.right) / 2, (this.bottom + this.top) / 2];
  }
}
