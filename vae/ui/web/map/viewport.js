/** A square window onto a plane: from coordinates to pixels and back, the same scale both ways. */

const MOST_ZOOM = 40;

export class View {
  #home;

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

  /** Where the window is drawn: pixels from the left and the top, and the side. */
  place(x, y, side) {
    Object.assign(this, { x, y, side });
  }

  get width() {
    return this.right - this.left;
  }

  /** Pixels a unit of the plane. */
  get scale() {
    return this.side / this.width;
  }

  toPixels([x, y]) {
    return [this.x + (x - this.left) * this.scale, this.y + (this.top - y) * this.scale];
  }

  toPlane([x, y]) {
    return [this.left + (x - this.x) / this.scale, this.top - (y - this.y) / this.scale];
  }

  /** Whether a pixel is in the window. */
  holds([x, y]) {
    const { x: left, y: top, side } = this;
    return x >= left && x <= left + side && y >= top && y <= top + side;
  }

  /** Shows `factor` times less, leaving the point [x, y] of the plane where it is. */
  zoom(factor, [x, y]) {
    const whole = this.#home[2] - this.#home[0];
    const width = Math.min(whole, Math.max(whole / MOST_ZOOM, this.width / factor));
    const kept = width / this.width;
    this.left = x - (x - this.left) * kept;
    this.bottom = y - (y - this.bottom) * kept;
    this.#settle(width);
  }

  /** Moves the window by [dx, dy] units of the plane. */
  pan([dx, dy]) {
    this.left += dx;
    this.bottom += dy;
    this.#settle(this.width - dx);
  }

  /** Keeps the window within the whole. */
  #settle(width) {
    const [left, bottom, right, top] = this.#home;
    this.left = Math.min(right - width, Math.max(left, this.left));
    this.bottom = Math.min(top - width, Math.max(bottom, this.bottom));
    this.right = this.left + width;
    this.top = this.bottom + width;
  }

  /** Round numbers between two ends, about `count` of them. */
  static ticks(from, to, count = 6) {
    const rough = (to - from) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const ticks = [];
    for (let n = Math.ceil(from / step); n * step <= to + step * 1e-9; n++) {
      ticks.push({ value: n * step, label: (n * step).toFixed(digits).replace("-", "\u2212") });
    }
    return ticks;
  }
}
