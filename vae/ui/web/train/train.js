/** The tab that trains: its buttons, and what they ask of a run. */

import { saveBlob } from "../export/files.js";
import { Beside } from "./beside.js";
import { mountControls } from "./controls.js";
import { Live } from "./live.js";
import { mistakeOf } from "./mistakes.js";
import { ownDigits } from "./own.js";
import { Run } from "./run.js";
import { keepRun, keptRun } from "./shelf.js";
import { chosenDigits } from "./sources.js";

// How the picker calls what is made here.
const MINE = "yours-1";
// Milliseconds between two states that a reload can go on from.
const KEPT_EVERY = 20_000;

/**
 * @param {HTMLElement} element
 * @param {import("../state/session.js").Session} session
 */
export function mount(element, session) {
  new Training(element, session);
}

class Training {
  #element;
  #session;
  #run = new Run();
  /** @type {Promise<void>|null} */
  #ready = null;
  /** @type {any} what a reload left, until a run has gone on from it */
  #kept = null;

  constructor(element, session) {
    this.#element = element;
    this.#session = session;
    this.own = ownDigits(element, session, () => this.#useDigits());
    this.controls = mountControls(element, session.facts, {
      live: (settings) => this.#set(settings),
      rebuild: (settings) => this.#restart(settings),
      digits: () => this.#useDigits(),
    });
    this.live = new Live(element);
    this.live.follow(this.#run, () => this.controls.settings.prior);
    this.beside = new Beside(element, (other) => this.#putBeside(other));
    this.#listen();
    this.#mountButtons();
    this.#takeUp();
    setInterval(() => this.#run.learns && this.#keep(), KEPT_EVERY);
  }

  #find(selector) {
    return this.#element.querySelector(selector);
  }

  #listen() {
    const on = (type, act) => this.#run.addEventListener(type, (event) =>
      act(/** @type {CustomEvent} */ (event).detail));
    on("dreaming", ({ done }) => this.#say(`Dreaming digits: ${Math.round(100 * done)}%`));
    on("begun", () => this.#run.learns && this.#sayState());
    on("figures", () => this.beside.show(this.#run));
    on("norms", ({ norms }) => this.#sayStep(norms));
    on("failure", (failure) => this.#sayFailure(failure));
    on("error", ({ message }) => {
      this.#ready = null;
      this.#setLearning(false);
      this.#say(message, true);
    });
  }

  #mountButtons() {
    const on = (name, act) => this.#find(name).addEventListener("click", act);
    on(".start", () => this.#start());
    on(".pause", () => this.#pause());
    on(".step", () => this.#step());
    on(".slow", () => this.#run.learns && this.#start());
    on(".again", () => this.#restart(this.controls.settings));
    on(".reseed", () => this.#restart(this.controls.reseed()));
    on(".save", async () => saveBlob((await this.#checkpoint()).file, `${MINE}.safetensors`));
    on(".use", () => this.#use());
    on(".python", async () => {
      const { asPyTorch } = await import("./script.js");
      const script = this.#find(".script");
      script.hidden = !script.hidden;
      script.textContent = asPyTorch(this.controls.settings);
    });
    this.#find(".open").addEventListener("change", ({ target }) => {
      this.#open(target.files[0]);
      target.value = "";
    });
  }

  async #start() {
    this.#setLearning(true);
    await this.#prepare();
    if (!this.#run.learns) return;
    const slow = this.#find(".slow").checked;
    this.#run.start(slow);
    this.beside.run?.start(slow);
  }

  async #step() {
    this.#setLearning(false);
    await this.#prepare();
    this.#run.step();
    this.beside.run?.step();
  }

  #pause() {
    this.#setLearning(false);
    this.#run.pause();
    this.beside.run?.pause();
    this.#keep();
  }

  #set(settings) {
    this.#run.set(settings);
    this.beside.run?.set(this.beside.differing(settings));
    if (this.#run.learns) this.#sayState();
  }

  #restart(settings) {
    this.#kept = null;
    this.#run.restart(settings);
    this.beside.run?.restart(this.beside.differing(settings));
    this.live.draw();
    if (!this.#run.learns) this.#say("Begun anew, with random weights.");
  }

  #useDigits() {
    this.#ready = null;
    this.#run.pause();
    if (this.#run.learns) this.#start();
  }

  /** Both begin anew, so that they see the same batches. */
  #putBeside(other) {
    this.live.beside(other);
    other?.addEventListener("figures", () => this.beside.show(this.#run));
    other?.addEventListener("failure", () => this.#say("The second run met NaN and stopped.", true));
    this.#kept = null;
    this.#useDigits();
  }

  /** The digits, and the runs begun with them, at the first need. */
  #prepare() {
    this.#ready ??= this.#begin().catch((error) => {
      this.#ready = null;
      this.#setLearning(false);
      this.#say(error.message, true);
      throw error;
    });
    return this.#ready;
  }

  async #begin() {
    const say = (sentence) => (this.#find(".origin").textContent = sentence);
    const { settings } = this.controls;
    const digits = () => chosenDigits(this.controls, this.own, say);
    await this.#run.begin(await digits(), settings);
    const other = this.beside.run;
    if (other) await other.begin(await digits(), this.beside.differing(settings));
    if (this.#kept) await this.#run.resume(this.#kept.file, this.#kept.at);
    this.#kept = null;
  }

  #setLearning(learns) {
    this.#run.learns = learns;
    this.#find(".start").hidden = learns;
    this.#find(".pause").hidden = !learns;
    this.#sayState();
  }

  /** Whether it learns, and whether what it minimises is a bound. */
  #sayState() {
    const wrong = mistakeOf(this.controls.settings.mistake);
    const unbounded = wrong && !wrong.bound;
    if (!this.#run.learns) this.#say("Paused.");
    else if (unbounded) this.#say("It learns, but what it minimises is no bound on \u2212log p(x).");
    else this.#say("It learns. Everything below can be changed meanwhile.");
  }

  /** What a step did, in its order: forward, loss, backward, update. */
  #sayStep(norms) {
    const { steps, reconstruction, kl } = this.#run.figures;
    if (!kl || reconstruction === undefined) return;
    const divergence = kl.reduce((a, b) => a + b, 0);
    const [largest, norm] = Object.entries(norms).reduce((a, b) => (b[1] > a[1] ? b : a));
    this.#say(`Step ${steps}: forward, \u2212log p(x|z) ${reconstruction.toFixed(1)} and KL `
      + `${divergence.toFixed(2)} nats; backward, the largest gradient is that of ${largest}, `
      + `${norm.toPrecision(2)}; update, by Adam with the rate ${this.controls.settings.rate}.`);
  }

  #sayFailure({ steps, latent, back }) {
    this.#setLearning(false);
    this.beside.run?.pause();
    const where = latent < 0 ? "in log p(x|z)" : `in the KL of latent ${latent + 1}`;
    this.#say(`NaN began at step ${steps}, ${where}. The weights are those of step ${back} again: `
      + "choose what is right and press Start to go on.", true);
  }

  #say(text, failed = false) {
    const state = this.#find(".state");
    state.textContent = text;
    state.classList.toggle("failed", failed);
  }

  /** The run as a file, what the picker says of it, and where it stands. */
  async #checkpoint() {
    await this.#prepare();
    const [made, { checkpointBlob, summaryOf }] = await Promise.all([
      this.#run.checkpoint(), import("./keep.js"),
    ]);
    const { settings, steps, images, seconds } = made;
    const file = checkpointBlob(MINE, made, this.#run.curves.test);
    return { file, summary: summaryOf(made), settings, at: { steps, images, seconds } };
  }

  async #use() {
    const { file, summary } = await this.#checkpoint();
    await this.#session.offer(MINE, file, summary);
    this.#session.choose(MINE, this.#session.name === MINE ? this.#session.z : undefined);
    this.#say(`It is in the picker as ${MINE}: Explore, Draw and Sample now show it.`);
  }

  /** Over a reload, where the browser allows it. */
  async #keep() {
    if (this.#ready) await keepRun(await this.#checkpoint());
  }

  /** What a reload left: offered in the picker, and gone on with at the next Start. */
  async #takeUp() {
    const kept = await keptRun();
    const offered = kept && await this.#session.offer(MINE, kept.file, kept.summary)
      .then(() => true, () => false);
    if (!offered || this.#ready) return;
    this.controls.put(kept.settings);
    this.#kept = kept;
    this.#say(`Your last run is in the picker as ${MINE}; Start goes on from it.`);
  }

  /** A checkpoint from a file, put in use. */
  async #open(file) {
    const name = file.name.replace(/\.safetensors$/, "");
    try {
      const [model, { summaryOfFile }] = await Promise.all([
        this.#session.offer(name, file, {}), import("./keep.js"),
      ]);
      await this.#session.offer(name, file, summaryOfFile(model));
      this.#session.choose(name);
      this.#say(`${name} is in the picker and in use.`);
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message, true);
    }
  }
}
