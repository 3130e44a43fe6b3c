/** The page's entry point: brings each part's template to life around one shared session. */

import * as header from "./header.js";
import * as stage from "./machine/stage.js";
import { messageOf } from "./math/errors.js";
import { Session } from "./state/session.js";
import { mountTabs } from "./tabs.js";

/**
 * @typedef {{mount: (element: HTMLElement, session: Session, props: any) => void}} Part
 * @type {Object<string, Part>} the parts that bring the first digit; the others wait for it
 */
const FIRST = { header, stage };
const WHILE = 1500;

// What the oldest browsers that are named to a person (vae/ui/page.py) brought last.
const NEEDED = Object.entries({
  "Array.prototype.with": "with" in Array.prototype,
  "Array.prototype.toReversed": "toReversed" in Array.prototype,
  "Object.hasOwn": "hasOwn" in Object,
  OffscreenCanvas: "OffscreenCanvas" in window,
});

const session = new Session();
mountTabs(session);
const digit = new Promise((resolve) => {
  session.on(["z", "failure"], resolve, { once: true });
});
digit.then(() => import("./fingers.js")).then(({ followFingers }) => followFingers(document.body));
digit.then(() => setTimeout(fetchTabs, WHILE));
// Gradio's clocks stop; see vae/ui/document.py.
digit.then(() => (/** @type {any} */ (window).gradio_config.loaded = true));

/** Fetches the tabs that nobody has opened, so that they open when the server has gone. */
function fetchTabs() {
  for (const { name } of session.facts.tabs) import(`./${name}/${name}.js`).catch(() => {});
}

/**
 * Brings a part to life: the stage at once; once the first digit is there, or has failed, what is
 * shown; and after a while the tabs that nobody has opened.
 * @param {string} name of a part: a module here, whose mount(element, session, props) does it
 * @param {HTMLElement} element the part's root, holding its template
 * @param {object} props what Python said about it
 */
export async function mount(name, element, props) {
  const missing = NEEDED.filter(([, there]) => !there).map(([needed]) => needed);
  if (missing.length) return refuse(element, props, missing);
  if (name in FIRST) return bring(name, element, props);
  await digit;
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    shown.disconnect();
    bring(name, element, props);
  };
  const shown = new ResizeObserver(([{ contentRect }]) => contentRect.width && begin());
  shown.observe(element);
  setTimeout(begin, WHILE);
}

/**
 * What an old browser is told, on the stage; no part of the page comes to life.
 * @param {HTMLElement} element
 * @param {{browsers?: string}} props of the stage: which browsers will do
 * @param {string[]} missing
 */
function refuse(element, { browsers }, missing) {
  const status = element.querySelector(".status");
  if (!status) return;
  status.classList.add("failed");
  status.textContent = `This browser lacks ${missing.join(" and ")}. The page needs ${browsers}.`;
}

/**
 * A part that fails says so in its place, leaves the others alone, and is tried again when asked to.
 * @param {string} name
 * @param {HTMLElement} element
 * @param {object} props
 */
async function bring(name, element, props) {
  try {
    const part = FIRST[name] ?? await import(`./${name}/${name}.js`);
    part.mount(element, session, props);
    element.dataset.mounted = "1";
  } catch (error) {
    console.error(error);
    const again = document.createElement("button");
    Object.assign(again, { type: "button", textContent: "Try again" });
    const message = document.createElement("p");
    message.className = "failed";
    message.setAttribute("role", "alert");
    message.append(`This part of the page could not be loaded (${messageOf(error)}). `, again);
    element.prepend(message);
    again.addEventListener("click", () => {
      message.remove();
      bring(name, element, props);
    });
    // Without the bar no model is asked for: what waits for one says why.
    for (const status of name === "header" ? document.querySelectorAll(".stage .status") : []) {
      status.textContent = "The bar of the page could not be loaded, so there is no model: try again above.";
    }
  }
}
