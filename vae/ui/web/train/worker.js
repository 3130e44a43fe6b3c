/**
 * The worker that owns the model and lets it learn, in slices, so that it hears what the page asks.
 *
 * It is told {type}: "begin" (digits, settings), "dream" (url, settings), "run" (slow), "pause", "step", "set" (settings), "restart"
 * (settings), "look" (x, label), "resume" (state), "checkpoint". It says {type}: "figures", "pictures", "trace", "encodings", "failure",
 * "norms", "labels", "dreaming" (done, from 0 to 1), "paused", "checkpoint", "error".
 */

import { uniforms } from "../math/random.js";
import { Dreamer } from "./dreams.js";
import { Trainer } from "./trainer.js";

// Milliseconds: of steps at a stretch, and between two reports of each kind.
const SLICE = 20;
const UNHURRIED = 350;
const EVERY = { pictures: 70, encodings: 250, test: 2500 };
// Dreamed digits that are drawn anew after every stretch.
const FRESH = 8;
const SAMPLES = 40;
const MAPPED = 500;

/** @type {Trainer} */
let trainer;
let running = false;
let slow = false;
let beginnings = 0;
/** @type {import("./settings.js").Settings} the settings that a person has chosen by the time that digits have been dreamed */
let wanted;
/** @type {Dreamer|null} */
let dreamer = null;
/** @type {Float32Array} of the samples */
let z;
/** @type {number[]} rows of the test digits that are reconstructed */
let shown = [];
/** @type {{x: Float32Array|null, label: number}} the digit that is traced: a drawing, or a test digit */
let looked = { x: null, label: 0 };
/** @type {Object<string, number>} when each kind of report was made last */
let last = {};
/** @type {ReturnType<typeof fresh>|null} sums since the last figures */
let since = null;
/** @type {{images: number, time: number}|null} at the last figures */
let meter = null;

const channel = new MessageChannel();
channel.port1.onmessage = () => running && (slow ? one() : slice());

self.onmessage = async ({ data }) => {
  try {
    await ACTIONS[data.type](data);
  } catch (error) {
    running = false;
    postMessage({ type: "error", message: /** @type {Error} */ (error).message });
  }
};

/** @type {Object<string, (asked: any) => void|Promise<void>>} */
const ACTIONS = {
  begin({ digits, settings }) {
    beginnings += 1;
    dreamer = null;
    begin(digits, settings);
  },
  async dream({ url, settings }) {
    const beginning = ++beginnings;
    wanted = settings;
    const opened = await Dreamer.open(url);
    // Other digits may have been asked for meanwhile.
    if (beginning !== beginnings) return;
    dreamer = opened;
    const drawn = dreamer.first();
    let step = drawn.next();
    for (; !step.done; step = drawn.next()) {
      postMessage({ type: "dreaming", done: step.value });
    }
    begin(step.value, wanted);
  },
  restart({ settings }) {
    wanted = settings;
    if (!trainer) return;
    trainer.begin(settings);
    prepare();
  },
  set({ settings }) {
    wanted = settings;
    trainer?.set(settings);
  },
  run(options) {
    if (!trainer) return;
    slow = options.slow;
    running = true;
    since = null;
    meter = { images: trainer.images, time: performance.now() };
    channel.port2.postMessage(null);
  },
  pause() {
    running = false;
    report(true);
    postMessage({ type: "paused" });
  },
  step() {
    running = false;
    learn();
    report(true);
    postMessage({ type: "norms", norms: trainer.learner.parameters.gradientNorms() });
  },
  look({ x, label }) {
    looked = { x, label };
    if (trainer) trace();
  },
  checkpoint() {
    const { config, settings, epoch, seconds, images, steps } = trainer;
    const tensors = trainer.checkpoint();
    postMessage({
      type: "checkpoint", tensors, config, settings, epoch, seconds, images, steps,
      test: trainer.test(), state: trainer.state(),
    });
  },
  resume({ state }) {
    trainer.resume(state);
    report(true);
  },
};

/**
 * @param {import("./digits.js").Sets} digits
 * @param {import("./settings.js").Settings} settings
 */
function begin(digits, settings) {
  if (trainer) {
    trainer.digits = digits;
    trainer.begin(settings);
  } else trainer = new Trainer(digits, settings);
  prepare();
}

/** What stays the same while a run learns: z of the samples, the digits that are reconstructed. */
function prepare() {
  const { prior, config, digits } = trainer;
  z = Float32Array.from(uniforms(7, SAMPLES * config.latents), (u) => prior.quantile(u));
  shown = Array.from({ length: 10 }, (_, label) => Math.max(0, digits.test.labels.indexOf(label)));
  last = {};
  since = null;
  postMessage({ type: "labels", labels: digits.test.labels.slice(0, MAPPED) });
  report(true);
}

/** A step for a person to follow, and the next one after a while. */
function one() {
  learn();
  if (!running) return;
  report(true);
  setTimeout(() => channel.port2.postMessage(null), UNHURRIED);
}

function slice() {
  const start = performance.now();
  while (running && performance.now() - start < SLICE) learn();
  dreamer?.refresh(trainer.digits, FRESH);
  if (running) {
    report(false);
    channel.port2.postMessage(null);
  }
}

function learn() {
  since ??= fresh();
  const step = trainer.step();
  if (!step.finite) return fail(step);
  const { kl } = since;
  since.steps += 1;
  since.reconstruction += step.reconstruction;
  since.loss += step.loss;
  step.kl.forEach((value, i) => (kl[i] += value));
}

/**
 * Where it began: in the KL of a latent, or in the likelihood.
 * @param {{kl: Float64Array}} step
 */
function fail({ kl }) {
  running = false;
  const latent = kl.findIndex((value) => !Number.isFinite(value));
  const { steps } = trainer;
  trainer.goBack();
  since = null;
  postMessage({ type: "failure", steps, latent, back: trainer.steps });
  report(true);
}

const fresh = () => ({
  steps: 0, reconstruction: 0, loss: 0, kl: new Float64Array(trainer.config.latents),
  images: trainer.images, seconds: trainer.seconds,
});

/**
 * Tells the page what is due; everything where it is `asked`.
 * @param {boolean} asked
 */
function report(asked) {
  const now = performance.now();
  const due = (/** @type {keyof typeof EVERY} */ name) => asked || now - (last[name] ?? -Infinity) >= EVERY[name];
  if (due("pictures")) {
    last.pictures = now;
    pictures();
    trace();
    figures();
  }
  if (due("encodings")) {
    last.encodings = now;
    const { mean } = trainer.encodings(MAPPED);
    postMessage({ type: "encodings", mean });
  }
  if (due("test") && !(slow && running && now - last.test < EVERY.test)) {
    last.test = performance.now();
    const { images, epoch, seconds } = trainer;
    postMessage({ type: "test", images, epoch, seconds, ...trainer.test() });
  }
}

function pictures() {
  const samples = trainer.pictures(z, SAMPLES);
  const { images } = trainer.digits.test;
  const originals = new Uint8Array(shown.length * 784);
  shown.forEach((row, i) => originals.set(images.subarray(row * 784, (row + 1) * 784), i * 784));
  const { mean } = trainer.learner.encode(Float32Array.from(originals, (byte) => byte / 255), 10);
  const reconstructions = trainer.pictures(mean, 10);
  postMessage({ type: "pictures", samples, originals, reconstructions });
}

/** The digit that a person looks at, through the network as it is now. */
function trace() {
  const { images } = trainer.digits.test;
  const first = 784 * shown[looked.label];
  const x = looked.x ?? Float32Array.from(images.subarray(first, first + 784), (byte) => byte / 255);
  postMessage({ type: "trace", x, ...trainer.trace(x) });
}

function figures() {
  const { steps, images, epoch, seconds, klWeight } = trainer;
  const general = { type: "figures", steps, images, epoch, seconds, klWeight };
  if (!since?.steps) return postMessage(general);
  const now = performance.now();
  const perSecond = meter && (1000 * (images - meter.images)) / (now - meter.time);
  meter = { images, time: now };
  const { steps: taken } = since;
  const mean = (/** @type {number} */ value) => value / taken;
  postMessage({
    ...general,
    reconstruction: mean(since.reconstruction),
    loss: mean(since.loss),
    kl: since.kl.map(mean),
    perSecond,
    cost: (1e6 * (seconds - since.seconds)) / (images - since.images),
    norms: trainer.learner.parameters.gradientNorms(),
  });
  since = null;
}
