/** What a finger or a pen wants that moves across something which can also be scrolled past. */

// In pixels: what a resting finger trembles.
const STILL = 6;

/** Whether it moves sideways, which is a drag: up and down belongs to the page. @param {[number, number]} way in pixels */
export function isSideways([dx, dy]) {
  return Math.abs(dx) > STILL && Math.abs(dx) > Math.abs(dy);
}

/** Whether it stays where it went down: a tap. @param {[number, number]} way in pixels */
export function isStill([dx, dy]) {
  return Math.hypot(dx, dy) <= STILL;
}
