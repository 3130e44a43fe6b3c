/**
 * The machine's left half: x, q(z|x) and where z comes from. The digit beside it is p(x|z) (stage.js).
 * One truth: what is drawn is what is encoded is what is on the stage, until somebody moves z.
 */

import { Colours } from "../canvas/colours.js";
import { contextOf, paintDigit, SIDE } from "../canvas/digits.js";
import { find } from "../canvas/find.js";
import { unhurried } from "../canvas/schedule.js";
import { messageOf } from "../math/errors.js";
import { costs, Elbo } from "./elbo.js";
import { ORIGINS } from "./origin.js";
import { paintPosterior } from "./posterior.js";
import { putReady } from "./ready.js";

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mountMachine(element, session) {
  const root = find(element, ".machine");
  const colours = new Colours(root, () => look());
  const elbo = new Elbo(find(element, ".elbo"));
  const canvas = find(root, ".q canvas", HTMLCanvasElement);
  const origin = find(root, ".origin");
  const back = find(root, ".back");
  let size = { width: 0, height: 0 };
  const look = unhurried(() => {
    if (!session.model) return;
    paintPosterior(canvas, size, colours, session);
    elbo.show(costs(session));
    const words = session.model.hasEncoder || session.origin !== "example" ? ORIGINS[session.origin] : "";
    if (origin.textContent !== words) origin.textContent = words;
    back.hidden = !["moved", "drawn"].includes(session.origin) || !session.posterior;
  });
  session.on(["z", "posterior", "model"], look);
  new ResizeObserver(([{ contentRect }]) => {
    size = contentRect;
    look();
  }).observe(canvas);
  back.addEventListener("click", () => session.moveBack());
  session.withModel(() => {
    element.classList.toggle("headless", !session.model.hasEncoder);
    find(root, ".ready").hidden = session.summary?.digits === false;
  });
  mountInput(root, session);
  mountEncoder(session);
  mountJoints(element, session);
}

/**
 * What unfolds at a joint comes when one is first opened, by its button or by a link.
 * @param {HTMLElement} element
 * @param {Session} session
 */
function mountJoints(element, session) {
  /** @type {Promise<import("./joints/joints.js").Joints>|null} */
  let joints = null;
  const toggle = async (/** @type {string} */ name) => {
    joints ??= import("./joints/joints.js").then(({ unfold }) => unfold(element, session));
    try {
      (await joints).toggle(name);
    } catch (error) {
      joints = null;
      session.emit("failure", messageOf(error));
    }
  };
  element.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-joint]") : null;
    if (button && session.model) toggle(button.getAttribute("data-joint") ?? "");
  });
  session.on("model", () => session.view.joint && toggle(session.view.joint), { once: true });
}

/**
 * Encodes what is drawn, and again for another model; what fails is said where the digit is.
 * @param {Session} session
 */
function mountEncoder(session) {
  const encode = async () => {
    const { drawing: x, model } = session;
    if (!x || !model?.hasEncoder) return session.setPosterior(null);
    try {
      await model.loadEncoder();
    } catch (error) {
      session.emit("failure", messageOf(error));
      return session.setPosterior(null);
    }
    if (session.drawing !== x || session.model !== model) return;
    const posterior = model.encode(x);
    // As it will be on the stage: one z, one picture, one set of figures.
    const code = session.space.nearest(posterior.mean);
    session.setPosterior({ ...posterior, code, picture: model.decode(code, 1, session.y) });
  };
  session.on(["drawing", "model"], encode);
}

/**
 * x: a thumbnail that leads to Draw, and ten ready digits.
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountInput(root, session) {
  const thumbnail = find(root, ".x canvas", HTMLCanvasElement);
  session.on("drawing", () => {
    root.classList.toggle("fed", session.drawing !== null);
    if (session.drawing) paintDigit(thumbnail, session.drawing);
    else contextOf(thumbnail).clearRect(0, 0, SIDE, SIDE);
  });
  find(root, ".x").addEventListener("click", () => session.emit("show", "draw"));
  find(root, ".ready").append(...Array.from({ length: 10 }, (_, digit) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: digit });
    button.setAttribute("aria-label", `put a ready ${digit} into the machine`);
    button.addEventListener("click", () => putReady(session, digit));
    return button;
  }));
}
