/** What the layers of a network make of one input, as small pictures. */

import { contextOf } from "../../canvas/digits.js";

// Of a picture, in CSS pixels: its height, and how wide it may become.
const HEIGHT = 84;
const WIDTH = 210;
const LARGEST_CELL = 12;
const NEGATIVE = [145, 167, 255];

/**
 * @typedef {{shape: number[], values: ArrayLike<number>}} Numbers
 * @typedef {Numbers & {name: string}} Step
 */

/**
 * A picture for every layer that has weights, after what follows it and has none.
 * @param {import("../../engine/checkpoint.js").Layer[]} layers
 * @param {Numbers[]} trace what each of them gave
 * @returns {Step[]}
 */
export function stepsOf(layers, trace) {
  /** @type {Step[]} */
  const steps = [];
  layers.forEach(({ kind, outputs }, i) => {
    const last = steps.at(-1);
    const name = kind.replaceAll("_", " ");
    if (outputs !== undefined) steps.push({ name, ...trace[i] });
    else if (last) Object.assign(last, trace[i], { name: kind === "reshape" ? last.name : `${last.name}, ${name}` });
  });
  return steps;
}

/**
 * The pictures in a row, each with its name, shape and range; what is negative is in blue.
 * @param {HTMLElement} root
 * @param {Step[]} steps
 */
export function showSteps(root, steps) {
  while (root.children.length > steps.length) root.lastElementChild?.remove();
  while (root.children.length < steps.length) {
    const figure = document.createElement("figure");
    figure.innerHTML = "<canvas class=\"ink\" role=\"img\"></canvas><figcaption><b></b><span></span></figcaption>";
    root.append(figure);
  }
  steps.forEach((step, i) => {
    const [canvas, caption] = root.children[i].children;
    const [name, about] = caption.children;
    const { least, most } = paint(/** @type {HTMLCanvasElement} */ (canvas), step);
    name.textContent = step.name;
    about.textContent = `${step.shape.join(" \u00d7 ")}, ${short(least)} to ${short(most)}`;
    canvas.setAttribute("aria-label", `${step.name}: ${about.textContent}`);
  });
}

/**
 * Channels side by side; a vector as a rectangle, or as a row where it is short.
 * @param {HTMLCanvasElement} canvas
 * @param {Numbers} numbers
 */
function paint(canvas, { shape, values }) {
  const [maps, rows, columns] = arranged(shape);
  const across = Math.ceil(Math.sqrt(maps));
  const down = Math.ceil(maps / across);
  const [width, height] = [across * (columns + 1) - 1, down * (rows + 1) - 1];
  const numbers = Array.from(values);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const scale = Math.max(-least, most) || 1;
  const image = new ImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    const map = Math.floor(i / (rows * columns));
    const x = (map % across) * (columns + 1) + (i % columns);
    const y = Math.floor(map / across) * (rows + 1) + (Math.floor(i / columns) % rows);
    const share = Math.abs(values[i]) / scale;
    const colour = values[i] < 0 ? NEGATIVE : [255, 255, 255];
    image.data.set([...colour.map((full) => full * share), 255], 4 * (y * width + x));
  }
  Object.assign(canvas, { width, height });
  contextOf(canvas).putImageData(image, 0, 0);
  const cell = Math.min(LARGEST_CELL, HEIGHT / height, WIDTH / width);
  Object.assign(canvas.style, { width: `${cell * width}px`, height: `${cell * height}px` });
  return { least, most };
}

/**
 * @param {number[]} shape of channels, of rows and columns, or of one vector
 * @returns {number[]} maps, rows, columns
 */
function arranged(shape) {
  if (shape.length === 3) return shape;
  if (shape.length === 2) return [1, ...shape];
  const [count] = shape;
  const columns = count <= 32 ? count : Math.ceil(Math.sqrt(count));
  return [1, Math.ceil(count / columns), columns];
}

/** @param {number} value */
const short = (value) => String(Math.abs(value) < 5e-4 ? 0 : Number(value.toPrecision(2))).replace("-", "\u2212");
