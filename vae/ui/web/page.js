/** The page's entry point: brings each part's template to life around one shared session. */

import { Session } from "./session.js";
import { mountTabs } from "./tabs.js";

const WHILE = 1500;

const session = new Session();
mountTabs(session);

/**
 * Brings a part to life when it is shown, or when the first digit has been there for a while: the
 * other tabs are not to keep it waiting.
 * @param {string} name of a part: a module here, whose mount(element, session, props) does it
 * @param {HTMLElement} element the part's root, holding its template
 * @param {object} props what Python said about it
 */
export function mount(name, element, props) {
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    shown.disconnect();
    bring(name, element, props);
  };
  const shown = new ResizeObserver(([{ contentRect }]) => contentRect.width && begin());
  shown.observe(element);
  session.addEventListener("model", () => setTimeout(begin, WHILE), { once: true });
}

/** A part that fails says so in its place, and leaves the others alone. */
async function bring(name, element, props) {
  try {
    const part = await import(`./${name}.js`);
    part.mount(element, session, props);
    element.dataset.mounted = "1";
  } catch (error) {
    const message = document.createElement("p");
    message.className = "failed";
    message.setAttribute("role", "alert");
    message.textContent = `This part of the page could not be loaded (${error.message}). Reload the page.`;
    element.prepend(message);
    throw error;
  }
}
