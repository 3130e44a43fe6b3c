/** Paths: pins A and B, a slide between them, a film strip of the way, and a walk without a goal. */

import { CLASSES } from "../engine/classifier.js";
import { saveBlob, stem } from "../export/files.js";
import { paced, rested } from "../canvas/schedule.js";
import { encodeGIF } from "../export/gif.js";
import { paintGrid, PIXELS } from "../canvas/digits.js";
import { PATHS, roam } from "./interpolation.js";
import { pngOf } from "../export/png.js";

const FRAMES = 11;
const SECONDS = 3;
const GIF_FRAMES = 31;
const GIF_DELAY = 6;
const LINE_POINTS = 41;

export function mountPath(root, session, map) {
  new Journey(root, session, map);
}

class Journey {
  /** @type {((t: number) => number[])|null} from A to B */
  #way = null;
  #player;

  constructor(root, session, map) {
    Object.assign(this, { root, session, map });
    const find = (name) => root.querySelector(name);
    Object.assign(this, { slider: find(".way"), kind: find(".kind"), film: find(".film") });
    this.#player = new Player(session);
    this.refilm = rested(() => this.#paintFilm(), 30);
    this.follow = paced(() => this.#follow());
    session.addEventListener("pins", this.follow);
    this.kind.addEventListener("change", this.follow);
    for (const button of root.querySelectorAll("[data-pin]")) {
      button.addEventListener("click", () => session.pin(button.dataset.pin, session.z));
    }
    this.#mountWay();
    this.#mountSave();
    this.follow();
  }

  /** The pins have changed, or the kind of path. */
  #follow() {
    const { root, session, map } = this;
    const { A, B } = session.pins;
    const ready = A && B;
    this.#way = ready ? PATHS[this.kind.value](A, B, session.model.prior) : null;
    map.path = ready
      ? Array.from({ length: LINE_POINTS }, (_, n) => this.#way(n / (LINE_POINTS - 1)))
      : [];
    map.draw();
    root.querySelector(".journey").hidden = !ready;
    root.querySelector(".path-message").textContent = ready ? "" : hint(session.pins);
    for (const button of root.querySelectorAll("[data-pin]")) {
      button.setAttribute("aria-pressed", Boolean(session.pins[button.dataset.pin]));
    }
    if (ready) this.refilm();
    else this.#player.stop();
  }

  #go(t) {
    if (!this.#way) return;
    this.slider.value = t;
    this.session.setZ(this.#way(t), "path");
  }

  #mountWay() {
    const { root, session, slider, film } = this;
    slider.addEventListener("input", () => this.#go(slider.valueAsNumber));
    film.addEventListener("click", (event) => {
      const { left, width } = film.getBoundingClientRect();
      const n = Math.min(FRAMES - 1, Math.floor(((event.clientX - left) / width) * FRAMES));
      this.#go(n / (FRAMES - 1));
    });
    root.querySelector(".play").addEventListener("click", ({ currentTarget }) => {
      // There and back, slowly at the ends.
      this.#player.toggle(currentTarget, (seconds) =>
        this.#go((1 - Math.cos((Math.PI * seconds) / SECONDS)) / 2));
    });
    root.querySelector(".roam").addEventListener("click", ({ currentTarget }) => {
      const seed = crypto.getRandomValues(new Uint32Array(1))[0];
      const walk = roam(session.z, session.model.prior, seed);
      this.#player.toggle(currentTarget, (seconds) => session.setZ(walk(seconds), "roam"));
    });
  }

  *#paintFilm() {
    const { session, film } = this;
    if (!this.#way || !this.root.offsetParent) return;
    const pictures = new Float32Array(FRAMES * PIXELS);
    for (let n = 0; n < FRAMES; n++) {
      pictures.set(session.decode(this.#way(n / (FRAMES - 1))), n * PIXELS);
      yield;
    }
    paintGrid(film, pictures, FRAMES);
    film.title = readings(session.classifier, pictures);
  }

  #mountSave() {
    const { root, session, film } = this;
    root.querySelector(".save-film").addEventListener("click", async () => {
      saveBlob(await pngOf(film), `${stem(session)}-path.png`);
    });
    root.querySelector(".save-gif").addEventListener("click", () => {
      const there = Array.from({ length: GIF_FRAMES }, (_, n) =>
        session.decode(this.#way(n / (GIF_FRAMES - 1))));
      const frames = [...there, ...there.slice(1, -1).reverse()];
      saveBlob(encodeGIF(frames, GIF_DELAY), `${stem(session)}-path.gif`);
    });
  }
}

function hint({ A, B }) {
  if (A || B) return `${A ? "A" : "B"} is pinned; go somewhere else and pin ${A ? "B" : "A"}.`;
  return "Pin A, go anywhere, pin B: the way between them is yours to play.";
}

/** What the classifier reads in every picture of the strip. */
function readings(classifier, pictures) {
  if (!classifier) return "";
  const probabilities = classifier.classify(pictures, FRAMES);
  const read = Array.from({ length: FRAMES }, (_, n) => {
    const row = [...probabilities.subarray(n * CLASSES, (n + 1) * CLASSES)];
    return row.indexOf(Math.max(...row));
  });
  return `read as ${read.join(" ")}`;
}

/** Plays one movement at a time, until it is asked again or somebody takes over. */
class Player {
  #frame = null;
  #button = null;

  constructor(session) {
    session.addEventListener("model", () => this.stop());
    for (const type of ["pointerdown", "keydown"]) {
      addEventListener(type, ({ target }) => {
        if (!this.#button?.contains(target)) this.stop();
      }, { capture: true });
    }
  }

  toggle(button, step) {
    const again = this.#button === button;
    this.stop();
    if (again) return;
    this.#button = button;
    button.setAttribute("aria-pressed", "true");
    const start = performance.now();
    this.#frame = requestAnimationFrame(function next(now) {
      this.#frame = requestAnimationFrame(next.bind(this));
      step(Math.max(0, now - start) / 1000);
    }.bind(this));
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#button?.setAttribute("aria-pressed", "false");
    this.#button = null;
  }
}
