/**
 * Sliders under a finger or a pen. WebKit begins a drag only inside the thumb; here one begins
 * anywhere on a slider. Up and down scrolls the page, and then, as with a second finger, the value
 * stays what it was.
 */

import { isSideways, isStill } from "./canvas/swipe.js";

/** Follows fingers and pens on every slider of a page. @param {HTMLElement} root */
export function followFingers(root) {
  /** @type {Drag|null} */
  let drag = null;
  root.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse") return;
    drag?.giveUp();
    const slider = event.target;
    if (!event.isPrimary || !(slider instanceof HTMLInputElement) || slider.type !== "range") return;
    drag = slider.disabled ? null : new Drag(slider, event);
    // Keeps the browser from putting the thumb where the finger only begins to scroll.
    event.preventDefault();
  });
  root.addEventListener("pointermove", (event) => drag?.move(event));
  root.addEventListener("pointerup", (event) => {
    if (event.pointerId !== drag?.pointer) return;
    drag.end(event);
    drag = null;
  });
  root.addEventListener("pointercancel", (event) => {
    if (event.pointerId !== drag?.pointer) return;
    drag.giveUp();
    drag = null;
  });
  root.addEventListener("input", (event) => drag?.keep(event), { capture: true });
}

class Drag {
  /** @type {"waiting"|"moving"|"over"} waiting: whether it is a tap, a drag or the page's */
  #does = "waiting";

  /**
   * @param {HTMLInputElement} slider
   * @param {PointerEvent} event that it begins with
   */
  constructor(slider, event) {
    this.slider = slider;
    this.pointer = event.pointerId;
    this.before = this.value = slider.value;
    this.start = event;
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerId !== this.pointer) return;
    if (this.#does === "waiting" && isSideways(this.#way(event))) this.#does = "moving";
    if (this.#does === "moving") this.#put(event);
  }

  /** A tap goes where it is. @param {PointerEvent} event */
  end(event) {
    if (this.#does === "over" || (this.#does === "waiting" && !isStill(this.#way(event)))) return;
    this.#put(event);
    this.slider.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Puts the value back as it was. */
  giveUp() {
    this.#does = "over";
    this.#set(this.before);
  }

  /** What the browser itself makes of the finger, which may only be about to scroll, is left out. @param {Event} event */
  keep(event) {
    if (!event.isTrusted || event.target !== this.slider) return;
    event.stopImmediatePropagation();
    this.slider.value = this.value;
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  #way({ clientX, clientY }) {
    return [clientX - this.start.clientX, clientY - this.start.clientY];
  }

  /** The middle of the thumb goes under the finger, as under a mouse. @param {PointerEvent} event */
  #put({ clientX }) {
    const { slider } = this;
    const { left, width } = slider.getBoundingClientRect();
    const thumb = parseFloat(getComputedStyle(slider).getPropertyValue("--thumb"));
    const share = Math.min(1, Math.max(0, (clientX - left - thumb / 2) / (width - thumb)));
    const [least, most] = [Number(slider.min), Number(slider.max)];
    this.#set(String(least + share * (most - least)));
  }

  /** @param {string} value */
  #set(value) {
    const { slider } = this;
    slider.value = value;
    if (slider.value === this.value) return;
    this.value = slider.value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
