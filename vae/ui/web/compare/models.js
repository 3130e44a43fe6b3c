/** The table of models: what each is, was trained for and is worth; sortable, and a way to use it. */

/**
 * @typedef {import("./compare.js").Compared} Compared
 * @typedef {object} Column
 * @property {string} name
 * @property {boolean} [text] whether it holds words
 * @property {string} [title]
 * @property {(model: Compared) => any} value undefined where there is none
 * @property {(value: any) => string} [show]
 * @typedef {{column: Column|null, way: number}} Order
 */

/** @type {Column[]} */
const COLUMNS = [
  { name: "model", text: true, value: ({ name }) => name },
  { name: "network", text: true, value: ({ network }) => network },
  { name: "parameters", value: ({ record }) => record.figures.parameters, show: thousands },
  { name: "latents", value: ({ config }) => config.latents, show: String },
  { name: "active", value: ({ record }) => record.figures.active_units, show: String },
  { name: "recon.", value: ({ record }) => record.figures.reconstruction, show: fixed(2),
    title: "reconstruction, minus log p(x|z)" },
  { name: "KL", value: ({ record }) => record.figures.kl, show: fixed(2) },
  { name: "loss", value: ({ record }) => record.figures.total, show: fixed(2) },
  { name: "bound", value: ({ record }) => record.figures.bound, show: fixed(2),
    title: "importance-weighted bound on log p(x) with 500 samples, on binarised digits" },
  { name: "Fr\u00e9chet", value: ({ best }) => best?.mean, show: fixed(1),
    title: "Fr\u00e9chet distance under its best sampler, which is named when you point at it" },
  { name: "MB", value: ({ size }) => size / 1e6, show: fixed(1) },
  { name: "minutes", value: ({ record }) => record.figures.seconds / 60, show: fixed(0),
    title: "of training" },
];

/**
 * @param {HTMLTableElement} table
 * @param {Compared[]} models
 * @param {import("../state/session.js").Session} session
 */
export function mountModels(table, models, session) {
  /** @type {Order} */
  let order = { column: null, way: 1 };
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  for (const column of COLUMNS) {
    const cell = document.createElement("th");
    cell.className = column.text ? "text" : "";
    cell.scope = "col";
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: column.name, title: column.title ?? "" });
    button.addEventListener("click", () => {
      order = { column, way: order.column === column ? -order.way : 1 };
      fill();
    });
    cell.append(button);
    head.append(cell);
  }
  const fill = () => {
    [...head.cells].forEach((cell, i) => {
      const sorted = COLUMNS[i] === order.column;
      cell.ariaSort = sorted ? (order.way > 0 ? "ascending" : "descending") : "none";
    });
    body.replaceChildren(...sortedBy(models, order).map((model) => row(model, session)));
  };
  session.on("model", fill);
  fill();
}

/**
 * @param {Compared[]} models
 * @param {Order} order
 */
function sortedBy(models, { column, way }) {
  if (!column) return models;
  return [...models].sort((a, b) => {
    const [x, y] = [a, b].map(column.value);
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return way * (x < y ? -1 : x > y ? 1 : 0);
  });
}

/**
 * @param {Compared} model
 * @param {import("../state/session.js").Session} session
 */
function row(model, session) {
  const element = document.createElement("tr");
  element.classList.toggle("used", model.name === session.name);
  element.title = model.record.about;
  COLUMNS.forEach((column, i) => {
    const cell = element.insertCell();
    cell.className = column.text ? "text" : "";
    const value = column.value(model);
    if (i === 0) cell.append(opener(model, session));
    else cell.textContent = value === undefined ? "\u2013" : (column.show ?? String)(value);
    if (column.name.startsWith("Fr") && model.best) cell.title = `sampled from ${model.best.label}`;
  });
  return element;
}

/**
 * @param {Compared} model
 * @param {import("../state/session.js").Session} session
 */
function opener({ name }, session) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: name });
  button.addEventListener("click", () => {
    session.choose(name);
    session.emit("show", "explore");
  });
  return button;
}

/** @param {number} digits */
function fixed(digits) {
  return (/** @type {number} */ value) => value.toFixed(digits).replace("-", "\u2212");
}

/** @param {number} value */
function thousands(value) {
  return value.toLocaleString("en");
}
