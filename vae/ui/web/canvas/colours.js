/** The page's colours for canvases, read from its stylesheet once and again when it changes. */

const NAMES = {
  ground: "--ground",
  text: "--body-text-color",
  quiet: "--quiet",
  line: "--border-color-primary",
  accent: "--accent",
};

export class Colours {
  /** @param {HTMLElement} element whose style counts; changed: called after a change of theme */
  constructor(element, changed) {
    this.#read(element);
    new MutationObserver(() => {
      this.#read(element);
      changed();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  #read(element) {
    const style = getComputedStyle(element);
    this.font = style.fontFamily;
    for (const [name, variable] of Object.entries(NAMES)) {
      this[name] = style.getPropertyValue(variable).trim();
    }
    this.dark = document.body.classList.contains("dark");
    /** The ink of digits that lie behind other things. */
    this.ink = this.dark ? [255, 255, 255] : [0, 0, 0];
  }
}
