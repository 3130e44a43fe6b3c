/** The tabs, which are Gradio's: opened by name, and their name kept in the view. */

const TABS = "#tools-column [role=tab]";

export function mountTabs(session) {
  session.addEventListener("show", ({ detail }) => open(detail));
  document.addEventListener("click", ({ target }) => {
    const tab = target.closest?.(TABS);
    if (!tab) return;
    session.view.tab = nameOf(tab);
    session.emit("view");
  });
}

/** A link may ask for a tab before Gradio has made its tabs. */
function open(name, tries = 100) {
  const tab = [...document.querySelectorAll(TABS)].find((tab) => nameOf(tab) === name);
  if (tab) tab.click();
  else if (tries) setTimeout(open, 50, name, tries - 1);
}

function nameOf(tab) {
  return tab.textContent.trim().toLowerCase();
}
