/**
 * Strokes as vectors, and their picture as MNIST would have it: the ink fitted into 20 x 20 pixels,
 * its centre of mass at the middle of 28 x 28 (LeCun, Cortes and Burges, "The MNIST database").
 *
 * A stroke is an array of points [x, y]; the unit does not matter, y points down.
 */

import { PIXELS, SIDE } from "./digits.js";

const BOX = 20;
// The median width of MNIST's strokes is 2.4 pixels; antialiasing adds the rest.
const WIDTH = 2.3;
// Over the training set the centre of mass lies at pixel index 14.0, whose middle is at 14.5.
const CENTRE = 14.5;
// A dot must not be blown up to fill the box.
const SMALLEST = 1 / 12;
// Of a line without length browsers do not draw the round ends: a dot gets this one, which nobody sees.
const DOT = 0.1;
// A stroke is a speck when it is at most this large and this far from the others, both as a share of
// their size.
const SPECK = 0.15;
const FAR = 0.25;

/**
 * @typedef {number[][][]} Strokes
 * @typedef {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} Surface
 */

/**
 * Traces strokes as smooth curves through the midpoints of their points.
 * @param {Surface} context
 * @param {Strokes} strokes
 */
export function trace(context, strokes) {
  context.beginPath();
  for (const points of strokes) {
    const [[x, y]] = points;
    context.moveTo(x, y);
    for (let i = 1; i < points.length - 1; i++) {
      const [[x1, y1], [x2, y2]] = [points[i], points[i + 1]];
      context.quadraticCurveTo(x1, y1, (x1 + x2) / 2, (y1 + y2) / 2);
    }
    const [endX, endY] = points[points.length - 1];
    const dot = points.every(([px, py]) => px === x && py === y);
    context.lineTo(dot ? endX + DOT : endX, endY);
  }
}

/**
 * Without specks, which a slip of the finger leaves: small strokes far from all the others, as long as
 * there are others.
 * @param {Strokes} strokes
 * @returns {Strokes}
 */
export function withoutSpecks(strokes) {
  const boxes = strokes.map((stroke) => bounds([stroke]));
  const largest = Math.max(...boxes.map(sizeOf));
  return strokes.filter((_, i) => sizeOf(boxes[i]) > SPECK * largest || largest === 0
    || boxes.some((other, k) => k !== i && gap(boxes[i], other) <= FAR * largest));
}

/**
 * @param {Strokes} strokes not empty
 * @param {number} extent the side of the surface they were drawn on, in their own unit
 * @param {Surface} context of a 28 x 28 canvas to draw on
 * @returns {Float32Array} 784 intensities in [0, 1], ink bright
 */
export function normalise(strokes, extent, context) {
  const fitted = withoutSpecks(strokes);
  const box = bounds(fitted);
  const size = Math.max(box.width, box.height, SMALLEST * extent);
  const scale = (BOX - WIDTH) / size;
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  /** @type {(x: number, y: number) => Float32Array} */
  const place = (x, y) => raster(context, fitted, scale, WIDTH / scale, [
    x - scale * middle[0],
    y - scale * middle[1],
  ]);
  const first = place(SIDE / 2, SIDE / 2);
  if (!first.some((ink) => ink > 0)) return first;
  const [x, y] = centreOfMass(first);
  // By whole pixels, as MNIST was centred: the ink stays sharp, and within its 20 x 20 pixels.
  return place(SIDE / 2 + Math.round(CENTRE - x), SIDE / 2 + Math.round(CENTRE - y));
}

/**
 * The drawing squeezed into 28 x 28 as it is: what a model sees that nobody prepares for.
 * @param {Strokes} strokes
 * @param {number} extent as normalise() has it
 * @param {number} width of the pen, in the same unit
 * @param {Surface} context of a 28 x 28 canvas to draw on
 */
export function squeeze(strokes, extent, width, context) {
  return raster(context, strokes, SIDE / extent, width, [0, 0]);
}

/**
 * @param {Surface} context
 * @param {Strokes} strokes
 * @param {number} scale
 * @param {number} width
 * @param {number[]} corner
 */
function raster(context, strokes, scale, width, [x, y]) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, SIDE, SIDE);
  context.setTransform(scale, 0, 0, scale, x, y);
  Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round" });
  context.strokeStyle = "#fff";
  trace(context, strokes);
  context.stroke();
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Float32Array.from({ length: PIXELS }, (_, i) => data[4 * i] / 255);
}

/** @param {Strokes} strokes */
function bounds(strokes) {
  const xs = strokes.flatMap((points) => points.map(([x]) => x));
  const ys = strokes.flatMap((points) => points.map(([, y]) => y));
  const least = (/** @type {number[]} */ values) => values.reduce((a, b) => Math.min(a, b));
  const most = (/** @type {number[]} */ values) => values.reduce((a, b) => Math.max(a, b));
  const [x, y] = [least(xs), least(ys)];
  return { x, y, width: most(xs) - x, height: most(ys) - y };
}

/** @param {{width: number, height: number}} box */
function sizeOf({ width, height }) {
  return Math.max(width, height);
}

/**
 * How far two boxes are apart; 0 where they overlap.
 * @param {ReturnType<typeof bounds>} a
 * @param {ReturnType<typeof bounds>} b
 */
function gap(a, b) {
  const across = Math.max(a.x, b.x) - Math.min(a.x + a.width, b.x + b.width);
  const along = Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height);
  return Math.hypot(Math.max(0, across), Math.max(0, along));
}

/**
 * In canvas coordinates, where pixel i reaches from i to i + 1.
 * @param {Float32Array} picture
 */
function centreOfMass(picture) {
  let [mass, x, y] = [0, 0, 0];
  picture.forEach((ink, i) => {
    mass += ink;
    x += ink * ((i % SIDE) + 0.5);
    y += ink * (Math.floor(i / SIDE) + 0.5);
  });
  return [x / mass, y / mass];
}
