/** Mouse, finger, pen, wheel and keys on a map. */

const ZOOM = 1.25;

/**
 * @typedef {import("./scene.js").Pair} Pair
 * @typedef {import("./map.js").LatentMap} LatentMap
 */

/** @param {LatentMap} map */
export function steer(map) {
  const { canvas } = map;
  /** @type {Map<number, Pair>} */
  const pointers = new Map();
  // Where the canvas lies, as it was when it was touched: it stays there while a pointer is down.
  let corner = canvas.getBoundingClientRect();
  /** @type {(event: MouseEvent) => Pair} */
  const pixel = (event) => {
    if (!pointers.size) corner = canvas.getBoundingClientRect();
    return [event.clientX - corner.left, event.clientY - corner.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !map.plane) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, pixel(event));
    if (pointers.size === 1 && !event.shiftKey) {
      map.session.emit("jump");
      map.grab();
      map.go(pixel(event));
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = pixel(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId);
    if (other) pinch(map, other[1], before, now);
    else if (event.shiftKey) map.pan([now[0] - before[0], now[1] - before[1]]);
    else map.go(now);
    pointers.set(event.pointerId, now);
  });
  const leave = (/** @type {PointerEvent} */ event) => {
    pointers.delete(event.pointerId);
    map.letGo();
  };
  canvas.addEventListener("pointerup", leave);
  canvas.addEventListener("pointercancel", leave);
  canvas.addEventListener("lostpointercapture", leave);
  canvas.addEventListener("wheel", (event) => {
    if (!map.plane) return;
    event.preventDefault();
    map.zoom(ZOOM ** (-Math.sign(event.deltaY)), pixel(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => press(map, event));
}

/**
 * Two fingers, of which one moves.
 * @param {LatentMap} map
 * @param {Pair} other
 * @param {Pair} before
 * @param {Pair} now
 */
function pinch(map, other, before, now) {
  const apart = (/** @type {Pair} */ point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
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
  else return;
  event.preventDefault();
}
