/** The numbers of every latent, in a table that scrolls in itself. */

import { write } from "../../canvas/find.js";

/**
 * @param {HTMLElement} root
 * @param {string} caption
 * @returns {(heads: string[], rows: {latent: number, active: boolean, numbers: number[]}[]) => void}
 *   shows a row a latent: its name, and a number for every other head
 */
export function numbersTable(root, caption) {
  const frame = document.createElement("div");
  frame.className = "scroller";
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", caption);
  frame.innerHTML = "<table><thead><tr></tr></thead><tbody></tbody></table>";
  root.append(frame);
  const [head, body] = [frame.querySelector("tr"), frame.querySelector("tbody")];
  return (heads, rows) => {
    if (!head || !body) return;
    const layout = `${heads} ${rows.map(({ latent }) => latent)}`;
    if (body.dataset.layout !== layout) {
      body.dataset.layout = layout;
      head.replaceChildren(...["latent", ...heads].map((text) => cell("th", text)));
      body.replaceChildren(...rows.map(({ latent, active, numbers }) => {
        const row = document.createElement("tr");
        row.classList.toggle("quiet", !active);
        row.append(cell("th", String(latent)), ...numbers.map(() => cell("td", "")));
        return row;
      }));
    }
    rows.forEach(({ numbers }, i) => numbers.forEach((number, k) => {
      const place = body.rows[i].cells[k + 1];
      write(place, number.toFixed(3).replace("-", "\u2212"));
    }));
  };
}

/**
 * @param {"th"|"td"} kind
 * @param {string} text
 */
function cell(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
