/** The page's colours for canvases, read from its stylesheet once and again when it changes. */

const VARIABLES = {
  ground: "--ground",
  text: "--body-text-color",
  quiet: "--quiet",
  line: "--border-color-primary",
  accent: "--accent",
};
const NAMES = /** @type {(keyof typeof VARIABLES)[]} */ (Object.keys(VARIABLES));

export class Colours {
  ground = "";
  text = "";
  quiet = "";
  line = "";
  accent = "";
  font = "";
  /** @type {string} the size of small letters, with its unit */
  small = "";
  dark = false;
  /** @type {boolean} whether it is seen from the back of a room */
  large = false;
  /** @type {number[]} the ink of digits that lie behind other things: red, green, blue */
  ink = [];

  /**
   * @param {HTMLElement} element whose style counts
   * @param {() => void} changed called after a change of theme
   */
  constructor(element, changed) {
    this.#read(element);
    new MutationObserver(() => {
      this.#read(element);
      changed();
    }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  }

  /** @param {HTMLElement} element */
  #read(element) {
    const style = getComputedStyle(element);
    this.font = style.fontFamily;
    this.small = style.getPropertyValue("--small").trim();
    for (const name of NAMES) this[name] = style.getPropertyValue(VARIABLES[name]).trim();
    this.large = document.body.classList.contains("present");
    this.dark = document.body.classList.contains("dark");
    this.ink = this.dark ? [255, 255, 255] : [0, 0, 0];
  }
}
