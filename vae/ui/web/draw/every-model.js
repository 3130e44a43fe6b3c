/** The same digit through every model, measured alike. */

import { find } from "../canvas/find.js";
import { rested } from "../canvas/schedule.js";
import { paintDigit, SIDE } from "../canvas/digits.js";
import { measure, read } from "./reconstruction.js";

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
export function mountEveryModel(root, session) {
  const details = find(root, ".every-model", HTMLDetailsElement);
  const progress = find(details, ".progress");
  const list = find(details, ".models");
  /** @type {Map<string, Card>} */
  const cards = new Map();
  let turn = 0;

  const show = rested(function* () {
    if (!details.open || !root.offsetParent) return;
    if (!session.drawing) return void (progress.textContent = "Draw something first.");
    fill(++turn);
    yield;
  }, 250);
  const fill = async (/** @type {number} */ own) => {
    const names = Object.keys(session.library.hashes);
    for (const [done, name] of names.entries()) {
      const x = session.drawing;
      if (!x) return;
      const card = cards.get(name) ?? new Card(name, session);
      if (!cards.has(name)) list.append(card.element);
      cards.set(name, card);
      progress.textContent = `${done} of ${names.length} models`;
      await card.show(x);
      if (own !== turn || !session.drawing) return;
    }
    progress.textContent = "Squared error of the reconstruction, summed over 784 pixels; KL(q || p) in nats; "
      + "what the classifier reads in the reconstruction.";
  };
  details.addEventListener("toggle", show);
  session.on(["drawing", "classifier"], show);
}

class Card {
  /**
   * @param {string} name
   * @param {Session} session
   */
  constructor(name, session) {
    this.name = name;
    this.session = session;
    this.element = document.createElement("button");
    this.element.type = "button";
    this.element.title = `Puts ${name} in use`;
    this.element.innerHTML = `<canvas class="ink" width="${SIDE}" height="${SIDE}" aria-hidden="true"></canvas>
      <b></b><span></span>`;
    find(this.element, "b").textContent = name;
    this.element.addEventListener("click", () => session.choose(name));
  }

  /** @param {Float32Array} x */
  async show(x) {
    const { session, element, name } = this;
    const text = find(element, "span");
    try {
      const model = await session.library.open(name);
      if (!model.hasEncoder) return void (text.textContent = "a GAN has no encoder");
      await model.loadEncoder();
      const posterior = model.encode(x);
      const classifier = session.library.classifierFor(name);
      const y = model.classes && classifier ? read(classifier, x).digit : 0;
      const picture = model.decode(posterior.mean, 1, y);
      paintDigit(find(element, "canvas", HTMLCanvasElement), picture);
      const error = picture.reduce((sum, value, i) => sum + (value - x[i]) ** 2, 0);
      const { kl } = measure(model, posterior, x, y);
      const reads = classifier ? ` \u00b7 read as ${read(classifier, picture).digit}` : "";
      text.textContent = `error ${error.toFixed(1)} \u00b7 KL ${kl.toFixed(1)}${reads}`;
    } catch (error) {
      text.textContent = /** @type {Error} */ (error).message;
    }
  }
}
