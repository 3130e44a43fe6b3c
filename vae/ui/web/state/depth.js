/**
 * In which depth a visit begins: Learn, or Lab, which is everything. vae/ui/page.py has this run before
 * anything is painted, so that nothing moves when the modules come: it imports nothing.
 */

/** @typedef {"learn"|"lab"} Depth */

const KEPT = "vae-explorer.depth";
// Older links, too, say nothing of a depth, and mean Lab.
const SAYS_SOMETHING = /[?&](model|z|y|tab|plane|joint|present|compare|seed|p[234]?)=/;

/**
 * @param {string} search the address from its question mark on
 * @param {string|null} usual what a person chose last; null on a first visit
 * @returns {Depth}
 */
export function depthOf(search, usual) {
  const asked = /[?&]depth=(\w+)/.exec(search)?.[1] ?? (SAYS_SOMETHING.test(search) ? "lab" : usual);
  return asked === null || asked === "learn" ? "learn" : "lab";
}

/** @returns {string|null} the depth that a person chose last, where the browser keeps it */
export function usualDepth() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {Depth} depth that a person has chosen */
export function keepDepth(depth) {
  try {
    localStorage.setItem(KEPT, depth);
  } catch {
    // The next visit then begins as a first one does.
  }
}
