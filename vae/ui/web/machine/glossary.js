/** A dotted word opens its one-sentence definition: by tap, by key, by pointer. One at a time. */

const GAP = 6;
const MARGIN = 10;
/** @param {HTMLElement} word of which the sentence does not come */
const ABSENT = ({ dataset, textContent }) => ({
  [dataset.term ?? ""]: [textContent ?? "", "This sentence could not be fetched from the server: open it again."],
});

/** @param {HTMLElement} page below which words carry data-term */
export function mountGlossary(page) {
  const note = document.createElement("div");
  note.className = "glossary";
  note.dataset.testid = "glossary";
  note.setAttribute("role", "status");
  note.hidden = true;
  // Above both columns, whichever the word stands in.
  (page.closest(".gradio-container") ?? document.body).append(note);
  /** @type {HTMLElement|null} */
  let opener = null;
  const close = () => {
    note.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    opener = null;
  };
  document.addEventListener("click", async ({ target }) => {
    const word = target instanceof Element ? target.closest("[data-term]") : null;
    const again = word === opener;
    close();
    if (!(word instanceof HTMLElement) || again) return;
    const { TERMS } = await import("./terms.js").catch(() => ({ TERMS: ABSENT(word) }));
    const [title, sentence] = TERMS[/** @type {keyof typeof TERMS} */ (word.dataset.term)] ?? [];
    if (!sentence) return;
    const heading = document.createElement("b");
    heading.textContent = title;
    note.replaceChildren(heading, ` ${sentence}`);
    opener = word;
    word.setAttribute("aria-expanded", "true");
    note.hidden = false;
    place(note, word);
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && close());
  addEventListener("scroll", () => {
    if (!opener) return;
    const { top, bottom } = opener.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) close();
    else place(note, opener);
  }, { passive: true });
}

/**
 * Below its word, or above it where there is no room; never beyond the window.
 * @param {HTMLElement} note
 * @param {HTMLElement} word
 */
function place(note, word) {
  const { left, top, bottom } = word.getBoundingClientRect();
  const { width, height } = note.getBoundingClientRect();
  const below = bottom + GAP + height < innerHeight;
  note.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))}px`;
  note.style.top = `${below ? bottom + GAP : Math.max(MARGIN, top - GAP - height)}px`;
}
