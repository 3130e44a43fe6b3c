/** What the classifier reads, as ten bars. */

import { CLASSES } from "./classifier.js";
import { CLASS_COLOURS } from "./palette.js";

export class Bars {
  #bars;

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
      const bar = this.#bars[digit];
      bar.firstChild.style.transform = `scaleY(${probabilities[digit].toFixed(3)})`;
      if (probabilities[digit] > probabilities[most]) most = digit;
    }
    this.#bars.forEach((bar, digit) => bar.classList.toggle("most", digit === most));
    const percent = Math.round(100 * probabilities[most]);
    this.root.setAttribute("aria-label", `the classifier reads a ${most}, ${percent}%`);
    this.root.dataset.reads = most;
  }
}
