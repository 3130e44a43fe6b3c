/** The page's entry point: brings each part's template to life around one shared session. */

import { Session } from "./state/session.js";
import { messageOf } from "./math/errors.js";
import { mountTabs } from "./tabs.js";

// The parts that bring the first digit; the others wait for it.
const FIRST = ["header", "stage"];
const WHILE = 1500;
// Where the parts are that are not in a folder of their name.
/** @type {Object<string, string>} */
const PLACES = { header: "header", stage: "machine/stage" };

const session = new Session();
mountTabs(session);
const digit = new Promise((resolve) => {
  session.on(["z", "failure"], resolve, { once: true });
});

/**
 * Brings a part to life: the stage at once; once the first digit is there, or has failed, what is
 * shown; and after a while the tabs that nobody has opened.
 * @param {string} name of a part: a module here, whose mount(element, session, props) does it
 * @param {HTMLElement} element the part's root, holding its template
 * @param {object} props what Python said about it
 */
export async function mount(name, element, props) {
  if (FIRST.includes(name)) return bring(name, element, props);
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
 * A part that fails says so in its place, and leaves the others alone.
 * @param {string} name
 * @param {HTMLElement} element
 * @param {object} props
 */
async function bring(name, element, props) {
  try {
    const part = await import(`./${PLACES[name] ?? `${name}/${name}`}.js`);
    part.mount(element, session, props);
    element.dataset.mounted = "1";
  } catch (error) {
    const message = document.createElement("p");
    message.className = "failed";
    message.setAttribute("role", "alert");
    message.textContent = `This part of the page could not be loaded (${messageOf(error)}). Reload the page.`;
    element.prepend(message);
    throw error;
  }
}
