/** The tabs, which are Gradio's: opened by name, and their name kept in the view. */

const TABS = "#tools-column [role=tab]";

export function mountTabs(session) {
  session.addEventListener("show", ({ detail }) => {
    const tab = [...document.querySelectorAll(TABS)].find((tab) => nameOf(tab) === detail);
    tab?.click();
  });
  document.addEventListener("click", ({ target }) => {
    const tab = target.closest?.(TABS);
    if (!tab) return;
    session.view.tab = nameOf(tab);
    session.emit("view");
  });
}

function nameOf(tab) {
  return tab.textContent.trim().toLowerCase();
}
