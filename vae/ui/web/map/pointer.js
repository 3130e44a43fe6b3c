/** Mouse, finger, pen, wheel and keys on a map. */

import { isSideways, isStill } from "../canvas/swipe.js";

const ZOOM = 1.25;
// Of a wheel that zooms by ZOOM: pixels, lines and pages a notch, by WheelEvent.deltaMode.
const NOTCH = [100, 3, 1];
// A trackpad's pinch comes as small turns of a wheel with Ctrl.
const PINCH = 10;
const MOST_NOTCHES = 1.5;
// In pixels, how near to the ring a finger takes hold of it.
const RING = 26;

/**
 * @typedef {import("./scene.js").Pair} Pair
 * @typedef {import("./map.js").LatentMap} LatentMap
 */

/**
 * A mouse moves z, or, with Shift, the map. A finger that begins on the ring, or moves sideways,
 * moves z; one that moves up or down scrolls the page; two of them zoom the map, and leave z.
 * @param {LatentMap} map
 * @param {(pixel: Pair, finger: boolean) => void} [tapped] told of a click or a tap, z being there
 */
export function steer(map, tapped = () => {}) {
  const { canvas } = map;
  const pointers = new Pointers(map, tapped);
  canvas.addEventListener("pointerdown", (event) => pointers.begin(event));
  canvas.addEventListener("pointermove", (event) => pointers.move(event));
  canvas.addEventListener("pointerup", (event) => pointers.end(event));
  canvas.addEventListener("pointercancel", (event) => pointers.cancel(event));
  canvas.addEventListener("lostpointercapture", (event) => pointers.end(event));
  const keep = (/** @type {TouchEvent} */ event) => pointers.holdsFingers && event.preventDefault();
  canvas.addEventListener("touchstart", keep, { passive: false });
  canvas.addEventListener("touchmove", keep, { passive: false });
  canvas.addEventListener("wheel", (event) => {
    const given = event.ctrlKey || event.metaKey || document.activeElement === canvas;
    if (!map.plane || !given) return;
    event.preventDefault();
    map.zoom(ZOOM ** -notches(event), pointers.pixel(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => press(map, event));
}

/** What is down on a map, and what it does there. */
class Pointers {
  /** @type {Map<number, Pair>} where each is */
  #down = new Map();
  /** @type {"idle"|"waiting"|"moving"|"panning"|"pinching"|"passing"} waiting: whether a finger taps, drags or scrolls; passing: until all are up */
  #does = "idle";
  /** @type {Pair} where the first went down */
  #start = [0, 0];
  #corner;
  /** @type {number[]} z before the first touched it */
  #before = [];

  /**
   * @param {LatentMap} map
   * @param {(pixel: Pair, finger: boolean) => void} tapped
   */
  constructor(map, tapped) {
    this.map = map;
    this.tapped = tapped;
    this.#corner = map.canvas.getBoundingClientRect();
  }

  /** Whether fingers move something here, and the page is not to move with them. */
  get holdsFingers() {
    return ["moving", "pinching", "passing"].includes(this.#does);
  }

  /** Where the canvas lies is as it was when it was touched: it stays there while it is. @param {MouseEvent} event @returns {Pair} */
  pixel(event) {
    if (!this.#down.size) this.#corner = this.map.canvas.getBoundingClientRect();
    return [event.clientX - this.#corner.left, event.clientY - this.#corner.top];
  }

  /** @param {PointerEvent} event */
  begin(event) {
    const { map } = this;
    if (event.button !== 0 || !map.plane) return;
    const pixel = this.pixel(event);
    map.canvas.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, pixel);
    if (this.#down.size > 1) return this.#pinch();
    this.#start = pixel;
    this.#before = map.session.z;
    if (event.shiftKey) this.#does = "panning";
    else if (event.pointerType === "mouse") this.#take(pixel);
    else if (map.distanceToRing(pixel) <= RING) this.#take(null);
    else this.#does = "waiting";
  }

  /** @param {PointerEvent} event */
  move(event) {
    const before = this.#down.get(event.pointerId);
    if (!before) return;
    const { map } = this;
    const now = this.pixel(event);
    const other = [...this.#down].find(([id]) => id !== event.pointerId);
    if (this.#does === "waiting" && isSideways(way(this.#start, now))) this.#take(null);
    if (this.#does === "moving") map.go(now);
    else if (this.#does === "panning") map.pan(way(before, now));
    else if (this.#does === "pinching" && other) pinch(map, other[1], before, now);
    this.#down.set(event.pointerId, now);
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (!this.#down.has(event.pointerId)) return;
    const pixel = this.pixel(event);
    const finger = event.pointerType !== "mouse";
    const still = isStill(way(this.#start, pixel));
    const taps = still && (this.#does === "waiting" || (this.#does === "moving" && !finger));
    if (taps && this.#does === "waiting") this.#take(pixel);
    this.#leave(event);
    if (taps) this.tapped(pixel, finger);
  }

  /** The page scrolls after all, or the finger was a palm. @param {PointerEvent} event */
  cancel(event) {
    if (!this.#down.has(event.pointerId)) return;
    if (this.#does === "moving") this.map.session.setZ(this.#before);
    this.#leave(event);
  }

  /** Takes hold of z, and puts it at a pixel if there is one. @param {Pair|null} pixel */
  #take(pixel) {
    const { map } = this;
    map.session.emit("jump");
    map.grab();
    this.#does = "moving";
    if (pixel) map.go(pixel);
  }

  #pinch() {
    const { map } = this;
    if (this.#does === "moving") map.session.setZ(this.#before);
    map.letGo();
    this.#does = "pinching";
  }

  /** @param {PointerEvent} event */
  #leave(event) {
    this.#down.delete(event.pointerId);
    this.map.letGo();
    this.#does = this.#down.size ? "passing" : "idle";
  }
}

/**
 * @param {Pair} from
 * @param {Pair} to
 * @returns {Pair}
 */
function way([x1, y1], [x2, y2]) {
  return [x2 - x1, y2 - y1];
}

/** By how many notches a wheel turns, a small part of one on a trackpad. @param {WheelEvent} event */
function notches({ deltaY, deltaMode, ctrlKey }) {
  const turn = (deltaY / NOTCH[deltaMode]) * (ctrlKey ? PINCH : 1);
  return Math.min(MOST_NOTCHES, Math.max(-MOST_NOTCHES, turn));
}

/**
 * Two fingers, of which one moves.
 * @param {LatentMap} map
 * @param {Pair} other
 * @param {Pair} before
 * @param {Pair} now
 */
function pinch(map, other, before, now) {
  const apart = (/** @type {Pair} */ point) => Math.hypot(...way(point, other));
  /** @type {Pair} */
  const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
  map.zoom(apart(now) / Math.max(1, apart(before)), middle);
  map.pan([(now[0] - before[0]) / 2, (now[1] - before[1]) / 2]);
}

/** @type {Object<string, Pair>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {LatentMap} map
 * @param {KeyboardEvent} event
 */
function press(map, event) {
  const far = event.shiftKey ? 5 : 1;
  const way = WAYS[event.key];
  if (way) map.step(far * way[0], far * way[1]);
  else if (event.key === "+" || event.key === "=") map.zoom(ZOOM);
  else if (event.key === "-") map.zoom(1 / ZOOM);
  else if (event.key === "0") map.whole();
  else if (event.key === "Escape") map.canvas.blur();
  else return;
  event.preventDefault();
}
