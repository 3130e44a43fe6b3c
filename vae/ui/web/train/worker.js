/**
 * The worker that owns the model and lets it learn, in slices, so that it hears what the page asks.
 *
 * It is told {type}, one of its public methods, with what that takes. It says what `reports.js` does,
 * and {type}: "failure", "dreaming" (done, from 0 to 1), "paused", "checkpoint", "error".
 */

import { Dreamer } from "./dreams.js";
import { Reports } from "./reports.js";
import { Trainer } from "./trainer.js";

// Milliseconds: of steps at a stretch, and between two in slow motion.
const SLICE = 20;
const UNHURRIED = 350;
// Dreamed digits that are drawn anew after every stretch.
const FRESH = 8;

/** @typedef {import("./settings.js").Settings} Settings */

class Learning {
  /** @type {Trainer|null} */
  #trainer = null;
  #reports = new Reports();
  #running = false;
  #slow = false;
  #beginnings = 0;
  /** @type {Settings|null} what a person has chosen by the time that digits have been dreamed */
  #wanted = null;
  /** @type {Dreamer|null} */
  #dreamer = null;
  // A message to itself lets those of the page in before the next stretch.
  #turns = new MessageChannel();

  constructor() {
    this.#turns.port1.onmessage = () => this.#running && (this.#slow ? this.#stepSlowly() : this.#stretch());
  }

  /** @param {{digits: import("./digits.js").Sets, settings: Settings}} asked */
  begin({ digits, settings }) {
    this.#beginnings += 1;
    this.#dreamer = null;
    this.#begin(digits, settings);
  }

  /** @param {{url: string, settings: Settings}} asked */
  async dream({ url, settings }) {
    const beginning = ++this.#beginnings;
    this.#wanted = settings;
    const opened = await Dreamer.open(url);
    // Other digits may have been asked for meanwhile.
    if (beginning !== this.#beginnings) return;
    this.#dreamer = opened;
    const drawn = opened.first();
    let step = drawn.next();
    for (; !step.done; step = drawn.next()) {
      postMessage({ type: "dreaming", done: step.value });
    }
    this.#begin(step.value, this.#wanted);
  }

  /** @param {{settings: Settings}} asked */
  restart({ settings }) {
    this.#wanted = settings;
    if (!this.#trainer) return;
    this.#trainer.begin(settings);
    this.#reports.begin(this.#trainer);
  }

  /** @param {{settings: Settings}} asked */
  set({ settings }) {
    this.#wanted = settings;
    this.#trainer?.set(settings);
  }

  /** @param {{slow: boolean}} asked */
  run({ slow }) {
    if (!this.#trainer) return;
    this.#slow = slow;
    this.#running = true;
    this.#reports.start();
    this.#turns.port2.postMessage(null);
  }

  pause() {
    this.#running = false;
    this.#reports.all();
    postMessage({ type: "paused" });
  }

  step() {
    this.#running = false;
    this.#learn();
    this.#reports.all();
    this.#reports.norms();
  }

  /** @param {{x: Float32Array|null, label: number}} asked */
  look({ x, label }) {
    this.#reports.look(x, label);
  }

  checkpoint() {
    const { config, settings, epoch, seconds, images, steps } = this.#begun;
    const tensors = this.#begun.checkpoint();
    postMessage({
      type: "checkpoint", tensors, config, settings, epoch, seconds, images, steps,
      test: this.#begun.test(), state: this.#begun.state(),
    });
  }

  /** @param {{state: import("./trainer.js").State}} asked */
  resume({ state }) {
    this.#begun.resume(state);
    this.#reports.all();
  }

  /** Ends what runs. @param {unknown} error */
  fail(error) {
    this.#running = false;
    postMessage({ type: "error", message: /** @type {Error} */ (error).message });
  }

  get #begun() {
    if (!this.#trainer) throw new Error("Expected a run that has begun, got none; press Start.");
    return this.#trainer;
  }

  /**
   * @param {import("./digits.js").Sets} digits
   * @param {Settings} settings
   */
  #begin(digits, settings) {
    if (this.#trainer) {
      this.#trainer.digits = digits;
      this.#trainer.begin(settings);
    } else this.#trainer = new Trainer(digits, settings);
    this.#reports.begin(this.#trainer);
  }

  /** A step for a person to follow, and the next one after a while. */
  #stepSlowly() {
    this.#learn();
    if (!this.#running) return;
    this.#reports.allInPassing();
    setTimeout(() => this.#turns.port2.postMessage(null), UNHURRIED);
  }

  #stretch() {
    const start = performance.now();
    while (this.#running && performance.now() - start < SLICE) this.#learn();
    this.#dreamer?.refresh(this.#begun.digits, FRESH);
    if (!this.#running) return;
    this.#reports.due();
    this.#turns.port2.postMessage(null);
  }

  #learn() {
    this.#reports.before();
    const step = this.#begun.step();
    if (step.finite) this.#reports.after(step);
    else this.#goBack(step);
  }

  /**
   * Where it began to fail: in the KL of a latent, or in the likelihood.
   * @param {{kl: Float64Array}} step
   */
  #goBack({ kl }) {
    this.#running = false;
    const latent = kl.findIndex((value) => !Number.isFinite(value));
    const { steps } = this.#begun;
    this.#begun.goBack();
    this.#reports.forget();
    const { steps: back, images } = this.#begun;
    postMessage({ type: "failure", steps, latent, back, images });
    this.#reports.all();
  }
}

const learning = new Learning();

self.onmessage = async ({ data: { type, ...asked } }) => {
  try {
    await learning[/** @type {"begin"} */ (type)](asked);
  } catch (error) {
    learning.fail(error);
  }
};
