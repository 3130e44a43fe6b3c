/** One pointer, from where it goes down to where it goes up. */

/**
 * Keeps a pointer that went down on an element to it, wherever it goes.
 * @param {PointerEvent} event that it went down
 * @param {{move: (by: number[]) => void, end: (kept: boolean) => void}} act move: by how much since
 *   then, across and down, in pixels of the screen; end: whether what was done is to be kept
 */
export function follow(event, { move, end }) {
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  const over = new AbortController();
  /** @type {(type: "pointermove"|"pointerup"|"pointercancel", act: (event: PointerEvent) => void) => void} */
  const on = (type, act) => element.addEventListener(type, (other) => {
    if (other.pointerId === event.pointerId) act(other);
  }, { signal: over.signal });
  const finish = (/** @type {boolean} */ kept) => {
    over.abort();
    end(kept);
  };
  element.setPointerCapture(event.pointerId);
  on("pointermove", ({ clientX, clientY }) => move([clientX - event.clientX, clientY - event.clientY]));
  on("pointerup", () => finish(true));
  on("pointercancel", () => finish(false));
}
