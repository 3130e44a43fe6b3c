/** The photo on the screen, its boxes, and what a pointer or a key does with them. */

import { find } from "../../canvas/find.js";
import { between, moved, resized } from "./boxes.js";
import { follow } from "./drag.js";

// Pixels of the screen by which a pointer moves a box, and not just chooses it.
const STILL = 4;
/** @type {import("./boxes.js").Corner[]} */
const CORNERS = ["nw", "ne", "sw", "se"];
/** @type {Map<string, number[]>} */
const ARROWS = new Map([["ArrowLeft", [-1, 0]], ["ArrowRight", [1, 0]], ["ArrowUp", [0, -1]], ["ArrowDown", [0, 1]]]);
// Of the photo's longer side, what a key moves.
const STEP = 0.01;

/**
 * @typedef {import("./photo.js").Photo} Photo
 * @typedef {import("./photo.js").Crop} Crop
 *
 * @typedef {object} Wishes what a person wants
 * @property {(crop: Crop) => void} choose
 * @property {(crop: Crop) => void} changed its box lies elsewhere, or it is turned
 * @property {(box: number[]) => void} add
 * @property {() => void} remove the chosen one
 */

export class Frame {
  /** @type {Photo|null} */
  #photo = null;
  /** @type {Map<Crop, HTMLButtonElement>} */
  #buttons = new Map();
  #handles;

  /**
   * @param {HTMLElement} root with an img in it
   * @param {Wishes} wishes
   */
  constructor(root, wishes) {
    this.root = root;
    this.wishes = wishes;
    this.image = find(root, "img", HTMLImageElement);
    this.#handles = CORNERS.map((corner) => this.#handle(corner));
    root.addEventListener("pointerdown", (event) => this.#draw(event));
  }

  /** Shows a photo with its boxes, where they are now. @param {Photo} photo */
  show(photo) {
    this.#photo = photo;
    const { size: [width, height], turn } = photo;
    const [across, down] = turn % 2 ? [height, width] : [width, height];
    this.root.style.setProperty("--ratio", String(width / height));
    Object.assign(this.image.style, {
      width: `${(100 * across) / width}%`,
      height: `${(100 * down) / height}%`,
      transform: `translate(-50%, -50%) rotate(${turn * 90}deg)`,
    });
    this.#buttons.forEach((button) => button.remove());
    this.#buttons = new Map(photo.crops.map((crop) => [crop, this.#button(crop)]));
    this.root.append(...this.#buttons.values(), ...this.#handles);
    this.place();
  }

  /** Shows where the boxes are, and which one is chosen. */
  place() {
    if (!this.#photo) return;
    const { chosen, size, crops } = this.#photo;
    crops.forEach((crop, number) => {
      const button = /** @type {HTMLButtonElement} */ (this.#buttons.get(crop));
      const [left, top, width, height] = crop.box.map((value, i) => `${(100 * value) / size[i % 2]}%`);
      Object.assign(button.style, { left, top, width, height });
      button.setAttribute("aria-pressed", String(crop === chosen));
      const turned = crop.turn ? `, turned by ${90 * crop.turn} degrees` : "";
      button.setAttribute("aria-label", `digit ${number + 1} of the picture${turned}`);
      button.classList.toggle("unread", !crop.pixels);
      button.dataset.turn = String(crop.turn);
    });
    const [x, y, width, height] = chosen?.box ?? [0, 0, 0, 0];
    this.#handles.forEach((handle, i) => {
      handle.hidden = !chosen;
      handle.style.setProperty("--x", `${(100 * (x + (i % 2) * width)) / size[0]}%`);
      handle.style.setProperty("--y", `${(100 * (y + (i >> 1) * height)) / size[1]}%`);
    });
  }

  /** Puts the keys onto the chosen box. */
  focus() {
    const chosen = this.#photo?.chosen;
    if (chosen) this.#buttons.get(chosen)?.focus({ preventScroll: true });
  }

  /** @param {Crop} crop */
  #button(crop) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "box" });
    button.addEventListener("click", () => {
      if (crop !== this.#photo?.chosen) this.wishes.choose(crop);
    });
    button.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      // A finger that goes down on another box may be about to scroll the page.
      if (crop !== this.#photo?.chosen && event.pointerType === "touch") return;
      this.#drag(event, crop, moved);
    });
    button.addEventListener("keydown", (event) => this.#key(event, crop));
    return button;
  }

  /** @param {import("./boxes.js").Corner} corner */
  #handle(corner) {
    const handle = document.createElement("span");
    handle.className = `handle ${corner}`;
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      const crop = this.#photo?.chosen;
      if (crop) this.#drag(event, crop, (box, by, size) => resized(box, corner, by, size));
    });
    return handle;
  }

  /**
   * @param {PointerEvent} event
   * @param {Crop} crop
   * @param {(box: number[], by: number[], size: number[]) => number[]} change
   */
  #drag(event, crop, change) {
    if (event.button !== 0) return;
    const { box } = crop;
    let far = false;
    follow(event, {
      move: (by) => {
        far ||= Math.hypot(...by) > STILL;
        if (far) this.#put(crop, change(box, by.map((way) => way * this.#scale), this.#size));
      },
      end: (kept) => {
        if (!kept) this.#put(crop, box);
        else if (far) this.wishes.changed(crop);
      },
    });
  }

  /** A pointer that goes across the photo marks another box; a finger scrolls the page there. @param {PointerEvent} event */
  #draw(event) {
    if (event.button !== 0 || event.pointerType === "touch" || !this.#photo) return;
    const { left, top } = this.root.getBoundingClientRect();
    const from = [event.clientX - left, event.clientY - top].map((way) => way * this.#scale);
    const ghost = document.createElement("i");
    ghost.className = "ghost";
    let box = from;
    event.preventDefault();
    follow(event, {
      move: (by) => {
        if (!ghost.parentElement && Math.hypot(...by) <= STILL) return;
        box = between(from, from.map((start, i) => start + by[i] * this.#scale), this.#size);
        const [x, y, width, height] = box.map((value, i) => `${(100 * value) / this.#size[i % 2]}%`);
        Object.assign(ghost.style, { left: x, top: y, width, height });
        this.root.append(ghost);
      },
      end: (kept) => {
        const drawn = ghost.parentElement !== null;
        ghost.remove();
        if (kept && drawn) this.wishes.add(box);
      },
    });
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Crop} crop
   */
  #key(event, crop) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const arrow = ARROWS.get(key);
    const step = Math.max(1, Math.round(STEP * Math.max(...this.#size)));
    if (arrow) {
      const by = arrow.map((way) => way * step);
      this.#put(crop, shiftKey ? resized(crop.box, "se", by, this.#size) : moved(crop.box, by, this.#size));
    } else if (key === "r") crop.turn = (crop.turn + 1) % 4;
    else if (key !== "Delete" && key !== "Backspace") return;
    event.preventDefault();
    if (arrow || key === "r") this.wishes.changed(crop);
    else if (crop === this.#photo?.chosen) this.wishes.remove();
  }

  /**
   * @param {Crop} crop
   * @param {number[]} box
   */
  #put(crop, box) {
    crop.box = box;
    if (this.#photo) this.#photo.chosen = crop;
    this.place();
  }

  /** @type {number[]} */
  get #size() {
    return this.#photo?.size ?? [1, 1];
  }

  /** Pixels of the photo in one of the screen. */
  get #scale() {
    return this.#size[0] / this.root.clientWidth;
  }
}
