/** The address line: kept up to date with what is on the page, and what Back and Forward step through. */

import { MOST_DRAWING, readAddress, writeAddress } from "./address.js";
import { keep } from "./kept.js";

const DEBOUNCE = 400;
const TOO_LONG = "The drawing is too long for a link, which holds its code z instead; a reload keeps it.";
const PICTURE = "A picture is not put into a link, which holds its code z instead; a reload keeps it.";

/** @typedef {import("./session.js").Session} Session */

export class AddressLine {
  #session;
  #timer = 0;
  #step = "";

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
    session.on("model", () => (this.#step = stepOf(session)), { once: true });
    session.on(["z", "view", "model", "failure", "pins", "drawing"], () => {
      clearTimeout(this.#timer);
      // What comes with another model is one step with it.
      this.#timer = window.setTimeout(() => session.loading || this.write(), DEBOUNCE);
    });
    addEventListener("popstate", () => this.#follow());
  }

  /**
   * Writes what is on the page, once somebody has touched it.
   * @returns {Promise<string>} what it cannot hold, in a sentence; "" where it holds everything
   */
  async write() {
    const session = this.#session;
    if (!session.touched || !session.model) return "";
    const { text, kept, lacks } = await drawingOf(session);
    const method = this.#step === stepOf(session) ? "replaceState" : "pushState";
    this.#step = stepOf(session);
    history[method](history.state, "", location.pathname + writeAddress(session, text));
    keep("drawing", location.search, kept);
    return lacks;
  }

  /** After Back and Forward: the model and what is opened are those of then, all else is as it is. */
  #follow() {
    const session = this.#session;
    clearTimeout(this.#timer);
    const { library: { models }, facts } = session;
    const { model, z, y, view } = readAddress(location.search, models, facts);
    const { depth, tab, compare } = view;
    this.#step = stepOf({ name: model, view });
    session.show({ depth, tab, compare });
    if (model !== session.name) session.choose(model, z, y);
    session.emit("show", tab ?? facts.tabs[0].name);
  }
}

/**
 * What Back and Forward step through: Learn and Lab, models, tabs, and the pages of Compare.
 * @param {{name: string, view: import("./address.js").View}} state
 */
function stepOf({ name, view: { depth = "lab", tab = "explore", compare = "models" } }) {
  return [depth, name, tab, tab === "compare" ? compare : ""].join();
}

/**
 * The drawing for the address; or for the browser to keep, where the address cannot hold it.
 * @param {Session} session
 * @returns {Promise<{text?: string, kept: import("./kept.js").KeptDrawing|null, lacks: string}>}
 */
async function drawingOf({ drawing, strokes, prepared }) {
  if (!drawing) return { kept: null, lacks: "" };
  if (!strokes) return { kept: { picture: Array.from(drawing) }, lacks: PICTURE };
  const { strokesText } = await import("./strokes.js");
  const text = strokesText(strokes);
  if (text.length <= MOST_DRAWING) return { text, kept: null, lacks: "" };
  return { kept: { strokes: text, prepared }, lacks: TOO_LONG };
}
