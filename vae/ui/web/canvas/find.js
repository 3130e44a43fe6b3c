/** Elements of a template, by what they must be. */

/**
 * The first element below `root` that a selector finds.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind]
 * @returns {T}
 * @throws {TypeError} when there is none, or it is of another kind
 */
export function find(root, selector, kind = /** @type {any} */ (HTMLElement)) {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`expected ${selector} to be an ${kind.name}, got ${found}`);
}

/**
 * Text into a text node that is there, so that nothing is laid out anew but its line.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function write(element, text) {
  if (!(element.firstChild instanceof Text)) element.prepend("");
  const node = /** @type {Text} */ (element.firstChild);
  if (node.data !== text) node.data = text;
}
