/** Explore: sliders, the map, paths, and ways to jump. */

import { History } from "../state/history.js";
import { keep, kept } from "../state/kept.js";
import { find } from "../canvas/find.js";
import { LatentMap } from "../map/map.js";
import { mountDots } from "./dots.js";
import { mountLayers } from "./layers.js";
import { mountPath } from "./path.js";
import { mountPlane } from "./plane.js";
import { uniforms } from "../math/random.js";
import { Sliders } from "./sliders.js";
import { steer } from "../map/pointer.js";

const TYPED = "input[type=number], input[type=text], textarea";

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  const root = find(element, ".explore");
  new Sliders(find(root, ".sliders"), session);
  const map = new LatentMap(find(root, ".layers-of-map"), session);
  steer(map, mountDots(root, session, map));
  mountHistory(root, session);
  mountRandom(root, session);
  mountClasses(root, session);
  mountLayers(root, session, map);
  mountPlane(root, session, map);
  mountPath(find(root, ".path"), session, map);
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountHistory(root, session) {
  const history = new History(session, kept("steps", location.search));
  addEventListener("pagehide", () => keep("steps", location.search, history.steps()));
  const [undo, redo] = [".undo", ".redo"].map((name) => find(root, name, HTMLButtonElement));
  const show = () => {
    undo.disabled = !history.canUndo;
    redo.disabled = !history.canRedo;
  };
  undo.addEventListener("click", () => history.undo());
  redo.addEventListener("click", () => history.redo());
  history.addEventListener("change", show);
  session.on("z", show);
  addEventListener("keydown", (event) => {
    const { target } = event;
    const typing = target instanceof Element && target.closest(TYPED);
    if (typing || !root.offsetParent || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "y" || (key === "z" && event.shiftKey)) history.redo();
    else if (key === "z") history.undo();
    else return;
    event.preventDefault();
  });
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountRandom(root, session) {
  const from = find(root, ".from select", HTMLSelectElement);
  session.withModel(() => {
    const chosen = from.value;
    const sources = [["prior", "the prior p(z)"]];
    if (session.aggregate) {
      sources.push(["aggregate", "the aggregate posterior"]);
      const { classNames } = session;
      const plural = classNames[0].length === 1 ? "s" : "";
      classNames.forEach((name, label) =>
        sources.push([String(label), `the encodings of ${name}${plural}`]));
    }
    from.replaceChildren(...sources.map(([value, text]) => new Option(text, value)));
    if (sources.some(([value]) => value === chosen)) from.value = chosen;
  });
  find(root, ".random").addEventListener("click", () => {
    const { model, aggregate } = session;
    if (!model) return;
    const u = uniforms(crypto.getRandomValues(new Uint32Array(1))[0], model.latents + 1);
    if (from.value === "prior") {
      session.moveTo(Array.from(u.subarray(1), (v) => model.prior.quantile(v)), "prior");
    } else if (aggregate) {
      const digit = from.value === "aggregate" ? undefined : Number(from.value);
      session.moveTo(aggregate.draw(u, digit), "encodings");
    }
  });
  find(root, ".reset").addEventListener("click", () => {
    if (session.model) session.moveTo(session.z.map(() => session.model.prior.mean), "prior mean");
  });
}

/**
 * A button a class: its mean code, or what a conditional decoder is told.
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountClasses(root, session) {
  const place = find(root, ".classes");
  const show = () => [...place.children].forEach((button, label) => {
    if (session.model.classes) button.setAttribute("aria-pressed", String(session.y === label));
    else button.removeAttribute("aria-pressed");
  });
  session.withModel(() => {
    const { model, classNames, statistics } = session;
    place.replaceChildren(...classNames.map((name, label) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.disabled = !model.classes && !statistics.class_mean;
      button.setAttribute("aria-label", `${session.summary?.digits === false ? "" : "digit "}class ${name}`);
      button.title = model.classes
        ? `Tells the decoder that the class is ${name}`
        : `The mean of the encodings of every ${name} in the training set`;
      button.addEventListener("click", () => {
        if (model.classes) session.setClass(label);
        else session.moveTo(session.space.classMean(label) ?? session.z, "class mean");
      });
      return button;
    }));
    find(root, ".means").textContent = model.classes ? "class y" : "mean of class";
    place.classList.toggle("worded", classNames.some((name) => name.length > 1));
    show();
  });
  session.on("z", show);
}
