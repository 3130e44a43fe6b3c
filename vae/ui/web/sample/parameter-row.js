/** A parameter of a distribution: a slider and a number. */

import { find } from "../canvas/find.js";

/** @typedef {{name: string, low: number, high: number, logarithmic: boolean}} Parameter */

/**
 * A slider and a number that show the same value and refuse what lies outside their range.
 * @param {Parameter} parameter
 * @param {number} initial
 * @param {{changed: (value: number) => void, refused: (sentence: string) => void}} listeners
 * @returns {{row: HTMLElement, show: (value: number) => void}}
 */
export function parameterRow({ name, low, high, logarithmic }, initial, { changed, refused }) {
  const [position, value] = logarithmic
    ? [Math.log, (/** @type {number} */ p) => Math.min(high, Math.max(low, Number(Math.exp(p).toPrecision(3))))]
    : [Number, Number];
  const row = document.createElement("label");
  row.className = "parameter";
  row.title = `from ${low} to ${high}`;
  row.innerHTML = `<span></span><input type="range"><input type="number" step="any">`;
  const [slider, number] = row.querySelectorAll("input");
  find(row, "span").textContent = name;
  slider.setAttribute("aria-label", name);
  number.setAttribute("aria-label", `value of ${name}`);
  const step = logarithmic ? (position(high) - position(low)) / 240 : 0.01;
  Object.assign(slider, { min: position(low), max: position(high), step });
  let last = initial;
  const write = () => {
    number.value = String(Number(last.toPrecision(3)));
    slider.setAttribute("aria-valuetext", String(Number(last.toPrecision(3))));
    number.removeAttribute("aria-invalid");
  };
  slider.addEventListener("input", () => changed((last = value(slider.valueAsNumber))));
  number.addEventListener("input", () => {
    const typed = number.valueAsNumber;
    const fits = typed >= low && typed <= high;
    number.toggleAttribute("aria-invalid", !fits);
    if (fits) changed((last = typed));
    else refused(`${name} must be a number from ${low} to ${high}.`);
  });
  number.addEventListener("change", () => {
    write();
    refused("");
  });
  const show = (/** @type {number} */ next) => {
    last = next;
    if (document.activeElement !== slider) slider.value = String(position(last));
    if (document.activeElement !== number) write();
    else slider.setAttribute("aria-valuetext", String(last));
  };
  slider.value = String(position(initial));
  write();
  return { row, show };
}
