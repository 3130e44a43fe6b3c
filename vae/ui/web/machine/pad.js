/** A pad to draw on with a mouse, a finger or a pen: a canvas that keeps its strokes as vectors. */

import { trace } from "../canvas/ink.js";

/** The pad's own unit: a stroke's points lie between 0 and this. */
export const EXTENT = 1000;
export const INK = 68;

/** Calls `changed()` whenever the strokes have changed. */
export class Pad {
  /** @type {number[][][]} never changed in place: another pad may hold the same ones */
  strokes = [];
  /** @type {number[][][]} */
  #undone = [];
  /** @type {number|null} */
  #pointer = null;
  #kind = "";
  /** @type {number[][]} the stroke being drawn */
  #stroke = [];

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} changed
   */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#extend(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", (event) => {
      if (event.pointerId === this.#pointer) this.#cancel();
    });
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /** Shows other strokes, such as those of a ready digit, without saying that they changed. @param {number[][][]} strokes */
  put(strokes) {
    this.strokes = strokes;
    this.#undone = [];
    this.#paint();
  }

  /** Whether there is a stroke to bring back. */
  get canRedo() {
    return this.#undone.length > 0;
  }

  undo() {
    this.#undone.push(...this.strokes.slice(-1));
    this.strokes = this.strokes.slice(0, -1);
    this.#show();
  }

  redo() {
    this.strokes = [...this.strokes, ...this.#undone.splice(-1)];
    this.#show();
  }

  /** Removes every stroke; undo brings them back one by one. */
  clear() {
    this.#undone.push(...this.strokes.toReversed());
    this.strokes = [];
    this.#show();
  }

  /** A pen takes over from a touch, which is then the palm that rests on the pad. @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0) return;
    if (this.#pointer !== null) {
      if (event.pointerType !== "pen" || this.#kind === "pen") return;
      this.#cancel();
    }
    event.preventDefault();
    [this.#pointer, this.#kind] = [event.pointerId, event.pointerType];
    this.canvas.setPointerCapture(event.pointerId);
    this.#stroke = [this.#point(event)];
    this.strokes = [...this.strokes, this.#stroke];
    this.#show();
  }

  /** @param {PointerEvent} event */
  #extend(event) {
    if (event.pointerId !== this.#pointer) return;
    const points = event.getCoalescedEvents?.() ?? [];
    this.#stroke.push(...(points.length ? points : [event]).map((e) => this.#point(e)));
    this.#show();
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#undone = [];
  }

  /** Leaves nothing of the stroke being drawn. */
  #cancel() {
    this.#pointer = null;
    this.strokes = this.strokes.filter((stroke) => stroke !== this.#stroke);
    this.#show();
  }

  /**
   * Where the canvas lies is asked anew: the page may have scrolled or changed its width. In whole units,
   * which are finer than pixels, so that a link has the very same ink.
   * @param {PointerEvent} event
   */
  #point(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [
      Math.round(((event.clientX - left) / width) * EXTENT),
      Math.round(((event.clientY - top) / height) * EXTENT),
    ];
  }

  #show() {
    this.#paint();
    this.changed();
  }

  #resize() {
    const { canvas } = this;
    const side = Math.round(Math.max(280, canvas.clientWidth) * (devicePixelRatio || 1));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    this.#paint();
  }

  #paint() {
    const { canvas } = this;
    const side = canvas.width;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, side, side);
    context.setTransform(side / EXTENT, 0, 0, side / EXTENT, 0, 0);
    Object.assign(context, { lineWidth: INK, lineCap: "round", lineJoin: "round" });
    context.strokeStyle = "#fff";
    trace(context, this.strokes);
    context.stroke();
  }
}
