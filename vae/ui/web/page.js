/** The page's entry point: brings each part's template to life around one shared session. */

import { Session } from "./session.js";
import { mountTabs } from "./tabs.js";

const session = new Session();
mountTabs(session);

/**
 * A part that fails says so in its place, and leaves the others alone.
 * @param {string} name of a part: a module here, whose mount(element, session, props) does it
 * @param {HTMLElement} element the part's root, holding its template
 * @param {object} props what Python said about it
 */
export async function mount(name, element, props) {
  try {
    const part = await import(`./${name}.js`);
    part.mount(element, session, props);
  } catch (error) {
    const message = document.createElement("p");
    message.className = "failed";
    message.setAttribute("role", "alert");
    message.textContent = `This part of the page could not be loaded (${error.message}). Reload the page.`;
    element.prepend(message);
    throw error;
  }
}
