/** The tabs, which are Gradio's: opened by name or arrow keys, and their name kept in the address. */

const TABS = "#tools-column [role=tab]";
/** @type {Object<string, (at: number, count: number) => number>} */
const KEYS = {
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** @param {import("./state/session.js").Session} session */
export function mountTabs(session) {
  session.on("show", ({ detail }) => open(detail));
  document.addEventListener("click", ({ target }) => {
    const tab = target instanceof Element && target.closest(TABS);
    if (tab) session.show({ tab: nameOf(tab) });
    if (target instanceof Element && target.closest(".skip")) skip();
  });
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!Object.hasOwn(KEYS, key) || !(target instanceof Element) || !target.matches(TABS)) return;
    const tabs = all().filter((tab) => tab.checkVisibility());
    const tab = tabs[KEYS[key](tabs.findIndex((one) => one === target), tabs.length)];
    event.preventDefault();
    tab.focus();
    tab.click();
  });
}

/** Past the bar and the machine, for who has no mouse. */
function skip() {
  all().find((tab) => tab.ariaSelected === "true")?.focus();
}

/** @returns {HTMLElement[]} */
function all() {
  return [...document.querySelectorAll(TABS)].filter((tab) => tab instanceof HTMLElement);
}

/**
 * A link may ask for a tab before Gradio has made its tabs.
 * @param {string} name
 * @param {number} [tries]
 */
function open(name, tries = 100) {
  const tab = all().find((one) => nameOf(one) === name);
  if (tab) tab.click();
  else if (tries) setTimeout(open, 50, name, tries - 1);
}

/** @param {Element} tab */
const nameOf = (tab) => (tab.textContent ?? "").trim().toLowerCase();
