/**
 * The machine unfolded: at each of its joints the numbers of what is in it, the formula, and the Python
 * that computes it. One joint at a time, above the tools.
 */

import { find } from "../../canvas/find.js";
import { unhurried } from "../../canvas/schedule.js";
import { fetchStyle } from "../../canvas/style-sheet.js";
import { messageOf } from "../../math/errors.js";
import { sourcesURL } from "../../state/weights.js";
import { costs } from "./costs.js";
import { decode } from "./decode.js";
import { encode } from "./encode.js";
import { sample } from "./sample.js";

/**
 * @typedef {import("../../state/session.js").Session} Session
 * @typedef {object} Joint
 * @property {string} title
 * @property {(session: Session) => string} lacks why there is nothing to show, in a sentence; "" where
 *   there is
 * @property {(session: Session) => string} words
 * @property {(session: Session) => string[]} formulas
 * @property {(session: Session) => string[]} sources the names that vae/ui/sources.py knows them by
 * @property {(root: HTMLElement, session: Session) => (session: Session) => void} mount fills `root`;
 *   what it returns shows the numbers of now
 */

/** @type {Object<string, Joint>} by the name that an address has */
const JOINTS = { encode, sample, decode, costs };
const PER_SECOND = 12;

const TEMPLATE = `<header><h2 tabindex="-1"></h2><nav aria-label="joints of the machine">
  <button type="button" data-name="encode">encoder</button><button type="button" data-name="sample">z</button>
  <button type="button" data-name="decode">decoder</button><button type="button" data-name="costs">costs</button>
  <button type="button" class="close">close</button></nav></header>
<p class="lacks"></p>
<div class="numbers"></div>
<div class="why"><p class="words"></p><div class="formulas"></div><div class="sources"></div></div>`;

export class Joints {
  #session;
  #root = document.createElement("section");
  #openers;
  #name = "";
  /** @type {(session: Session) => void} */
  #show = () => {};
  /** @type {Promise<Object<string, {file: string, line: number, code: string}>>|null} */
  #sources = null;

  /**
   * @param {HTMLElement} stage whose buttons open a joint each
   * @param {Session} session
   */
  constructor(stage, session) {
    this.#session = session;
    this.#openers = [...stage.querySelectorAll("[data-joint]")].filter((one) => one instanceof HTMLElement);
    const root = this.#root;
    Object.assign(root, { className: "part joint", id: "joint", hidden: true, innerHTML: TEMPLATE });
    root.dataset.testid = "joint";
    root.setAttribute("aria-live", "off");
    find(document, "#tools-column").prepend(root);
    find(root, ".close").addEventListener("click", () => this.close());
    for (const button of root.querySelectorAll("[data-name]")) {
      button.addEventListener("click", () => this.#open(button.getAttribute("data-name") ?? ""));
    }
    addEventListener("keydown", ({ key }) => key === "Escape" && !root.hidden && this.close());
    const look = unhurried(() => this.#look(), PER_SECOND);
    session.on(["z", "posterior"], look);
    session.on("model", () => this.#name && this.#fill());
  }

  /**
   * Opens a joint, or closes it where it is open.
   * @param {string} name
   */
  toggle(name) {
    if (name === this.#name) return this.close();
    this.#open(name);
    const [heading] = this.#root.getElementsByTagName("h2");
    heading.focus({ preventScroll: true });
    this.#root.style.scrollMarginTop = `${this.#covered()}px`;
    this.#root.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} name */
  #open(name) {
    this.#name = name;
    this.#fill();
    this.#tell();
  }

  close() {
    const opener = this.#openers.find((one) => one.dataset.joint === this.#name);
    this.#name = "";
    this.#tell();
    opener?.focus({ preventScroll: true });
  }

  /** What stands where it is open, and the address. */
  #tell() {
    this.#root.hidden = !this.#name;
    for (const opener of this.#openers) {
      opener.setAttribute("aria-expanded", String(opener.dataset.joint === this.#name));
    }
    for (const button of this.#root.querySelectorAll("[data-name]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-name") === this.#name));
    }
    this.#session.show({ joint: this.#name || undefined });
  }

  #fill() {
    const joint = JOINTS[this.#name];
    find(this.#root, "h2").textContent = joint.title;
    this.#root.setAttribute("aria-label", joint.title);
    this.#root.dataset.joint = this.#name;
    const numbers = find(this.#root, ".numbers");
    numbers.replaceChildren();
    this.#show = joint.mount(numbers, this.#session);
    find(this.#root, ".formulas").replaceChildren(...joint.formulas(this.#session).map((text) => textOf("p", text)));
    this.#showSources(joint.sources(this.#session));
    this.#look();
  }

  #look() {
    const joint = JOINTS[this.#name];
    if (!joint || !this.#session.model) return;
    const lacks = joint.lacks(this.#session);
    find(this.#root, ".lacks").textContent = lacks;
    this.#root.classList.toggle("lacking", lacks !== "");
    find(this.#root, ".words").textContent = joint.words(this.#session);
    if (!lacks) this.#show(this.#session);
  }

  /** @param {string[]} names */
  async #showSources(names) {
    const place = find(this.#root, ".sources");
    place.replaceChildren();
    this.#sources ??= fetch(sourcesURL()).then((response) => response.json());
    try {
      const sources = await this.#sources;
      place.replaceChildren(...names.flatMap((name) => {
        const { file, line, code } = sources[name];
        return [textOf("h3", `${file}, line ${line}`), textOf("pre", code)];
      }));
    } catch (error) {
      this.#sources = null;
      place.replaceChildren(textOf("p", `The Python could not be fetched (${messageOf(error)}). Open this again.`));
    }
  }

  /** How much of the window's top the stage covers, in pixels, where the joint stands below it. */
  #covered() {
    const stage = find(document, "#stage-column").getBoundingClientRect();
    const { left } = this.#root.getBoundingClientRect();
    return left < stage.right ? stage.height + 8 : 16;
  }
}

/**
 * The joints of a stage, with their style sheet.
 * @param {HTMLElement} stage
 * @param {Session} session
 * @returns {Promise<Joints>} rejected, with a sentence, when the style sheet does not come
 */
export async function unfold(stage, session) {
  await fetchStyle(new URL("joints.css", import.meta.url));
  return new Joints(stage, session);
}

/**
 * @param {string} kind
 * @param {string} text
 */
function textOf(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
