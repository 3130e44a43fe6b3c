/** The ring where z is: an element over the map, so that moving it paints nothing anew. */

export class Ring {
  #element = document.createElement("i");

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#element.className = "ring";
    this.#element.hidden = true;
    root.append(this.#element);
  }

  /**
   * Shows it where z is in a view of a plane; nowhere outside the view, or where there is none.
   * @param {import("./viewport.js").View|null} view
   * @param {import("./plane.js").Plane} plane
   * @param {number[]} z
   */
  show(view, plane, z) {
    const pixel = view?.toPixels(plane.coordinates(z));
    this.#element.hidden = !view || !pixel || !view.holds(pixel);
    if (pixel) this.#element.style.transform = `translate(${pixel[0]}px, ${pixel[1]}px)`;
  }
}
