/** Whether a page lies sideways, or upside down. */

import { CLASSES } from "../../engine/classifier.js";
import { PIXELS, SIDE } from "../../canvas/digits.js";

// Single digits are read nearly as surely when they lie: only several are evidence. The strangers'
// pages gain 0.05 or more when they are put upright, and never anything when they already are.
const ENOUGH = 3;
const GAIN = 0.05;

/**
 * Quarter turns clockwise that bring a page upright, by how surely its digits are read: 0 where none
 * makes them clearer by far.
 * @param {Float32Array[]} digits of the page as it lies, 784 intensities each
 * @param {Pick<import("../../engine/classifier.js").Classifier, "classify">|null} classifier
 */
export function turnUpright(digits, classifier) {
  if (!classifier || digits.length < ENOUGH) return 0;
  const sure = [0, 1, 2, 3].map((quarters) => confidence(digits, quarters, classifier));
  const best = sure.indexOf(Math.max(...sure));
  return sure[best] - sure[0] > GAIN ? best : 0;
}

/**
 * The mean probability of what is read in digits that are turned.
 * @param {Float32Array[]} digits
 * @param {number} quarters
 * @param {Pick<import("../../engine/classifier.js").Classifier, "classify">} classifier
 */
function confidence(digits, quarters, classifier) {
  const x = new Float32Array(digits.length * PIXELS);
  digits.forEach((digit, n) => x.set(turn(digit, quarters), n * PIXELS));
  const probabilities = classifier.classify(x, digits.length);
  const most = digits.map((_, n) => Math.max(...probabilities.subarray(n * CLASSES, (n + 1) * CLASSES)));
  return most.reduce((sum, value) => sum + value) / digits.length;
}

/**
 * @param {Float32Array} digit
 * @param {number} quarters clockwise
 * @returns {Float32Array}
 */
function turn(digit, quarters) {
  if (quarters === 0) return digit;
  const quarter = digit.map((_, i) => digit[(SIDE - 1 - (i % SIDE)) * SIDE + Math.floor(i / SIDE)]);
  return turn(quarter, quarters - 1);
}
