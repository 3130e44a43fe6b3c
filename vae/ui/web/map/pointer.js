/** Mouse, finger, pen, wheel and keys on a map. */

const ZOOM = 1.25;

export function steer(map) {
  const { canvas } = map;
  const pointers = new Map();
  // Where the canvas lies, as it was when it was touched: it stays there while a pointer is down.
  let corner = null;
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
    if (pointers.size > 1) pinch(map, pointers, event.pointerId, now);
    else if (event.shiftKey) map.pan([now[0] - before[0], now[1] - before[1]]);
    else map.go(now);
    pointers.set(event.pointerId, now);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(type, (event) => {
      pointers.delete(event.pointerId);
      map.letGo();
    });
  }
  canvas.addEventListener("wheel", (event) => {
    if (!map.plane) return;
    event.preventDefault();
    map.zoom(ZOOM ** (-Math.sign(event.deltaY)), pixel(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => press(map, event));
}

function pinch(map, pointers, moved, now) {
  const other = [...pointers].find(([id]) => id !== moved)[1];
  const before = pointers.get(moved);
  const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
  const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
  map.zoom(apart(now) / Math.max(1, apart(before)), middle);
  map.pan([(now[0] - before[0]) / 2, (now[1] - before[1]) / 2]);
}

function press(map, event) {
  const far = event.shiftKey ? 5 : 1;
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const way = ways[event.key];
  if (way) map.step(far * way[0], far * way[1]);
  else if (event.key === "+" || event.key === "=") map.zoom(ZOOM);
  else if (event.key === "-") map.zoom(1 / ZOOM);
  else if (event.key === "0") map.whole();
  else return;
  event.preventDefault();
}
