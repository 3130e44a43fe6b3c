/** Which claims of the reports hold: each, what was measured here, why, and what it looks like. */

import { showExhibit } from "./exhibits.js";
import { find } from "../canvas/find.js";
import { fetchJSON } from "../state/weights.js";

const HEAD = ["the report says", "measured here", "verdict", "why"];
const MEANING =
  "A claim holds when every criterion below its figures is met, does not hold when none is, holds in part " +
  "when some are, and depends on the seed when one is met in some trainings and not in others.";

/**
 * @param {HTMLElement} root
 * @param {import("../state/session.js").Session} session
 */
export async function mountClaims(root, session) {
  const body = find(root, ".body");
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
  const open = new Set(session.view.exhibits?.split(",").map(Number));
  const told = (/** @type {number} */ number, /** @type {boolean} */ opened) => {
    open[opened ? "add" : "delete"](number);
    session.show({ exhibits: [...open].join(",") || undefined });
  };
  for (const [i, finding] of findings.rows.entries()) {
    const { claim, model, measured, criteria, verdict, why, seeds, exhibit } = finding;
    const row = rows.insertRow();
    const from = [model, seeds].filter(Boolean).join("; ");
    const cells = [claim, from ? `${from}. ${measured}` : measured, verdict, why].map((text) => {
      const cell = row.insertCell();
      cell.className = "text";
      cell.textContent = text;
      return cell;
    });
    cells[1].append(criteriaList(criteria));
    cells[2].classList.add("verdict");
    if (exhibit) {
      const button = opener(row, exhibit, (opened) => told(i + 1, opened));
      cells[2].append(button);
      if (open.has(i + 1)) button.click();
    }
  }
  const meaning = document.createElement("p");
  meaning.textContent = MEANING;
  body.append(meaning, table);
}

/**
 * What the verdict follows from: each criterion, and whether it is met.
 * @param {[string, string][]} criteria
 */
function criteriaList(criteria) {
  const list = document.createElement("ul");
  for (const [words, outcome] of criteria) {
    const item = document.createElement("li");
    const answer = document.createElement("strong");
    answer.textContent = outcome;
    item.append(`${words}: `, answer);
    list.append(item);
  }
  return list;
}

/**
 * A button that opens the exhibit of that name in a row below `row`, and closes it.
 * @param {HTMLTableRowElement} row
 * @param {string} name
 * @param {(opened: boolean) => void} told
 */
function opener(row, name, told) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "see it";
  button.setAttribute("aria-expanded", "false");
  /** @type {HTMLTableRowElement|undefined} */
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
    }
    if (below.hidden) showExhibit(below.cells[0], name);
    below.hidden = !below.hidden;
    row.classList.toggle("opened", !below.hidden);
    button.setAttribute("aria-expanded", String(!below.hidden));
    told(!below.hidden);
  };
  return button;
}
