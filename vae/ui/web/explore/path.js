/** Paths: pins A and B, a slide between them, a film strip of the way, and a walk without a goal. */

import { CLASSES } from "../engine/classifier.js";
import { saveBlob, stem } from "../export/files.js";
import { paced, rested } from "../canvas/schedule.js";
import { encodeGIF } from "../export/gif.js";
import { paintGrid, PIXELS } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { PATHS, roam } from "./interpolation.js";
import { pngOf } from "../export/png.js";

/** @type {("A"|"B")[]} */
const PINS = ["A", "B"];
const FRAMES = 11;
const SECONDS = 3;
const GIF_FRAMES = 31;
const GIF_DELAY = 6;
const LINE_POINTS = 41;

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../map/map.js").LatentMap} LatentMap
 */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {LatentMap} map
 */
export function mountPath(root, session, map) {
  new Journey(root, session, map);
}

class Journey {
  /** @type {((t: number) => number[])|null} from A to B */
  #way = null;
  #player;

  /**
   * @param {HTMLElement} root
   * @param {Session} session
   * @param {LatentMap} map
   */
  constructor(root, session, map) {
    this.root = root;
    this.session = session;
    this.map = map;
    this.slider = find(root, ".way", HTMLInputElement);
    this.kind = find(root, ".kind", HTMLSelectElement);
    this.film = find(root, ".film", HTMLCanvasElement);
    this.#player = new Player(session);
    this.refilm = rested(() => this.#paintFilm(), 30);
    this.follow = paced(() => this.#follow());
    session.on("pins", this.follow);
    this.kind.addEventListener("change", this.follow);
    this.buttons = PINS.map((name) => ({ name, button: find(root, `[data-pin="${name}"]`) }));
    for (const { name, button } of this.buttons) {
      button.addEventListener("click", () => session.pin(name, session.z));
    }
    this.#restore();
    this.#mountWay();
    this.#mountSave();
    this.follow();
  }

  /** The kind of path, and how far along it, of the address. */
  #restore() {
    const [kind, t] = this.session.view.path?.split(",") ?? [];
    if (kind) this.kind.value = kind;
    if (t) this.slider.value = t;
  }

  /** Says both for the address, where there is a path. */
  #tell() {
    const { slider, kind } = this;
    const t = slider.valueAsNumber ? `,${slider.value}` : "";
    this.session.show({ path: this.#way ? kind.value + t : undefined });
  }

  /** The pins have changed, or the kind of path. */
  #follow() {
    const { root, session, map } = this;
    const { A, B } = session.pins;
    const way = A && B ? PATHS[this.kind.value](A, B, session.model.prior) : null;
    this.#way = way;
    map.path = way ? Array.from({ length: LINE_POINTS }, (_, n) => way(n / (LINE_POINTS - 1))) : [];
    map.draw();
    find(root, ".journey").hidden = !way;
    find(root, ".path-message").textContent = way ? "" : hint(session.pins);
    for (const { name, button } of this.buttons) {
      button.setAttribute("aria-pressed", String(Boolean(session.pins[name])));
    }
    if (way) this.refilm();
    else this.#player.stop();
    this.#tell();
  }

  /** @param {number} t how far from A to B */
  #go(t) {
    if (!this.#way) return;
    this.slider.value = String(t);
    this.session.setZ(this.#way(t), "path");
    this.#tell();
  }

  #mountWay() {
    const { root, session, slider, film } = this;
    slider.addEventListener("input", () => this.#go(slider.valueAsNumber));
    film.addEventListener("click", (event) => {
      const { left, width } = film.getBoundingClientRect();
      const n = Math.min(FRAMES - 1, Math.floor(((event.clientX - left) / width) * FRAMES));
      this.#go(n / (FRAMES - 1));
    });
    const [play, wander] = [find(root, ".play"), find(root, ".roam")];
    play.addEventListener("click", () => {
      // There and back, slowly at the ends.
      this.#player.toggle(play, (seconds) =>
        this.#go((1 - Math.cos((Math.PI * seconds) / SECONDS)) / 2));
    });
    wander.addEventListener("click", () => {
      const seed = crypto.getRandomValues(new Uint32Array(1))[0];
      const walk = roam(session.z, session.model.prior, seed);
      this.#player.toggle(wander, (seconds) => session.setZ(walk(seconds), "roam"));
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
    find(root, ".save-film").addEventListener("click", async () => {
      saveBlob(await pngOf(film), `${stem(session)}-path.png`);
    });
    find(root, ".save-gif").addEventListener("click", () => {
      const way = this.#way;
      if (!way) return;
      const there = Array.from({ length: GIF_FRAMES }, (_, n) =>
        session.decode(way(n / (GIF_FRAMES - 1))));
      const frames = [...there, ...there.slice(1, -1).reverse()];
      saveBlob(encodeGIF(frames, GIF_DELAY), `${stem(session)}-path.gif`);
    });
  }
}

/** @param {Session["pins"]} pins */
function hint({ A, B }) {
  if (A || B) return `${A ? "A" : "B"} is pinned; go somewhere else and pin ${A ? "B" : "A"}.`;
  return "Pin A, go anywhere, pin B: the way between them is yours to play.";
}

/**
 * What the classifier reads in every picture of the strip.
 * @param {import("../engine/classifier.js").Classifier|null} classifier
 * @param {Float32Array} pictures
 */
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
  #frame = 0;
  /** @type {HTMLElement|null} */
  #button = null;

  /** @param {Session} session */
  constructor(session) {
    session.on("model", () => this.stop());
    for (const type of ["pointerdown", "keydown"]) {
      addEventListener(type, ({ target }) => {
        if (!(target instanceof Node && this.#button?.contains(target))) this.stop();
      }, { capture: true });
    }
  }

  /**
   * @param {HTMLElement} button that was pressed
   * @param {(seconds: number) => void} step
   */
  toggle(button, step) {
    const again = this.#button === button;
    this.stop();
    if (again) return;
    this.#button = button;
    button.setAttribute("aria-pressed", "true");
    const start = performance.now();
    const next = (/** @type {number} */ now) => {
      this.#frame = requestAnimationFrame(next);
      step(Math.max(0, now - start) / 1000);
    };
    this.#frame = requestAnimationFrame(next);
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#button?.setAttribute("aria-pressed", "false");
    this.#button = null;
  }
}
