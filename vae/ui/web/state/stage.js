/**
 * What is on the stage: a model, a latent vector z of it and where that comes from, and the drawing x with
 * its q(z|x). z is put there by a person, or follows the code of what is drawn.
 */

import { ease } from "../canvas/schedule.js";
import { Emitter } from "./events.js";
import { LatentSpace } from "./latent-space.js";

// What a property holds until the first model is there, for which no part of the page looks before.
const none = /** @type {any} */ (null);

/**
 * @typedef {import("../engine/model.js").Model} Model
 * @typedef {import("../math/linear.js").Tensors} Tensors
 * @typedef {import("../math/posterior.js").Posterior & {
 *   code: ArrayLike<number>, picture?: Float32Array,
 *   mode?: {mean: ArrayLike<number>, std: ArrayLike<number>, gain: number}|null,
 * }} DrawingPosterior q(z|x) of the drawing: the code that goes onto
 *   the stage, its picture, and where it was looked for, the mode of p(z|x)
 * @typedef {{z: number[], y: number, origin: string}} Place
 * @typedef {"mnist"|"drawn"} Prepared how a drawing became x: as MNIST was made, or the pad as it is
 */

/** @extends {Emitter<import("./events.js").SessionEvents>} */
export class Stage extends Emitter {
  /** The name of the model in use; "" before the first. */
  name = "";
  /** @type {Model} the model in use; null before the first event "model" */
  model = none;
  /** @type {Tensors} the statistics of its file; null before the first event "model" */
  statistics = none;
  /** @type {LatentSpace} its own; null before the first event "model" */
  space = none;
  /** @type {number[]} the latent vector on the stage */
  z = [];
  /** @type {number} the class that a conditional decoder is told */
  y = 0;
  /** @type {string} where z comes from; see machine/origin.js */
  origin = "example";
  /** @type {Float32Array|null} what was drawn or uploaded, as a model sees it */
  drawing = null;
  /** @type {number[][][]|null} the strokes that it was drawn with; null for a picture, or for none */
  strokes = null;
  /** @type {Prepared} */
  prepared = "mnist";
  /** @type {DrawingPosterior|null} */
  posterior = null;
  /** @type {{A: number[]|null, B: number[]|null}} latent vectors that a person has pinned */
  pins = { A: null, B: null };
  /** @type {Map<string, Place & {pins: Stage["pins"]}>} what was left of every model, by its name */
  #left = new Map();
  #stopEasing = () => {};
  // Whether z stays where it is when the drawing has been encoded.
  /** @type {string} what z is, where it does not follow the next q(z|x) */
  #stays = "";

  /**
   * Puts a model in use.
   * @param {string} name
   * @param {Model} model
   * @param {Tensors} statistics of its file
   * @param {number[]} [z] where to begin, when it suits the model; otherwise it begins where it was left
   * @param {number} [y]
   */
  use(name, model, statistics, z, y = 0) {
    this.#stopEasing();
    this.#leave();
    const space = new LatentSpace(model, statistics);
    [this.name, this.model, this.statistics, this.space] = [name, model, statistics, space];
    this.posterior = null;
    this.#stays = "";
    const given = z?.length === model.latents ? z : null;
    const left = this.#left.get(name) ?? {
      z: space.beginning(), y, origin: space.aggregate ? "example" : "prior", pins: { A: null, B: null },
    };
    this.y = model.classes ? (given ? y : left.y) : 0;
    this.pins = left.pins;
    this.origin = given ? "address" : left.origin;
    this.z = this.space.nearest(given ?? left.z);
    this.emit("model");
    this.emit("posterior");
    this.emit("pins");
    this.emit("z");
  }

  /** What a person did with a model is there again when they come back to it. */
  #leave() {
    const { z, y, origin, pins } = this;
    // Without its drawing a code is a place that was left.
    const kept = origin === "posterior" || origin === "moved" ? "left" : origin;
    if (this.model) this.#left.set(this.name, { z, y, origin: kept, pins });
  }

  /** The dimensions of the latent space, most informative first. */
  get dimensions() {
    return this.space.dimensions;
  }

  /** The aggregate posterior; null where the model's file has none. */
  get aggregate() {
    return this.space.aggregate;
  }

  /**
   * Calls `act` whenever a model is put in use, and now if one already is.
   * @param {() => void} act
   */
  withModel(act) {
    this.addEventListener("model", act);
    if (this.model) act();
  }

  /**
   * Puts z on the stage at once. Unless it is said where z comes from, a person has moved it.
   * @param {ArrayLike<number>} z
   * @param {string} [origin]
   */
  setZ(z, origin = this.posterior ? "moved" : "moved by itself") {
    this.#stopEasing();
    this.#place(z, origin);
  }

  /**
   * Changes one dimension of z at once.
   * @param {number} index
   * @param {number} value
   */
  setLatent(index, value) {
    this.setZ(this.z.with(index, value));
  }

  /**
   * Tells a conditional decoder another class.
   * @param {number} y
   */
  setClass(y) {
    this.emit("jump");
    this.y = y;
    this.emit("z");
  }

  /**
   * Puts z on the stage by way of the straight line from the present one.
   * @param {ArrayLike<number>} z
   * @param {string} [origin]
   */
  moveTo(z, origin = this.posterior ? "moved" : "moved by itself") {
    this.emit("jump");
    this.#stopEasing();
    const [from, to] = [this.z, this.space.nearest(z)];
    this.#stopEasing = ease((t) => {
      this.#place(t === 1 ? to : from.map((value, i) => value + t * (to[i] - value)), origin);
    });
  }

  /** Takes z back to the code of what was drawn. */
  moveBack() {
    if (this.posterior) this.moveTo(this.posterior.code, "posterior");
  }

  /**
   * Puts a whole state back, at once.
   * @param {Place} state
   */
  place({ z, y, origin }) {
    this.y = y;
    this.setZ(z, origin);
  }

  /**
   * The picture of latent vectors, 784 intensities each, in the class on the stage.
   * @param {ArrayLike<number>} z
   * @param {number} [batch]
   */
  decode(z, batch = 1) {
    return this.model.decode(z instanceof Float32Array ? z : Float32Array.from(z), batch, this.y);
  }

  /**
   * @param {"A"|"B"} name of the pin
   * @param {ArrayLike<number>|null} z where to put it, or null to take it away
   */
  pin(name, z) {
    this.pins[name] = z && this.space.nearest(z);
    this.emit("pins");
  }

  /**
   * @param {Float32Array|null} x a drawing or a picture as a model sees it, 784 intensities
   * @param {number[][][]|null} [strokes] that it was drawn with, in whole numbers
   * @param {Prepared} [prepared]
   */
  setDrawing(x, strokes = null, prepared = "mnist") {
    this.#stays = "";
    [this.drawing, this.strokes, this.prepared] = [x, strokes, prepared];
    this.emit("drawing");
  }

  /**
   * Puts back a drawing that a link or an earlier visit held, as setDrawing() has it, beside the z that it
   * held: of this q(z|x) or moved away from it.
   * @param {Float32Array} x
   * @param {number[][][]|null} strokes
   * @param {Prepared} prepared
   * @param {boolean} drawn whether z was drawn from this q(z|x)
   */
  restoreDrawing(x, strokes, prepared, drawn) {
    this.setDrawing(x, strokes, prepared);
    this.#stays = drawn ? "drawn" : "moved";
  }

  /**
   * q(z|x) of the drawing, whose code goes onto the stage: what is drawn is what is there.
   * @param {DrawingPosterior|null} posterior
   */
  setPosterior(posterior) {
    this.posterior = posterior;
    const bereft = !posterior && ["posterior", "drawn", "moved"].includes(this.origin);
    if (bereft) this.origin = "left";
    this.emit("posterior");
    if (posterior) this.#follow(posterior.code);
    else if (bereft) this.emit("z");
  }

  /**
   * The code of a drawing goes onto the stage, unless z came with the drawing.
   * @param {ArrayLike<number>} code
   */
  #follow(code) {
    const { z } = this;
    const stays = this.#stays;
    this.#stays = "";
    const same = this.space.nearest(code).every((value, i) => value === z[i]);
    if (stays) this.setZ(z, same ? "posterior" : stays);
    else this.setZ(Array.from(code), "posterior");
  }

  /**
   * @param {ArrayLike<number>} z
   * @param {string} origin
   */
  #place(z, origin) {
    this.origin = origin;
    this.z = this.space.nearest(z);
    this.emit("z");
  }
}
