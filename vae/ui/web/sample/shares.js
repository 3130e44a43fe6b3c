/** How often each of the ten classes was generated, as columns with their counts. */

import { find } from "../canvas/find.js";
import { CLASS_COLOURS } from "../canvas/palette.js";

// The columns' full height is at least this many times an even share.
const SPARE = 2.5;

export class Shares {
  #columns;

  /** @param {HTMLElement} root to be filled */
  constructor(root) {
    this.root = root;
    this.#columns = CLASS_COLOURS.map((colour, digit) => {
      const column = document.createElement("span");
      column.innerHTML = `<em></em><i></i><b>${digit}</b>`;
      const [count, height] = [find(column, "em"), find(column, "i")];
      height.style.background = colour;
      return { column, count, height };
    });
    root.replaceChildren(...this.#columns.map(({ column }) => column));
  }

  /** @param {number[]|null} counts of the ten classes; null when nothing is known */
  show(counts) {
    const total = counts?.reduce((a, b) => a + b, 0) ?? 0;
    const most = Math.max(1, (SPARE * total) / 10, ...(counts ?? []));
    this.#columns.forEach(({ count, height }, digit) => {
      const found = counts?.[digit] ?? 0;
      count.textContent = counts ? String(found) : "";
      height.style.transform = `scaleY(${(found / most).toFixed(3)})`;
    });
    const said = counts?.map((count, digit) => `${digit}: ${count}`).join(", ") ?? "not read yet";
    this.root.setAttribute("aria-label", `digits generated, by what the classifier reads: ${said}`);
  }
}
