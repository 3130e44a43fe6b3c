/** Learn: one model, its map and few controls. Present: the whole screen, in letters for the last row. */

import { find } from "./canvas/find.js";
import { keepDepth } from "./state/depth.js";
import { LEARN_TABS, twoLatents } from "./state/facts.js";

/** @typedef {import("./state/session.js").Session} Session */

/**
 * Puts in force what the session shows of depth and present, from the address or by these buttons.
 * @param {HTMLElement} header
 * @param {Session} session
 */
export function mountModes(header, session) {
  /** The model that Lab showed when it was left; "" before that. */
  let lab = "";
  const follow = () => {
    const { depth, present } = session.view;
    toggle(header, ["learn", "lab"], depth === "learn");
    toggle(header, ["present"], present === "1");
  };
  const learn = (/** @type {boolean} */ on) => {
    const depth = on ? "learn" : "lab";
    keepDepth(depth);
    if (on === document.body.classList.contains("learn")) return;
    const { name, library: { models }, view } = session;
    if (on) lab = name;
    session.show({ depth });
    if (on && view.tab && !LEARN_TABS.includes(view.tab)) session.emit("show", "explore");
    const wanted = on ? twoLatents(models)?.name : lab || models[0].name;
    if (wanted && wanted !== name) session.choose(wanted);
  };
  find(header, ".learn").addEventListener("click", () => learn(true));
  find(header, ".lab").addEventListener("click", () => learn(false));
  mountPresent(find(header, ".present"), session);
  session.on("view", follow);
  follow();
}

/**
 * The whole screen, where the browser gives it. A link cannot ask for that, only a person.
 * @param {HTMLElement} button
 * @param {Session} session
 */
function mountPresent(button, session) {
  const present = (/** @type {boolean} */ on) => {
    if (on === document.body.classList.contains("present")) return;
    session.show({ present: on ? "1" : undefined });
    if (on) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  };
  button.addEventListener("click", () => present(!document.body.classList.contains("present")));
  addEventListener("keydown", ({ key }) => key === "Escape" && present(false));
  document.addEventListener("fullscreenchange", () => document.fullscreenElement || present(false));
}

/**
 * A class of the page by the name of its button, and the button; a second one is pressed while it is off.
 * @param {HTMLElement} header
 * @param {string[]} names
 * @param {boolean} on
 */
function toggle(header, [name, otherwise], on) {
  document.body.classList.toggle(name, on);
  find(header, `.${name}`).setAttribute("aria-pressed", String(on));
  if (otherwise) find(header, `.${otherwise}`).setAttribute("aria-pressed", String(!on));
}
