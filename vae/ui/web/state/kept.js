/** What a reload keeps though no address holds it, where the browser lets a page keep anything. */

const PREFIX = "vae-explorer.";

/**
 * @typedef {object} KeptDrawing a drawing that is too long for an address, or that is of a picture
 * @property {string} [strokes] see strokes.js
 * @property {import("./stage.js").Prepared} [prepared]
 * @property {number[]} [picture] 784 intensities, of what was not drawn
 */

/**
 * @param {"drawing"|"steps"} name
 * @param {string} address of the visit to which it belongs
 * @param {unknown} value null for none
 */
export function keep(name, address, value) {
  try {
    if (value) sessionStorage.setItem(PREFIX + name, JSON.stringify({ address, value }));
    else sessionStorage.removeItem(PREFIX + name);
  } catch {
    // Storage may be forbidden, or full: a reload then begins without it.
  }
}

/**
 * @param {"drawing"|"steps"} name
 * @param {string} address
 * @returns {unknown} what was kept of a visit to this very address; null where nothing was
 */
export function kept(name, address) {
  try {
    const found = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null");
    return found?.address === address ? found.value : null;
  } catch {
    return null;
  }
}
