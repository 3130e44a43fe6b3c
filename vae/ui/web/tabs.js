/** The tabs, which are Gradio's: opened by name, and their name kept in the address. */

const TABS = "#tools-column [role=tab]";

/** @param {import("./state/session.js").Session} session */
export function mountTabs(session) {
  session.on("show", ({ detail }) => open(detail));
  document.addEventListener("click", ({ target }) => {
    const tab = target instanceof Element && target.closest(TABS);
    if (tab) session.show({ tab: nameOf(tab) });
  });
}

/**
 * A link may ask for a tab before Gradio has made its tabs.
 * @param {string} name
 * @param {number} [tries]
 */
function open(name, tries = 100) {
  /** @type {HTMLElement[]} */
  const tabs = [...document.querySelectorAll(TABS)].filter((tab) => tab instanceof HTMLElement);
  const tab = tabs.find((one) => nameOf(one) === name);
  if (tab) tab.click();
  else if (tries) setTimeout(open, 50, name, tries - 1);
}

/** @param {Element} tab */
const nameOf = (tab) => (tab.textContent ?? "").trim().toLowerCase();
