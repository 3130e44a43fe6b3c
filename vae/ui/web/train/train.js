/** The tab that trains: its buttons, and what they ask of a run. */

import { find } from "../canvas/find.js";
import { Beside } from "./beside.js";
import { mountControls } from "./controls.js";
import { Live } from "./live.js";
import { Machine } from "./machine.js";
import { ownDigits } from "./own.js";
import { Run } from "./run.js";
import { sentenceOfFailure, sentenceOfState, sentenceOfStep } from "./sentences.js";
import { chosenDigits, mountFetch } from "./sources.js";
import { Yours } from "./yours.js";

const DREAMING = "Dreaming digits:";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {import("./settings.js").Settings} Settings
 */

/**
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  new Training(element, session);
}

class Training {
  #element;
  #run = new Run();
  /** @type {import("./watched.js").Watched|null} a training on the server */
  #watched = null;
  /** @type {Promise<boolean>|null} whether there is something to learn from; null where nobody asked */
  #ready = null;

  /**
   * @param {HTMLElement} element
   * @param {Session} session
   */
  constructor(element, session) {
    this.#element = element;
    this.own = ownDigits(element, session, () => this.#useDigits());
    this.controls = mountControls(element, session.facts, {
      live: (settings) => this.#set(settings),
      rebuild: (settings) => this.#restart(settings),
      digits: () => this.#useDigits(),
    });
    mountFetch(element, () => {
      this.controls.choose("mnist");
      this.#useDigits();
      this.#prepare();
    });
    this.live = new Live(element);
    this.#follow();
    new Machine(element, session, this.#run, () => this.controls.settings);
    this.beside = new Beside(element, (other) => this.#putBeside(other));
    this.#listen();
    this.#mountButtons();
    this.yours = new Yours(element, session, {
      run: this.#run,
      controls: this.controls,
      prepare: () => this.#prepare(),
      asked: () => this.#ready !== null,
      say: (sentence, failed) => this.#say(sentence, failed),
    });
    this.#whenSeen(() => this.#beginAsItIs());
  }

  /** @param {() => void} act at the first sight of the tab */
  #whenSeen(act) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    });
    observer.observe(this.#element);
  }

  /** Shows what random weights, or those that a reload left, make of everything, before they learn. */
  async #beginAsItIs() {
    await this.yours.takenUp;
    const said = this.#find(".state").textContent ?? "";
    await this.#prepare();
    if (this.#find(".state").textContent?.startsWith(DREAMING)) this.#say(said);
  }

  /** @param {string} selector */
  #find(selector) {
    return find(this.#element, selector);
  }

  #listen() {
    const run = this.#run;
    run.on("dreaming", ({ detail }) => this.#say(`${DREAMING} ${Math.round(100 * detail.done)}%`));
    run.on("begun", () => this.#run.learns && this.#sayState());
    run.on("figures", () => this.beside.show(this.#run));
    run.on("norms", ({ detail: { norms } }) => {
      const sentence = sentenceOfStep(run.figures, norms, this.controls.settings.rate);
      if (sentence) this.#say(sentence);
    });
    run.on("failure", ({ detail }) => {
      this.#setLearning(false);
      this.beside.run?.pause();
      this.#say(sentenceOfFailure(detail), true);
    });
    run.on("error", ({ detail }) => {
      this.#ready = null;
      this.#setLearning(false);
      this.#say(detail.message, true);
    });
  }

  #mountButtons() {
    /** @type {(name: string, act: () => void) => void} */
    const on = (name, act) => this.#find(name).addEventListener("click", act);
    on(".start", () => this.#start());
    on(".pause", () => this.#pause());
    on(".step", () => this.#step());
    on(".slow", () => this.#run.learns && this.#start());
    on(".again", () => this.#restart(this.controls.settings));
    on(".reseed", () => this.#restart(this.controls.reseed()));
  }

  async #start() {
    this.#setLearning(true);
    if (!(await this.#prepare()) || !this.#run.learns) return;
    const slow = find(this.#element, ".slow", HTMLInputElement).checked;
    this.#run.start(slow);
    this.beside.run?.start(slow);
  }

  async #step() {
    this.#setLearning(false);
    if (!(await this.#prepare())) return;
    this.#run.step();
    this.beside.run?.step();
  }

  #pause() {
    this.#setLearning(false);
    this.#run.pause();
    this.beside.run?.pause();
    this.yours.keep();
  }

  /** @param {Settings} settings */
  #set(settings) {
    this.#run.set(settings);
    this.beside.run?.set(this.beside.differing(settings));
    if (this.#run.learns || this.#find(".state").classList.contains("failed")) this.#sayState();
  }

  /** @param {Settings} settings */
  #restart(settings) {
    this.yours.takeLeft();
    this.#run.restart(settings);
    this.beside.run?.restart(this.beside.differing(settings));
    this.live.draw();
    if (!this.#run.learns) this.#say("Begun anew, with random weights.");
  }

  #useDigits() {
    this.#ready = null;
    this.#run.pause();
    this.#follow();
    if (this.#run.learns) this.#start();
  }

  /** Shows the run of this tab, or the training on the server. */
  async #follow() {
    this.#watched?.end();
    this.#watched = null;
    if (this.controls.source !== "server") {
      return this.live.follow(this.#run, () => this.controls.settings.prior);
    }
    this.#setLearning(false);
    const { Watched } = await import("./watched.js");
    const watched = new Watched((sentence) => this.#say(sentence));
    this.#watched = watched;
    this.live.follow(watched, () => watched.written?.prior ?? this.controls.settings.prior);
  }

  /**
   * Both begin anew, so that they see the same batches.
   * @param {Run|null} other
   */
  #putBeside(other) {
    this.live.beside(other);
    other?.on("figures", () => this.beside.show(this.#run));
    other?.on("failure", () => this.#say("The second run met NaN and stopped.", true));
    this.yours.takeLeft();
    this.#useDigits();
  }

  /** The digits, and the runs begun with them, at the first need; says what fails. */
  #prepare() {
    if (this.#ready) return this.#ready;
    // Others may be chosen before these have come.
    const wanted = () => this.#ready === ready;
    const ready = this.#begin(wanted).catch((error) => {
      if (!wanted()) return false;
      this.#ready = null;
      this.#setLearning(false);
      this.#say(error.message, true);
      return false;
    });
    this.#ready = ready;
    return ready;
  }

  /**
   * @param {() => boolean} wanted whether it still is
   * @returns {Promise<boolean>} whether it was to the end
   */
  async #begin(wanted) {
    const digits = () => chosenDigits(this.#element, this.controls, this.own, wanted);
    const sets = await digits();
    if (!wanted()) return false;
    const { settings } = this.controls;
    await this.#run.begin(sets, settings);
    const other = this.beside.run;
    if (other) await other.begin(await digits(), this.beside.differing(settings));
    if (!wanted()) return false;
    const left = this.yours.takeLeft();
    if (left) this.#run.resume(left.state, left.curves);
    return true;
  }

  /** @param {boolean} learns */
  #setLearning(learns) {
    this.#run.learns = learns;
    this.#find(".start").hidden = learns;
    this.#find(".pause").hidden = !learns;
    this.#sayState();
  }

  #sayState() {
    this.#say(sentenceOfState(this.#run.learns, this.controls.settings));
  }

  /**
   * @param {string} text
   * @param {boolean} [failed]
   */
  #say(text, failed = false) {
    const state = this.#find(".state");
    state.textContent = text;
    state.classList.toggle("failed", failed);
  }
}
