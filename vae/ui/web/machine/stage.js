/** The stage: the digit at z, large, in every tab; what z is; and the page's first movement. */

import { Bars } from "./reading.js";
import { mountGlossary } from "./glossary.js";
import { mountMachine } from "./machine.js";
import { tellReliability } from "./reliability.js";
import { npz, saveBlob, stem, zAsJSON } from "../export/files.js";
import { find, write } from "../canvas/find.js";
import { paced, unhurried } from "../canvas/schedule.js";
import { typical } from "./norms.js";
import { paintDigit, SIDE } from "../canvas/digits.js";
import { pngOf } from "../export/png.js";

const HINT = "Drag a slider or the map: the digit follows. Or draw one of your own.";
// Of the sway before the first touch, in milliseconds: its period, and the least rest between two
// pictures, which is also so many times what a picture took.
const PERIOD = 9000;
const LEAST_REST = 30;
const SHARE = 12;
// How long the digit has not changed when it is said what it is read as, in milliseconds.
const SETTLED = 700;

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  const stage = find(element, ".stage");
  const canvas = find(element, ".digit", HTMLCanvasElement);
  const facts = new Facts(element, session);
  let wandering = false;
  /** @type {Float32Array} */
  let picture = new Float32Array(0);
  const explain = unhurried(() => facts.show(picture));
  session.on("z", paced(() => {
    picture = session.decode(session.z);
    paintDigit(canvas, picture);
    explain();
  }));
  mountMachine(element, session);
  mountGlossary(element);
  tellReliability(element, session);
  mountStatus(element, session);
  mountSave(element, session, canvas);
  session.withModel(() => {
    stage.dataset.model = session.name;
    if (!wandering) wander(session);
    wandering = true;
  });
  // A screen reader clicks without a pointer, and a picture is dropped without one.
  for (const type of ["pointerdown", "keydown", "input", "wheel", "click", "drop"]) {
    addEventListener(type, () => session.touch(), { capture: true, once: true, passive: true });
  }
}

/**
 * What is going on, in one line.
 * @param {HTMLElement} element
 * @param {Session} session
 */
function mountStatus(element, session) {
  const stage = find(element, ".stage");
  const status = find(element, ".status");
  const say = (/** @type {string} */ text, /** @type {""|"failed"|"notice"} */ kind = "") => {
    status.textContent = text;
    status.className = `status ${kind}`;
  };
  const ready = (/** @type {boolean} */ yes) => (stage.dataset.ready = yes ? "1" : "0");
  session.on("loading", ({ detail }) => {
    ready(false);
    say(`Loading ${detail}\u2026`);
  });
  session.on("failure", ({ detail }) => {
    ready(Boolean(session.model));
    say(detail, "failed");
  });
  session.on("notice", ({ detail }) => say(detail, "notice"));
  // It may have failed before the stage was there to hear of it.
  if (session.modelTrouble) say(session.modelTrouble, "failed");
  session.withModel(() => {
    ready(true);
    say(session.touched ? session.model.record.about : HINT);
  });
  session.on("touch", () => session.model && say(session.model.record.about));
}

/** The figures under the digit. */
class Facts {
  #bars;
  #fields;
  #hear;

  /**
   * @param {HTMLElement} element
   * @param {Session} session
   */
  constructor(element, session) {
    this.session = session;
    this.#bars = new Bars(find(element, ".bars"));
    this.#hear = announcer(find(element, ".heard"));
    const names = ["norm", "typical", "log-prior", "log-aggregate"];
    this.#fields = names.map((name) => find(element, `.${name}`));
    session.withModel(() => {
      const [low, high] = typical(session.model.latents, session.model.prior);
      this.#fields[1].textContent = `typical ${low.toFixed(1)}\u2013${high.toFixed(1)}`;
      find(element, ".has-aggregate").hidden = !session.aggregate?.hasDensity;
      const { digits = true, data_set: set = "" } = session.summary ?? {};
      find(element, ".stage").classList.toggle("unread", !digits);
      const words = digits ? "" : `The classifier reads digits alone; this model was trained on ${set}.`;
      find(element, ".not-read").textContent = words;
    });
    session.on("classifier", () => {
      const { classifierTrouble: trouble } = session.library;
      find(element, ".stage").classList.toggle("unread", trouble !== "" || session.summary?.digits === false);
      if (trouble) find(element, ".not-read").textContent = trouble;
      else if (session.model) session.emit("z");
    });
  }

  /** @param {Float32Array} picture */
  show(picture) {
    const { z, model, aggregate, classifier } = this.session;
    const [norm, , logPrior, logAggregate] = this.#fields;
    write(norm, distance(this.session).toFixed(2));
    write(logPrior, nats(z.reduce((sum, value) => sum + model.prior.logPdf(value), 0)));
    if (aggregate?.hasDensity) write(logAggregate, nats(aggregate.logPdf(z)));
    if (!classifier) return;
    this.#bars.show(classifier.read(picture));
    if (this.session.touched) this.#hear(this.#bars.label);
  }
}

/**
 * Says to who cannot see it what the digit is read as, once that has settled.
 * @param {HTMLElement} region a live one
 */
function announcer(region) {
  let timer = 0;
  return (/** @type {string} */ text) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => write(region, text), SETTLED);
  };
}

/** @param {number} value */
function nats(value) {
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : "\u2212\u221e";
  return value.toFixed(1).replace("-", "\u2212");
}

/**
 * @param {HTMLElement} element
 * @param {Session} session
 * @param {HTMLCanvasElement} canvas
 */
function mountSave(element, session, canvas) {
  const hash = () => session.summary?.hash ?? "";
  /** @type {Object<string, () => void>} */
  const save = {
    png: async () => saveBlob(await pngOf(canvas), `${stem(session)}.png`),
    json: () => saveBlob(zAsJSON(session, hash()), `${stem(session)}-z.json`),
    npz: () => {
      const { z, model, y, name } = session;
      const arrays = {
        z: { shape: [1, z.length], data: Float32Array.from(z) },
        picture: { shape: [1, SIDE, SIDE], data: session.decode(z) },
        model: { shape: [], data: name },
        hash: { shape: [], data: hash() },
        ...(model.classes ? { y: { shape: [1], data: Uint8Array.of(y) } } : {}),
      };
      saveBlob(npz(arrays), `${stem(session)}-z.npz`);
    },
  };
  for (const button of element.querySelectorAll("[data-save]")) {
    button.addEventListener("click", () => session.model && save[button.getAttribute("data-save") ?? ""]());
  }
}

/**
 * The norm of z in the prior's standard deviations around its mean.
 * @param {Session} session
 */
function distance({ z, model }) {
  const { mean, std } = model.prior;
  return Math.hypot(...z.map((value) => (value - mean) / std));
}

/**
 * Sways z a little along its two most informative dimensions until somebody takes over. It is slow,
 * so that few pictures are enough, and it leaves most of a busy machine to others.
 * @param {Session} session
 */
function wander(session) {
  if (session.touched || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const home = session.z;
  const [first, second = first] = session.dimensions;
  const reach = 0.6 * session.model.prior.std;
  const start = performance.now();
  requestAnimationFrame(function sway(now) {
    if (session.touched) return;
    const angle = (2 * Math.PI * Math.max(0, now - start)) / PERIOD;
    const z = home.slice();
    z[first.index] += reach * Math.sin(angle);
    z[second.index] += reach * Math.sin(2 * angle) * (second === first ? 0 : 1);
    const before = performance.now();
    session.setZ(z, session.origin);
    const rest = Math.max(LEAST_REST, SHARE * (performance.now() - before));
    setTimeout(requestAnimationFrame, rest, sway);
  });
}
