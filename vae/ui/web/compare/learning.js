/** From noise to digits: a model at some epochs of its training, with everything else held still. */

import { find } from "../canvas/find.js";
import { rested } from "../canvas/schedule.js";
import { firstPlane } from "../map/beginning.js";
import { EpochColumn } from "./epoch-column.js";
import { Snapshots } from "./snapshots.js";

const PACE = 700;

/**
 * @param {HTMLElement} root
 * @param {import("../state/session.js").Session} session
 */
export function mountLearning(root, session) {
  const learning = new Learning(root, session);
  // The first snapshots come when they are scrolled to.
  new IntersectionObserver(([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    learning.choose();
  }).observe(root);
}

class Learning {
  /** @type {Snapshots|null} */
  #snapshots = null;
  /** @type {Float32Array|null} */
  #labels = null;
  /** @type {import("../map/plane.js").Plane|null} */
  #plane = null;
  #timer = 0;
  /** @type {number[]|null} (D,), of the test digit that is followed where the page shows another model */
  #example = null;
  /** @type {number[]} the snapshot that the address asks for, and the one beside it */
  #asked;

  /**
   * @param {HTMLElement} root
   * @param {import("../state/session.js").Session} session
   */
  constructor(root, session) {
    this.root = root;
    this.session = session;
    this.picker = find(root, ".snapshots", HTMLSelectElement);
    this.against = find(root, ".against select", HTMLSelectElement);
    this.slider = find(root, ".time input", HTMLInputElement);
    this.play = find(root, ".play");
    this.state = find(root, ".state");
    const parent = find(root, ".columns");
    this.columns = [new EpochColumn(parent), new EpochColumn(parent)];
    const kept = session.library.models.filter(({ snapshots }) => snapshots);
    this.picker.append(...kept.map(({ name }) => new Option(name)));
    const [name, ...asked] = session.view.snapshots?.split(",") ?? [];
    const known = kept.some((one) => one.name === name);
    if (known) this.picker.value = name;
    this.#asked = known ? asked.map(Number) : [];
    this.picker.addEventListener("change", async () => {
      await this.choose();
      this.#tell();
    });
    for (const control of [this.slider, this.against]) {
      control.addEventListener("input", () => {
        this.#show();
        this.#tell();
      });
    }
    find(root, ".back").addEventListener("click", () => this.#step(-1));
    find(root, ".forth").addEventListener("click", () => this.#step(1));
    this.play.addEventListener("click", () => this.#toggle());
    session.on("z", rested(() => this.#follow(), 60));
  }

  /** Fetches the chosen model's snapshots; the page's own model stays in use. */
  async choose() {
    const { picker, slider, against, state } = this;
    this.#stop();
    state.textContent = "Loading\u2026";
    try {
      const snapshots = await Snapshots.open(picker.value);
      this.#labels = await snapshots.labels();
      const last = await snapshots.opened(snapshots.length - 1);
      this.#snapshots = snapshots;
      const { model, encodings } = last;
      const { latents } = model;
      // The plane of the end of training, so that the map holds still while the encodings move.
      const aggregate = encodings && { mean: encodings, count: encodings.length / latents, latents };
      this.#plane = aggregate && firstPlane({ model, aggregate, dimensions: [] });
      this.#example = encodings && Array.from(encodings.subarray(0, latents));
      state.textContent = encodings ? "" : "A GAN has no encoder: nothing lies on a map.";
    } catch (error) {
      state.textContent = `No snapshots: ${/** @type {Error} */ (error).message}`;
      return;
    }
    const { entries } = this.#snapshots;
    against.replaceChildren(...entries.map(({ epoch }, i) => new Option(String(epoch), String(i))));
    const [index = this.#last, beside = 1] = this.#asked.splice(0);
    against.value = String(Math.min(beside, this.#last));
    slider.max = String(this.#last);
    slider.value = String(index);
    this.#show();
  }

  /** Says for the address what is shown. */
  #tell() {
    const { picker, slider, against } = this;
    this.session.show({ snapshots: [picker.value, slider.value, against.value].join(",") });
  }

  *#follow() {
    if (this.root.offsetParent) yield this.#show();
  }

  #show() {
    if (!this.#snapshots) return;
    const { slider, against, columns, root } = this;
    const { epoch } = this.#snapshots.entries[slider.valueAsNumber];
    find(root, ".epoch").textContent = `epoch ${epoch}`;
    slider.setAttribute("aria-valuetext", `epoch ${epoch}`);
    this.#showOne(this.#snapshots, columns[0], Number(against.value));
    this.#showOne(this.#snapshots, columns[1], slider.valueAsNumber);
  }

  /**
   * @param {Snapshots} snapshots
   * @param {EpochColumn} column
   * @param {number} index
   */
  async #showOne(snapshots, column, index) {
    const opened = await snapshots.opened(index)
      .catch((error) => void (this.state.textContent = error.message));
    // Other snapshots, or another epoch, may have been asked for meanwhile.
    const wanted = [this.against, this.slider][this.columns.indexOf(column)];
    if (!opened || snapshots !== this.#snapshots || Number(wanted.value) !== index) return;
    const z = this.#z(opened.model);
    if (column.shown?.opened === opened && column.shown.z === z) return;
    column.show(opened, snapshots.entries[index], this.#labels, this.#plane, z);
  }

  /**
   * The z of the stage, where the page shows this very model; else the code of one test digit.
   * @param {import("../engine/model.js").Model} model
   */
  #z({ latents, prior }) {
    const { session, picker, columns } = this;
    const same = session.name === picker.value;
    const words = same ? "the z on the stage" : "the code of one test digit";
    for (const { element } of columns) find(element, ".whose").textContent = words;
    return same ? session.z : (this.#example ??= new Array(latents).fill(prior.mean));
  }

  get #last() {
    return (this.#snapshots?.length ?? 1) - 1;
  }

  /** @param {number} by */
  #step(by) {
    if (!this.#snapshots) return;
    this.slider.value = String(Math.min(this.#last, Math.max(0, this.slider.valueAsNumber + by)));
    this.#show();
    this.#tell();
  }

  #stop() {
    clearInterval(this.#timer);
    this.play.setAttribute("aria-pressed", "false");
  }

  #toggle() {
    const playing = this.play.getAttribute("aria-pressed") === "true";
    this.#stop();
    if (playing || !this.#snapshots) return;
    this.play.setAttribute("aria-pressed", "true");
    if (this.slider.valueAsNumber === this.#last) this.slider.value = "0";
    this.#show();
    this.#timer = setInterval(() => {
      this.#step(1);
      if (this.slider.valueAsNumber === this.#last) this.#stop();
    }, PACE);
  }
}
