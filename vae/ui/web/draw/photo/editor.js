/** The photo in the pad's place: its boxes, how it was read, and the way back to the drawing. */

import { find } from "../../canvas/find.js";
import { messageOf } from "../../math/errors.js";
import { Frame } from "./frame.js";
import { Photo } from "./photo.js";
import { turnUpright } from "./upright.js";

// Milliseconds after which keys are taken to rest.
const REST = 250;
const LIES = ["", "on its side", "upside down", "on its side"];

const TEMPLATE = `
  <div class="frame" role="group" aria-label="the photo and the boxes on it"><img alt="the photo" draggable="false"></div>
  <p class="lies" hidden><span></span> <button type="button" class="upright">turn it upright</button></p>
  <div class="actions">
    <button type="button" class="add-box">add a box</button>
    <button type="button" class="turn-box">turn the box</button>
    <button type="button" class="remove-box">remove the box</button>
    <button type="button" class="turn-photo">turn the photo</button>
    <button type="button" class="to-pad">back to the pad</button>
  </div>
  <p class="note">The chosen box is encoded. Drag it, or its corners. With keys: arrows move it, Shift and an
    arrow resize it, R turns it, Delete removes it.</p>`;

/** @typedef {import("../../state/session.js").Session} Session */
/** @typedef {import("./photo.js").Crop} Crop */

export class PhotoEditor {
  /** @type {Photo|null} */
  #photo = null;
  #frame;
  /** @type {WeakMap<Crop, number>} of crops that are read when nobody changes them any more */
  #timers = new WeakMap();
  #opened = 0;

  /**
   * @param {HTMLElement} root of Draw
   * @param {Session} session
   * @param {{say: (text: string, failed?: boolean) => void, toPad: () => void}} act say: something to the
   *   person; toPad: encode what is on the pad
   */
  constructor(root, session, { say, toPad }) {
    this.root = root;
    this.session = session;
    this.say = say;
    this.element = document.createElement("div");
    this.element.className = "photo";
    this.element.innerHTML = TEMPLATE;
    const actions = find(root, ".pad-figure .actions");
    actions.before(this.element);
    this.back = document.createElement("button");
    Object.assign(this.back, { type: "button", className: "to-photo", textContent: "back to the photo" });
    actions.append(this.back);
    this.#frame = new Frame(find(this.element, ".frame"), {
      choose: (crop) => this.#choose(crop),
      changed: (crop) => this.#changed(crop, REST),
      add: (box) => this.#add(box),
      remove: () => this.#remove(),
    });
    this.#mountButtons(toPad);
    session.on("drawing", () => this.#follow());
  }

  /** @param {() => void} toPad */
  #mountButtons(toPad) {
    /** @type {Object<string, () => void>} */
    const acts = {
      ".add-box": () => this.#add(),
      ".turn-box": () => this.#turnBox(),
      ".remove-box": () => this.#remove(),
      ".turn-photo": () => this.#turn(1),
      ".upright": () => this.#turn(turnUpright(this.#photo?.digits ?? [], this.session.classifier)),
      ".to-pad": toPad,
    };
    for (const [name, act] of Object.entries(acts)) find(this.element, name).addEventListener("click", act);
    this.back.addEventListener("click", () => this.#encode());
  }

  /**
   * Reads a photo and shows it; what there was stays when no digit can be read from it.
   * @param {File} file
   */
  async open(file) {
    const own = ++this.#opened;
    this.say(`Reading ${file.name}\u2026`);
    await this.#try(async () => {
      const photo = await Photo.open(file);
      if (own !== this.#opened) return;
      this.#photo = photo;
      this.#picture(file);
      this.#show();
      const { length } = photo.crops;
      this.say(length > 1 ? `${length} digits were found: choose one.` : "");
    });
  }

  /** A file that the browser cannot show, such as a TIFF, is shown by its ink. @param {File} file */
  #picture(file) {
    const { image } = this.#frame;
    const ink = this.#photo?.steps.find(({ name }) => name === "found ink")?.picture;
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    image.onerror = () => {
      image.onerror = null;
      if (ink) image.src = `data:image/png;base64,${ink}`;
    };
  }

  /** Everything anew: the boxes, the steps, and what the chosen box holds onto the stage. */
  #show() {
    const photo = this.#photo;
    if (!photo) return;
    this.#frame.show(photo);
    find(this.element, ".remove-box", HTMLButtonElement).disabled = photo.crops.length < 2;
    const quarters = turnUpright(photo.digits, this.session.classifier);
    find(this.element, ".lies").hidden = quarters === 0;
    find(this.element, ".lies span").textContent = `This page seems to lie ${LIES[quarters]}.`;
    this.#encode();
  }

  /** What is in the chosen box is encoded; where nothing was read, what is on the stage stays. */
  #encode() {
    const { chosen, steps } = this.#photo ?? {};
    showSteps(find(this.root, ".steps"), steps ?? []);
    this.#frame.place();
    if (chosen?.pixels) this.session.setDrawing(chosen.pixels);
  }

  get #shown() {
    return this.root.classList.contains("with-photo");
  }

  /** The pad takes the photo's place when what is on the stage comes from elsewhere. */
  #follow() {
    const { drawing } = this.session;
    const own = drawing !== null && Boolean(this.#photo?.digits.includes(drawing));
    this.root.classList.toggle("with-photo", own);
    find(this.root, ".pad-figure figcaption").textContent = own ? "the photo" : "draw a digit";
    this.back.hidden = own || !this.#photo;
    find(this.root, ".steps").hidden = !own;
  }

  /** @param {Crop} crop */
  #choose(crop) {
    if (!this.#photo) return;
    this.#photo.chosen = crop;
    if (!crop.pixels) return this.#changed(crop);
    this.say("");
    this.#encode();
  }

  /**
   * Reads a box once nobody changes it any more.
   * @param {Crop} crop
   * @param {number} [rest] in milliseconds
   */
  #changed(crop, rest = 0) {
    crop.own = true;
    this.#frame.place();
    clearTimeout(this.#timers.get(crop));
    this.#timers.set(crop, window.setTimeout(() => this.#try(async () => {
      if (!(await this.#photo?.read(crop))) return;
      this.#frame.place();
      if (crop !== this.#photo?.chosen || !this.#shown) return;
      this.say("");
      this.#encode();
    }), rest));
  }

  /** @param {number[]} [box] */
  #add(box) {
    if (!this.#photo) return;
    const crop = this.#photo.add(box);
    this.#frame.show(this.#photo);
    this.#frame.focus();
    find(this.element, ".remove-box", HTMLButtonElement).disabled = false;
    this.#changed(crop);
  }

  #remove() {
    this.#photo?.remove();
    this.#show();
    this.#frame.focus();
  }

  #turnBox() {
    const crop = this.#photo?.chosen;
    if (!crop) return;
    crop.turn = (crop.turn + 1) % 4;
    this.#changed(crop);
  }

  /** @param {number} quarters clockwise */
  #turn(quarters) {
    this.#try(async () => {
      await this.#photo?.turnBy(quarters);
      this.say("");
      this.#show();
    });
  }

  /** Does it, or says why not. @param {() => Promise<void>} act */
  async #try(act) {
    try {
      await act();
    } catch (error) {
      this.#frame.place();
      this.say(messageOf(error), true);
    }
  }
}

/**
 * @param {HTMLElement} details
 * @param {import("./prepare.js").Step[]} steps
 */
function showSteps(details, steps) {
  find(details, ".pictures").replaceChildren(...steps.map(({ name, sentence, picture }) => {
    const figure = document.createElement("figure");
    const image = new Image();
    Object.assign(image, { src: `data:image/png;base64,${picture}`, alt: name, className: "ink" });
    const caption = document.createElement("figcaption");
    caption.textContent = `${name}. ${sentence}`;
    figure.append(image, caption);
    return figure;
  }));
}
