/** Which claims of the reports hold: each, what was measured here, why, and what it looks like. */

import { showExhibit } from "./exhibits.js";
import { fetchJSON } from "../state/weights.js";

const HEAD = ["the report says", "measured here", "", "why"];

export async function mountClaims(root) {
  const body = root.querySelector(".body");
  const findings = await fetchJSON("findings.json");
  if (!findings) {
    body.textContent = "Not written here: python -m vae.studies.claims does it.";
    return;
  }
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const text of HEAD) {
    const cell = document.createElement("th");
    cell.className = "text";
    cell.textContent = text;
    head.append(cell);
  }
  const rows = table.createTBody();
  for (const { claim, measured, verdict, why, exhibit } of findings.rows) {
    const row = rows.insertRow();
    const cells = [claim, measured, verdict, why].map((text) => {
      const cell = row.insertCell();
      cell.className = "text";
      cell.textContent = text;
      return cell;
    });
    cells[2].classList.add("verdict");
    if (exhibit) cells[2].append(opener(row, exhibit));
  }
  body.append(table);
}

/** A button that opens the exhibit of that name in a row below `row`, and closes it. */
function opener(row, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "see it";
  button.setAttribute("aria-expanded", "false");
  let below;
  button.onclick = () => {
    if (!below) {
      below = document.createElement("tr");
      below.className = "exhibit";
      below.hidden = true;
      const cell = below.insertCell();
      cell.colSpan = HEAD.length;
      cell.className = "text";
      row.after(below);
      showExhibit(cell, name);
    }
    below.hidden = !below.hidden;
    row.classList.toggle("opened", !below.hidden);
    button.setAttribute("aria-expanded", String(!below.hidden));
  };
  return button;
}
