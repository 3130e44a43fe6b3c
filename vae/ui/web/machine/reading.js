/** What the classifier reads, as ten bars. */

import { CLASSES } from "../engine/classifier.js";
import { find } from "../canvas/find.js";
import { CLASS_COLOURS } from "../canvas/palette.js";

export class Bars {
  #bars;
  /** @type {string[]} */
  #shares = [];
  /** What is read, in words. */
  label = "";

  /** @param {HTMLElement} root to be filled */
  constructor(root) {
    this.root = root;
    this.#bars = CLASS_COLOURS.map((colour, digit) => {
      const column = document.createElement("span");
      column.innerHTML = `<i></i><b>${digit}</b>`;
      const bar = find(column, "i");
      bar.style.background = colour;
      return { column, bar };
    });
    root.replaceChildren(...this.#bars.map(({ column }) => column));
  }

  /** @param {ArrayLike<number>} probabilities of the ten classes */
  show(probabilities) {
    let most = 0;
    for (let digit = 0; digit < CLASSES; digit++) {
      this.#set(digit, probabilities[digit].toFixed(2));
      if (probabilities[digit] > probabilities[most]) most = digit;
    }
    const label = `the classifier reads a ${most}, ${Math.round(100 * probabilities[most])}%`;
    if (label === this.label) return;
    this.label = label;
    this.#bars.forEach(({ column }, digit) => column.classList.toggle("most", digit === most));
    this.root.setAttribute("aria-label", label);
    this.root.dataset.reads = String(most);
  }

  /**
   * Changing nothing costs the page a frame's work, too: it is left alone.
   * @param {number} digit
   * @param {string} share
   */
  #set(digit, share) {
    if (this.#shares[digit] === share) return;
    this.#shares[digit] = share;
    this.#bars[digit].bar.style.transform = `scaleY(${share})`;
  }
}
