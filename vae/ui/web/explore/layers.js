/** What the map shows: its layers, the classes of its dots, and more or less of its plane. */

import { find } from "../canvas/find.js";
import { classColour } from "../canvas/palette.js";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("../map/map.js").LatentMap} LatentMap
 */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {LatentMap} map
 */
export function mountLayers(root, session, map) {
  const asked = session.view.without?.split(",") ?? [];
  const tell = () => {
    const layers = Object.keys(map.shown).filter((name) => !map.shown[name]);
    const classes = session.classNames.map((_, label) => label).filter((label) => !map.classes.has(label));
    session.show({ without: [...layers, ...classes].join(",") || undefined });
  };
  for (const name of Object.keys(map.shown)) map.shown[name] = !asked.includes(name);
  for (const button of root.querySelectorAll("[data-layer]")) {
    const name = button.getAttribute("data-layer") ?? "";
    button.setAttribute("aria-pressed", String(map.shown[name]));
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(map.toggle(name)));
      tell();
    });
  }
  mountClasses(find(root, ".legend"), session, map, { asked: asked.map(Number), tell });
  find(root, ".nearer").addEventListener("click", () => map.zoom(1.5));
  find(root, ".further").addEventListener("click", () => map.zoom(1 / 1.5));
  find(root, ".whole").addEventListener("click", () => map.whole());
}

/**
 * @param {HTMLElement} legend
 * @param {Session} session
 * @param {LatentMap} map
 * @param {{asked: number[], tell: () => void}} address which classes it asks to leave out
 */
function mountClasses(legend, session, map, { asked, tell }) {
  /** @type {(name: string, label: number) => HTMLElement} */
  const entry = (name, label) => {
    const button = document.createElement("button");
    const dot = document.createElement("i");
    button.type = "button";
    button.append(dot, name);
    dot.style.background = classColour(label);
    button.setAttribute("aria-pressed", String(map.classes.has(label)));
    button.setAttribute("aria-label", `${name} on the map`);
    button.addEventListener("click", () => {
      if (!map.classes.delete(label)) map.classes.add(label);
      button.setAttribute("aria-pressed", String(map.classes.has(label)));
      map.refresh();
      tell();
    });
    return button;
  };
  let first = true;
  session.withModel(() => {
    map.showClasses(session.classNames.length);
    if (first) for (const label of asked) map.classes.delete(label);
    first = false;
    legend.replaceChildren(...session.classNames.map(entry));
  });
}
