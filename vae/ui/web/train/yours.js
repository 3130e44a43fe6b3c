/**
 * A run as something of yours: a model in the picker, a file, a script, and what a reload goes on from.
 * What was opened from a file is yours, too.
 */

import { find } from "../canvas/find.js";
import { Model } from "../engine/model.js";
import { saveBlob } from "../export/files.js";
import { messageOf } from "../math/errors.js";
import { problemOf } from "./name.js";
import { keepRun, keptRun } from "./shelf.js";

// Milliseconds between two states that a reload can go on from.
const KEPT_EVERY = 20_000;

/**
 * What it asks of the tab: `prepare` brings a run its digits, and resolves to whether there are any;
 * `asked` tells whether it has been called for the present ones.
 * @typedef {object} Training
 * @property {import("./run.js").Run} run
 * @property {ReturnType<typeof import("./controls.js").mountControls>} controls
 * @property {() => Promise<boolean>} prepare
 * @property {() => boolean} asked
 * @property {(sentence: string, failed?: boolean) => void} say
 */

export class Yours {
  #element;
  #session;
  #training;
  /** @type {Set<string>} names of models that were made here */
  #made = new Set();
  /** @type {import("./shelf.js").Kept|null} */
  #left = null;
  /** @type {Promise<void>} settled once what a reload left has been taken up */
  takenUp;

  /**
   * @param {HTMLElement} element the tab
   * @param {import("../state/session.js").Session} session
   * @param {Training} training
   */
  constructor(element, session, training) {
    this.#element = element;
    this.#session = session;
    this.#training = training;
    /** @type {(name: string, act: () => Promise<void>) => void} */
    const on = (name, act) => find(element, name).addEventListener("click", () =>
      act().catch((error) => training.say(`${messageOf(error)}: try again.`, true)));
    on(".save", () => this.#save());
    on(".use", () => this.#use());
    on(".python", () => this.#python());
    const chooser = find(element, ".open", HTMLInputElement);
    chooser.addEventListener("change", () => {
      if (chooser.files?.[0]) this.#open(chooser.files[0]);
      chooser.value = "";
    });
    this.takenUp = this.#takeUp();
    setInterval(() => training.run.learns && this.keep(), KEPT_EVERY);
  }

  /** The name that a person typed, and what is wrong with it. */
  #typed() {
    const input = find(this.#element, ".name", HTMLInputElement);
    const name = input.value.trim();
    const others = this.#session.library.models.map((model) => model.name);
    const problem = problemOf(name, others.filter((one) => !this.#made.has(one)));
    return { input, name, problem };
  }

  /** The name, where it can be used; what is wrong with it is said. */
  #name() {
    const { input, name, problem } = this.#typed();
    input.setAttribute("aria-invalid", String(problem !== ""));
    if (problem) this.#training.say(problem, true);
    return problem ? null : name;
  }

  /**
   * The run as a file, what the picker says of it, and what it goes on from; null where there is
   * nothing to learn from.
   * @param {string} name
   */
  async #checkpoint(name) {
    const { run, prepare } = this.#training;
    if (!(await prepare())) return null;
    const [made, { checkpointBlob, summaryOf }] = await Promise.all([run.checkpoint(), import("./keep.js")]);
    const { settings, state } = made;
    const { curves } = run;
    return { file: checkpointBlob(name, made, curves.test), summary: summaryOf(made), settings, state, curves };
  }

  async #save() {
    const name = this.#name();
    const made = name && await this.#checkpoint(name);
    if (made) saveBlob(made.file, `${name}.safetensors`);
  }

  async #use() {
    const name = this.#name();
    const made = name && await this.#checkpoint(name);
    if (!made) return;
    this.#made.add(name);
    await this.#session.library.offer(name, made.file, made.summary);
    this.#session.choose(name, this.#session.name === name ? this.#session.z : undefined);
    this.#training.say(`It is in the picker as ${name}: Explore, Draw and Sample now show it.`);
  }

  async #python() {
    const { asPyTorch } = await import("./script.js");
    const script = find(this.#element, ".script");
    script.hidden = !script.hidden;
    script.textContent = asPyTorch(this.#training.controls.settings);
  }

  /** Over a reload, where the browser allows it. */
  async keep() {
    if (!this.#training.asked()) return;
    const { name: typed, problem } = this.#typed();
    // A name that cannot be used must not keep a reload from offering the run.
    const name = problem ? "yours-1" : typed;
    const { source, amount } = this.#training.controls;
    const made = await this.#checkpoint(name);
    if (made) await keepRun({ name, source, amount, ...made });
  }

  /** What a reload left: offered in the picker, and gone on with at the next Start. */
  async #takeUp() {
    const { asked, controls, say } = this.#training;
    const kept = await keptRun();
    if (!kept || asked() || this.#session.library.summary(kept.name)) return;
    const { name, file, summary } = kept;
    const offered = await this.#session.library.offer(name, file, summary).then(() => true, () => false);
    if (!offered || asked()) return;
    this.#made.add(name);
    find(this.#element, ".name", HTMLInputElement).value = name;
    controls.put(kept);
    this.#left = kept;
    say(`Your last run is in the picker as ${name}; Start goes on from it.`);
  }

  /** What a reload left, once: for a run that goes on from it, or begins anew instead. */
  takeLeft() {
    const left = this.#left;
    this.#left = null;
    return left;
  }

  /**
   * A checkpoint from a file, put in use.
   * @param {File} file
   */
  async #open(file) {
    const name = file.name.replace(/\.safetensors$/, "");
    const { say } = this.#training;
    try {
      const [model, { summaryOfFile }] = await Promise.all([
        Model.open(URL.createObjectURL(file), name), import("./keep.js"),
      ]);
      await this.#session.library.offer(name, file, summaryOfFile(model, this.#session.facts.data_sets));
      this.#session.choose(name);
      say(`${name} is in the picker and in use.`);
    } catch (error) {
      say(messageOf(error), true);
    }
  }
}
