/** The sliders: one for every latent dimension, ordered by KL, each with a strip of what it does. */

import { paced, rested, unhurried } from "../canvas/schedule.js";
import { find } from "../canvas/find.js";
import { Row } from "./latent-row.js";

/** @typedef {import("../state/session.js").Session} Session */

// Rows that are shown at once: each that can be scrolled to costs every frame a little.
const MOST = 24;

export class Sliders {
  /** @type {Row[]} */
  #rows = [];
  // Rows on the screen follow every frame, the others when z rests: there may be a hundred.
  /** @type {Set<Row>} */
  #seen = new Set();
  #watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rows.find(({ element }) => element === target);
      if (row && isIntersecting) this.#seen.add(row);
      else if (row) this.#seen.delete(row);
    }
    this.#show();
  });

  /**
   * @param {HTMLElement} root holding .latents, and .further and .inactive ones that are folded
   * @param {Session} session
   */
  constructor(root, session) {
    this.root = root;
    this.session = session;
    this.#strips = rested(() => this.#rest());
    this.#values = unhurried(() => this.#seen.forEach((row) => row.write()));
    session.withModel(() => this.#build());
    session.on("z", paced(() => this.#show()));
    session.on("touch", this.#strips);
    for (const fold of root.querySelectorAll(".folded")) fold.addEventListener("toggle", this.#strips);
  }

  #strips;
  #values;

  #build() {
    const { root, session } = this;
    const { dimensions } = session;
    const highest = dimensions[0].kl;
    this.#rows = dimensions.map((dimension) => new Row(dimension, highest, session));
    const active = this.#rows.filter((row) => row.active);
    const inactive = this.#rows.filter((row) => !row.active);
    fill(root, active.slice(0, MOST));
    this.#fold(".further", active.slice(MOST), "more active latent");
    this.#fold(".inactive", inactive, "inactive latent");
    const why = session.model.hasEncoder ? "This model\u2019s file stores no KL of test digits" : "This model has no encoder";
    find(root, ".no-kl").hidden = highest !== null;
    find(root, ".no-kl").textContent = `${why}, so no KL says which latents matter: they come in their own order.`;
    this.#watch.disconnect();
    this.#seen = new Set(this.#rows);
    this.#rows.forEach((row) => this.#watch.observe(row.element));
    this.#show();
    this.#strips();
  }

  /**
   * @param {string} selector
   * @param {Row[]} rows
   * @param {string} what
   */
  #fold(selector, rows, what) {
    const fold = find(this.root, selector);
    fill(fold, rows);
    find(fold, "summary").textContent = `${rows.length} ${what}${rows.length === 1 ? "" : "s"}`;
    fold.hidden = rows.length === 0;
  }

  #show() {
    const { z } = this.session;
    if (z.length !== this.#rows.length) return;
    for (const row of this.#seen) row.show(z[row.index]);
    this.#values();
    // Until the first touch z never rests: the strips stay those of where it began.
    if (this.session.touched) this.#strips();
  }

  *#rest() {
    const { root, session } = this;
    if (session.z.length !== this.#rows.length) return;
    for (const row of this.#rows) {
      row.show(session.z[row.index]);
      row.write();
    }
    if (!root.offsetParent) return;
    for (const row of this.#rows) {
      if (row.element.closest("details")?.open !== false) yield row.paintStrip();
    }
  }
}

/**
 * @param {HTMLElement} root
 * @param {Row[]} rows
 */
function fill(root, rows) {
  find(root, ".latents").replaceChildren(...rows.map((row) => row.element));
}
