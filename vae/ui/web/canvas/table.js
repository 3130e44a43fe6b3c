/** The table that sorts: by what a heading stands for, and at another press the other way. */

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} name as its heading says it
 * @property {(row: Row) => string|number|null|undefined} value to sort by; rows without one come last
 * @property {(row: Row) => string|Node} [show] what a cell holds, where that is not the value
 * @property {boolean} [text] whether it holds words
 * @property {boolean} [falling] whether the first press brings the largest to the top
 * @property {string} [title]
 */

const NONE = "\u2013";

/** @template Row */
export class Table {
  /** @type {Row[]} */
  #rows = [];
  /** @type {Row[]} */
  #first = [];
  /** @type {Column<Row>|null} */
  #by = null;
  #falls = false;
  #columns;
  #heads;
  #body;
  #told;

  /**
   * @param {HTMLTableElement} element to be filled
   * @param {Column<Row>[]} columns
   * @param {{drawn?: (line: HTMLTableRowElement, row: Row) => void, sorted?: (by: Column<Row>) => void}} [told]
   *   of every line, and of every press on a heading
   */
  constructor(element, columns, told = {}) {
    this.#columns = columns;
    this.#told = told;
    element.replaceChildren();
    const head = element.createTHead().insertRow();
    this.#heads = columns.map((column) => {
      const press = () => {
        this.sortBy(column);
        told.sorted?.(column);
      };
      const cell = cellOf("th", column, button(column.name, press));
      cell.title = column.title ?? "";
      cell.scope = "col";
      head.append(cell);
      return cell;
    });
    this.#body = element.createTBody();
  }

  /**
   * @param {Row[]} rows in the order that they have until a heading is pressed
   * @param {Row[]} [first] stay on top
   */
  show(rows, first = []) {
    [this.#rows, this.#first] = [rows, first];
    this.#fill();
  }

  /** What it is sorted by, in words for an address: a heading and the way; "" for the first order. */
  get order() {
    return this.#by ? `${this.#by.name},${this.#falls ? "falling" : "rising"}` : "";
  }

  /** Sorts as `order` had it; a heading that the table has not changes nothing. @param {string} text */
  set order(text) {
    const column = this.#columns.find(({ name }) => text.startsWith(`${name},`));
    if (column) this.sortBy(column, text.endsWith("falling"));
  }

  /**
   * @param {Column<Row>} column
   * @param {boolean} [falls] whether the largest is on top; else as the column has it, and then the other way
   */
  sortBy(column, falls = this.#by === column ? !this.#falls : Boolean(column.falling)) {
    this.#falls = falls;
    this.#by = column;
    this.#fill();
  }

  #fill() {
    this.#heads.forEach((cell, i) => {
      const sorted = this.#columns[i] === this.#by;
      cell.ariaSort = sorted ? (this.#falls ? "descending" : "ascending") : "none";
    });
    this.#body.replaceChildren(...[...this.#first, ...this.#sorted()].map((row) => this.#line(row)));
  }

  #sorted() {
    const by = this.#by;
    if (!by) return this.#rows;
    const way = this.#falls ? -1 : 1;
    return [...this.#rows].sort((a, b) => {
      const [x, y] = [by.value(a), by.value(b)];
      if (isNone(x) || isNone(y)) return Number(isNone(x)) - Number(isNone(y));
      return way * (x < y ? -1 : x > y ? 1 : 0);
    });
  }

  /** @param {Row} row */
  #line(row) {
    const line = document.createElement("tr");
    line.append(...this.#columns.map((column) => {
      const value = column.value(row);
      return cellOf("td", column, isNone(value) ? NONE : column.show?.(row) ?? String(value));
    }));
    this.#told.drawn?.(line, row);
    return line;
  }
}

/**
 * A button in a table, which acts on its row or sorts by its column.
 * @param {string} text
 * @param {() => void} act
 * @param {string} [title]
 */
export function button(text, act, title = "") {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", textContent: text, title });
  element.addEventListener("click", act);
  return element;
}

/**
 * A number with so many digits after the point, and the sign that typographers use.
 * @param {number} value
 * @param {number} digits
 */
export function fixed(value, digits) {
  return value.toFixed(digits).replace("-", "\u2212");
}

/**
 * @param {unknown} value
 * @returns {value is null|undefined}
 */
export function isNone(value) {
  return value === undefined || value === null || Number.isNaN(value);
}

/**
 * @param {"td"|"th"} tag
 * @param {{text?: boolean}} column
 * @param {string|Node} content
 */
function cellOf(tag, { text }, content) {
  const cell = document.createElement(tag);
  if (text) cell.className = "text";
  cell.append(content);
  return cell;
}
