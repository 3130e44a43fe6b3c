/**
 * The map: a plane of the latent space, with the digits that it decodes to, the test digits that
 * were encoded, the prior's contours, the drawing's posterior, pins, path and z, all to one scale.
 */

import { Colours } from "../canvas/colours.js";
import { contextOf } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { Field } from "./tiles.js";
import { paced, rested } from "../canvas/schedule.js";
import {
  paintAxes, paintPath, paintPosterior, paintSamples, scatter,
} from "./overlays.js";
import { isBounded } from "../math/distribution.js";
import { CLASS_COLOURS } from "../canvas/palette.js";
import { Plane } from "./plane.js";
import { priorContours } from "./prior-lines.js";
import { View } from "./viewport.js";

const REACH = 3.4;
const MARGIN = { left: 46, right: 10, top: 8, bottom: 40 };
const STEPS = 80;
const SAME = 1e-9;

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Pair} Pair
 */

export class LatentMap {
  /** @type {import("./prior-lines.js").Contour[]} */
  #contours = [];
  /** @type {number[]} */
  #offPlane = [];
  /** @type {number[]|null} */
  #held = null;
  #field = new Field();
  // Until a plane is shown there is nothing to be seen of either.
  plane = /** @type {Plane} */ (/** @type {unknown} */ (null));
  view = new View([0, 0, 1, 1]);
  // As last told: asking for it while a frame is being made would lay the page out once more.
  #width = 0;

  /**
   * Two canvases, one over the other, and a ring where z is: moving z paints nothing but that.
   * @param {HTMLElement} root holds canvas.ground and canvas.over
   * @param {Scene} session
   */
  constructor(root, session) {
    this.ground = find(root, ".ground", HTMLCanvasElement);
    this.canvas = find(root, ".over", HTMLCanvasElement);
    this.ring = document.createElement("i");
    this.ring.className = "ring";
    this.ring.hidden = true;
    root.append(this.ring);
    this.session = session;
    /** @type {Set<number>} which classes are shown */
    this.classes = new Set(CLASS_COLOURS.keys());
    this.classCount = this.classes.size;
    /** @type {Object<string, boolean>} what else is */
    this.shown = { digits: true, points: true, contours: true };
    /** @type {number[][]} latent vectors of the path between the pins */
    this.path = [];
    /** @type {{z: Float32Array, label: ArrayLike<number>|null}|null} samples to be marked */
    this.samples = null;
    this.colours = new Colours(root, () => this.refresh());
    this.draw = paced(() => this.#paint());
    this.drawGround = paced(() => this.#paintGround());
    this.follow = paced(() => this.#moveRing());
    this.#decodeField = rested(() => this.#decode());
    session.on(["posterior", "pins"], this.draw);
    const renew = () => {
      if (session.touched && this.#left()) this.#decodeField();
    };
    session.on("touch", renew);
    session.on("z", () => {
      renew();
      this.follow();
    });
    new ResizeObserver(([{ contentRect: { width } }]) => {
      if (width === this.#width) return;
      this.#width = width;
      this.refresh();
    }).observe(this.ground);
  }

  #decodeField;

  /**
   * For a model whose images are of so many classes: all of them are shown when that is news.
   * @param {number} count
   */
  showClasses(count) {
    if (count === this.classCount) return;
    this.classCount = count;
    this.classes = new Set(Array.from({ length: count }, (_, label) => label));
  }

  /**
   * Shows another plane, or the same one of another model, then in the same window.
   * @param {Plane} plane
   */
  show(plane) {
    if (plane !== this.plane) this.view = new View(home(this.session, plane));
    this.plane = plane;
    this.#field.forget();
    this.#contours = priorContours(this.session, plane, this.view);
    this.refresh();
  }

  /** Paints everything anew, the digits behind it when nothing moves. */
  refresh() {
    if (!this.plane) return;
    this.#decodeField();
    this.drawGround();
    this.draw();
  }

  /**
   * Shows or hides one of `shown`.
   * @param {string} what
   * @returns {boolean} whether it is shown now
   */
  toggle(what) {
    this.shown[what] = !this.shown[what];
    this.refresh();
    return this.shown[what];
  }

  /** Takes hold of z: until it is let go, moving it changes nothing across the plane. */
  grab() {
    this.#held = this.session.z;
  }

  letGo() {
    this.#held = null;
  }

  /**
   * Puts z where a pixel of the map is.
   * @param {Pair} pixel
   */
  go(pixel) {
    const { session, plane, view } = this;
    /** @type {(point: Pair) => Pair} */
    const inside = ([x, y]) => [
      Math.min(view.right, Math.max(view.left, x)),
      Math.min(view.top, Math.max(view.bottom, y)),
    ];
    session.setZ(plane.moved(this.#held ?? session.z, inside(view.toPlane(pixel))));
  }

  /**
   * Moves z by parts of the map's width.
   * @param {number} dx
   * @param {number} dy
   */
  step(dx, dy) {
    const { session, plane, view } = this;
    const [x, y] = plane.coordinates(session.z);
    const length = view.width / STEPS;
    session.setZ(plane.moved(session.z, [x + dx * length, y + dy * length]));
  }

  /**
   * Shows `factor` times less around a pixel, or around z.
   * @param {number} factor
   * @param {Pair} [pixel]
   */
  zoom(factor, pixel) {
    const { view, plane, session } = this;
    view.zoom(factor, pixel ? view.toPlane(pixel) : plane.coordinates(session.z));
    this.refresh();
  }

  /** @param {Pair} way in pixels */
  pan([dx, dy]) {
    const { view } = this;
    view.pan([-dx / view.scale, dy / view.scale]);
    this.refresh();
  }

  whole() {
    this.view.reset();
    this.refresh();
  }

  /** Whether z has left the slice, or the class, that the digits behind the map show. */
  #left() {
    const { plane, session } = this;
    if (!plane) return false;
    const foot = plane.moved(session.z, [0, 0]).concat(session.y);
    const left = this.#offPlane.length !== foot.length
      || foot.some((value, i) => Math.abs(value - this.#offPlane[i]) > SAME);
    if (left) this.#offPlane = foot;
    return left;
  }

  *#decode() {
    if (!this.shown.digits || !this.#width) return;
    const { session, plane, view, colours } = this;
    yield* this.#field.decode(session, plane, view, () => colours.ink, this.drawGround);
  }

  /**
   * A canvas' context in CSS pixels, clear; or null when it is not shown.
   * @param {HTMLCanvasElement} canvas
   */
  #context(canvas) {
    const { session, plane, view } = this;
    const width = this.#width;
    if (!plane || !width || session.z.length !== plane.origin.length) return null;
    const scale = devicePixelRatio || 1;
    const side = width - MARGIN.left - MARGIN.right;
    const height = side + MARGIN.top + MARGIN.bottom;
    if (canvas.width !== Math.round(width * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.height = `${height}px`;
    }
    view.place(MARGIN.left, MARGIN.top, side);
    const context = contextOf(canvas);
    context.resetTransform();
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    return context;
  }

  /** @param {import("./scene.js").Context} context */
  #clip(context) {
    const { x, y, side } = this.view;
    context.beginPath();
    context.rect(x, y, side, side);
    context.clip();
  }

  #paint() {
    const context = this.#context(this.canvas);
    if (!context) return;
    context.save();
    this.#clip(context);
    paintSamples(context, this);
    paintPosterior(context, this);
    paintPath(context, this);
    context.restore();
    this.#moveRing();
  }

  #moveRing() {
    const { session, plane, view, ring } = this;
    ring.hidden = !plane || !this.#width || session.z.length !== plane.origin.length;
    if (ring.hidden) return;
    const [x, y] = view.toPixels(plane.coordinates(session.z));
    ring.hidden = !view.holds([x, y]);
    ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  #paintGround() {
    const context = this.#context(this.ground);
    if (!context) return;
    const { session, shown, view } = this;
    paintAxes(context, this);
    context.save();
    this.#clip(context);
    if (shown.digits) {
      context.globalAlpha = shown.points ? 0.34 : 0.9;
      this.#field.paint(context, view);
      context.globalAlpha = 1;
    }
    if (shown.points && session.aggregate) scatter(context, session.aggregate, this);
    if (shown.contours) this.#paintContours(context);
    context.restore();
  }

  /** @param {import("./scene.js").Context} context */
  #paintContours(context) {
    const { view, colours } = this;
    context.strokeStyle = colours.text;
    context.fillStyle = colours.text;
    context.font = `11px ${colours.font}`;
    context.lineWidth = 1;
    this.#contours.forEach(({ trace, label }, i) => {
      context.globalAlpha = 0.75 - 0.15 * i;
      context.beginPath();
      const place = trace(context, view);
      context.stroke();
      if (place) context.fillText(label, place[0] + 3, place[1] - 3);
    });
    context.globalAlpha = 1;
  }
}

/**
 * The square of the plane that holds the prior's bulk and nearly all encodings.
 * @param {Scene} scene
 * @param {Plane} plane
 * @returns {[number, number, number, number]} left, bottom, right, top
 */
function home({ model, aggregate }, plane) {
  const { prior, latents } = model;
  const centre = plane.coordinates(new Array(latents).fill(prior.mean));
  const [low, high] = prior.support;
  if (isBounded(prior) && plane.labels[0].startsWith("latent")) return [low, low, high, high];
  let reach = REACH * prior.std;
  if (aggregate) {
    const far = Array.from({ length: aggregate.count }, (_, n) => {
      const [x, y] = plane.coordinates(aggregate.mean, n * latents);
      return Math.max(Math.abs(x - centre[0]), Math.abs(y - centre[1]));
    }).sort((a, b) => a - b);
    reach = Math.max(reach, 1.04 * far[Math.floor(0.995 * far.length)]);
  }
  const [x, y] = centre;
  return [x - reach, y - reach, x + reach, y + reach];
}

/**
 * The plane that suits a model at first: its latent space, or that of its first two components.
 * @param {Pick<Scene, "model"|"aggregate"|"dimensions">} scene
 */
export function firstPlane({ model, aggregate, dimensions }) {
  if (model.latents === 2) return Plane.ofLatents(2, 0, 1);
  if (aggregate) return Plane.ofComponents(aggregate);
  return Plane.ofLatents(model.latents, dimensions[0].index, dimensions[1].index);
}
