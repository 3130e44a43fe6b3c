/** What of the reports holds: each claim, what was measured here, and why. */

import { fetchJSON } from "./json.js";

export async function mountFindings(root) {
  const body = root.querySelector(".body");
  const findings = await fetchJSON("findings.json");
  if (!findings) {
    body.textContent = "Not written here: python -m vae.findings does it.";
    return;
  }
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const text of ["the report says", "measured here", "", "why"]) {
    const cell = document.createElement("th");
    cell.className = "text";
    cell.textContent = text;
    head.append(cell);
  }
  const rows = table.createTBody();
  for (const { claim, measured, verdict, why } of findings.rows) {
    const row = rows.insertRow();
    for (const [i, text] of [claim, measured, verdict, why].entries()) {
      const cell = row.insertCell();
      cell.className = i === 2 ? "text verdict" : "text";
      cell.textContent = text;
    }
  }
  scroll.append(table);
  body.append(scroll);
}
