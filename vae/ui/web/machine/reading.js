/** What the classifier reads, as ten bars. */

import { CLASSES } from "../engine/classifier.js";
import { CLASS_COLOURS } from "../canvas/palette.js";

export class Bars {
  #bars;
  #shares = [];
  #label = "";

  /** @param {HTMLElement} root to be filled */
  constructor(root) {
    this.root = root;
    this.#bars = CLASS_COLOURS.map((colour, digit) => {
      const column = document.createElement("span");
      column.innerHTML = `<i></i><b>${digit}</b>`;
      column.firstChild.style.background = colour;
      return column;
    });
    root.replaceChildren(...this.#bars);
  }

  /** @param {ArrayLike<number>} probabilities of the ten classes */
  show(probabilities) {
    let most = 0;
    for (let digit = 0; digit < CLASSES; digit++) {
      this.#set(digit, probabilities[digit].toFixed(2));
      if (probabilities[digit] > probabilities[most]) most = digit;
    }
    const label = `the classifier reads a ${most}, ${Math.round(100 * probabilities[most])}%`;
    if (label === this.#label) return;
    this.#label = label;
    this.#bars.forEach((bar, digit) => bar.classList.toggle("most", digit === most));
    this.root.setAttribute("aria-label", label);
    this.root.dataset.reads = most;
  }

  /** Changing nothing costs the page a frame's work, too: it is left alone. */
  #set(digit, share) {
    if (this.#shares[digit] === share) return;
    this.#shares[digit] = share;
    this.#bars[digit].firstChild.style.transform = `scaleY(${share})`;
  }
}
