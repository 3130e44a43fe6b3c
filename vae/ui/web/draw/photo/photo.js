/** A photo, the boxes on it, and what a model sees of each. */

import { between, overlap, turned } from "./boxes.js";
import { prepare, prepareBox } from "./prepare.js";

// A found box that covers so much of one that a person has placed is the same digit.
const SAME = 0.4;
// The side of a box where there is no other to be like, as a share of the photo's shorter one.
const USUAL = 0.3;

/**
 * @typedef {import("./boxes.js").Box} Box
 * @typedef {import("./prepare.js").Prepared} Prepared
 *
 * @typedef {object} Crop
 * @property {Box} box on the photo as it is shown
 * @property {number} turn quarters clockwise that bring what is in it upright
 * @property {boolean} own whether a person has placed or turned it
 * @property {Float32Array|null} pixels what a model sees of it, 784 intensities; null where nothing was read
 * @property {number} asked how often it was to be read
 */

/** @type {(box: Box, pixels?: number[]) => Crop} */
const cropOf = (box, pixels) =>
  ({ box, turn: 0, own: !pixels, pixels: pixels ? Float32Array.from(pixels) : null, asked: 0 });

export class Photo {
  /** Quarters clockwise by which it is shown turned. */
  turn = 0;
  /** @type {number[]} width and height as it is shown, in pixels of the boxes */
  size = [0, 0];
  /** @type {Crop[]} */
  crops = [];
  /** @type {Crop|null} */
  chosen = null;
  /** @type {Prepared["steps"]} how the last reading went */
  steps = [];

  /**
   * @param {File} file
   * @returns {Promise<Photo>} rejected with a sentence when no digit can be read from it
   */
  static async open(file) {
    const photo = new Photo(file);
    photo.#use(await prepare(file), 0);
    return photo;
  }

  /** For Photo.open only. @param {File} file */
  constructor(file) {
    this.file = file;
  }

  /** @type {Float32Array[]} all that was read */
  get digits() {
    return this.crops.flatMap(({ pixels }) => pixels ?? []);
  }

  /**
   * Turns it, and looks for digits anew; the boxes that a person has placed stay.
   * @param {number} quarters clockwise
   * @returns {Promise<void>} rejected with a sentence, and nothing changed, when that cannot be
   */
  async turnBy(quarters) {
    const turn = (this.turn + quarters) % 4;
    this.#use(await prepare(this.file, turn), quarters);
    this.turn = turn;
    // A box that was not turned by itself turns with the photo.
    await Promise.allSettled(this.crops.filter((crop) => crop.own && !crop.turn).map((crop) => this.read(crop)));
  }

  /**
   * @param {Prepared} prepared
   * @param {number} quarters by which it is turned further
   */
  #use({ digits, steps, width, height }, quarters) {
    const placed = this.crops.filter(({ own }) => own);
    for (const crop of placed) crop.box = turned(crop.box, quarters, this.size);
    const found = digits.map(({ box, pixels }) => cropOf(box, pixels))
      .filter(({ box }) => !placed.some((crop) => overlap(crop.box, box) > SAME));
    for (const crop of placed) if (crop.turn) crop.turn = (crop.turn + 4 - quarters) % 4;
    this.crops = [...found, ...placed];
    this.size = [width, height];
    this.steps = steps;
    if (!this.chosen || !this.crops.includes(this.chosen)) [this.chosen] = this.crops;
  }

  /**
   * Reads what is in a crop; of several readings of it only the last counts.
   * @param {Crop} crop
   * @returns {Promise<boolean>} whether it counts; rejected with a sentence when no digit is there
   */
  async read(crop) {
    const asked = (crop.asked += 1);
    const { turn, size } = this;
    try {
      const { digits: [{ pixels }], steps } = await prepareBox(this.file, crop.box, { turn, size, of: crop.turn });
      if (crop.asked !== asked) return false;
      crop.pixels = Float32Array.from(pixels);
      this.steps = steps;
      return true;
    } catch (error) {
      if (crop.asked !== asked) return false;
      crop.pixels = null;
      throw error;
    }
  }

  /**
   * Another box, as large as the others, in the middle unless it is said where; it is chosen.
   * @param {Box} [box]
   */
  add(box = this.#usual()) {
    this.chosen = cropOf(box);
    this.crops.push(this.chosen);
    return this.chosen;
  }

  /** Takes the chosen box away, unless it is the last one. */
  remove() {
    const at = this.crops.findIndex((crop) => crop === this.chosen);
    if (this.crops.length < 2 || at < 0) return;
    this.crops.splice(at, 1);
    this.chosen = this.crops[Math.min(at, this.crops.length - 1)];
  }

  /** @returns {Box} */
  #usual() {
    const sides = this.crops.map(({ box }) => Math.max(box[2], box[3])).sort((a, b) => a - b);
    const half = (sides[sides.length >> 1] ?? USUAL * Math.min(...this.size)) / 2;
    const [x, y] = this.size.map((side) => side / 2);
    return between([x - half, y - half], [x + half, y + half], this.size);
  }
}
