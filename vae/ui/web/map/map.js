/**
 * The map: a plane of the latent space, with the digits that it decodes to, the test digits that
 * were encoded, the prior's contours, the drawing's posterior, pins, path and z, all to one scale.
 */

import { Colours } from "../canvas/colours.js";
import { sharp } from "../canvas/axes.js";
import { find } from "../canvas/find.js";
import { paced, rested } from "../canvas/schedule.js";
import { home } from "./beginning.js";
import { Dots } from "./dots.js";
import { CLASS_COLOURS } from "../canvas/palette.js";
import { paintGround, paintOver } from "./canvases.js";
import { priorContours } from "./prior-lines.js";
import { Ring } from "./ring.js";
import { Field } from "./tiles.js";
import { View } from "./viewport.js";

const MARGIN = { left: 46, right: 10, top: 8, bottom: 40 };
const STEPS = 80;

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Pair} Pair
 */

/** Says "area" when a person shows another part of the plane. */
export class LatentMap extends EventTarget {
  /** @type {import("./prior-lines.js").Contour[]} the prior's */
  contours = [];
  /** @type {number[]|null} */
  #held = null;
  #field = new Field();
  dots = new Dots();
  // Until a plane is shown there is nothing to be seen of either.
  plane = /** @type {import("./plane.js").Plane} */ (/** @type {unknown} */ (null));
  view = new View([0, 0, 1, 1]);
  // As last told: asking for it while a frame is being made would lay the page out once more.
  #width = 0;

  /**
   * Two canvases, one over the other, and a ring where z is: moving z paints nothing but that.
   * @param {HTMLElement} root holds canvas.ground and canvas.over
   * @param {Scene} session
   */
  constructor(root, session) {
    super();
    this.ground = find(root, ".ground", HTMLCanvasElement);
    this.canvas = find(root, ".over", HTMLCanvasElement);
    this.#ring = new Ring(root);
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
    this.follow = paced(() => this.#showRing());
    this.#decodeField = rested(() => this.#decode());
    session.on(["posterior", "pins"], this.draw);
    const renew = () => {
      if (session.touched && this.plane && this.#field.left(session, this.plane)) this.#decodeField();
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
  #ring;

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
   * @param {import("./plane.js").Plane} plane
   * @param {string} [area] of the plane, as View.area has it
   */
  show(plane, area = "") {
    if (plane !== this.plane) this.view = new View(home(this.session, plane));
    if (area) this.view.show(area);
    this.plane = plane;
    this.#field.forget();
    if (this.session.aggregate) this.dots.use(this.session.aggregate, plane, this.session.z);
    this.contours = priorContours(this.session, plane, this.view);
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
   * How far a pixel of the map is from where z is, in pixels.
   * @param {Pair} pixel
   */
  distanceToRing([x, y]) {
    const [ringX, ringY] = this.view.toPixels(this.plane.coordinates(this.session.z));
    return Math.hypot(x - ringX, y - ringY);
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
    this.#showArea();
  }

  /** @param {Pair} way in pixels */
  pan([dx, dy]) {
    const { view } = this;
    view.pan([-dx / view.scale, dy / view.scale]);
    this.#showArea();
  }

  whole() {
    this.view.reset();
    this.#showArea();
  }

  #showArea() {
    this.refresh();
    this.dispatchEvent(new Event("area"));
  }

  *#decode() {
    const { session, plane, view, colours, dots } = this;
    if (!this.#width) return;
    if (session.aggregate) dots.measure(session.aggregate, plane, session.z);
    this.drawGround();
    if (!this.shown.digits) return;
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
    const side = width - MARGIN.left - MARGIN.right;
    view.place(MARGIN.left, MARGIN.top, side);
    return sharp(canvas, width, side + MARGIN.top + MARGIN.bottom);
  }

  #paint() {
    const context = this.#context(this.canvas);
    if (!context) return;
    paintOver(context, this);
    this.#showRing();
  }

  #showRing() {
    const { session, plane } = this;
    const shown = plane && this.#width && session.z.length === plane.origin.length;
    this.#ring.show(shown ? this.view : null, plane, session.z);
  }

  #paintGround() {
    const context = this.#context(this.ground);
    if (context) paintGround(context, this, this.#field);
  }
}
