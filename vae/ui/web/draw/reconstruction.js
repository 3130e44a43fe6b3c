/** The live part of Draw: x, its reconstruction, what both cost and what the classifier reads. */

import { CLASSES } from "../engine/classifier.js";
import { rested, unhurried } from "../canvas/schedule.js";
import { canClimb, climb } from "../math/inference.js";
import { divergence, logLikelihood } from "../math/objective.js";
import { contextOf, paintDigit, SIDE } from "../canvas/digits.js";
import { find, write } from "../canvas/find.js";
import { fetchDoubt, mayBeNoDigit, SENTENCE } from "./doubt.js";

/**
 * @typedef {import("../engine/classifier.js").Classifier} Classifier
 * @typedef {import("../engine/model.js").Model} Model
 * @typedef {import("../math/posterior.js").Posterior} Posterior
 * @typedef {import("../state/stage.js").DrawingPosterior} DrawingPosterior
 * @typedef {import("../state/session.js").Session} Session
 */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
export function mountReconstruction(root, session) {
  const input = find(root, '[data-testid="input"]', HTMLCanvasElement);
  const output = find(root, '[data-testid="reconstruction"]', HTMLCanvasElement);
  const [losses, seen, made] = [".losses", ".reads-input", ".reads-output"].map(
    (name) => find(root, name));

  const doubtful = find(root, ".doubtful");
  let wanted = "mean";
  /** @type {ReturnType<typeof fetchDoubt>|null} with the first picture */
  let thresholds = null;

  const doubt = async () => {
    const { drawing: x, posterior, classifier, model, statistics, y } = session;
    if (!x || !posterior || !classifier) return write(doubtful, "");
    thresholds ??= fetchDoubt();
    const known = await thresholds;
    if (session.posterior !== posterior) return;
    const code = posterior.mode ? posterior.mean : posterior.code;
    const found = { probabilities: classifier.read(x), ...measure(model, { ...posterior, code }, x, y) };
    write(doubtful, known && mayBeNoDigit(known, found, statistics) ? SENTENCE : "");
  };
  const words = unhurried(() => {
    const { drawing: x, posterior, classifier } = session;
    write(seen, x ? reading(classifier, x) : "");
    write(made, posterior?.picture ? reading(classifier, posterior.picture) : "");
    write(losses, x ? costs(session, posterior, x) : "");
    doubt();
  });
  const showInput = () => {
    paint(input, session.drawing);
    words();
  };
  const showOutput = () => {
    const { posterior } = session;
    paint(output, posterior?.picture);
    words();
    if (posterior && wanted === "mode" && !posterior.mode) seek();
  };
  const seek = rested(function* () {
    const { drawing: x, model, posterior, y } = session;
    if (!x || !posterior || wanted !== "mode" || !canClimb(model)) return;
    const mode = yield* climb(model, x, posterior.mean, y);
    if (session.posterior === posterior) use({ ...posterior, mode }, mode.mean);
  });
  /** @type {(posterior: DrawingPosterior, code: ArrayLike<number>) => void} */
  const use = (posterior, code) => {
    session.setPosterior({ ...posterior, code, picture: session.model.decode(code, 1, session.y) });
  };
  mountCodes(root, session, (code) => {
    wanted = code;
    const { posterior } = session;
    if (!posterior) return;
    const { mode, ...plain } = posterior;
    use(plain, session.space.nearest(posterior.mean));
  });
  session.on("drawing", showInput);
  session.on("posterior", showOutput);
  session.on(["model", "classifier"], words);
  showInput();
  showOutput();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array|null} [picture] none leaves it empty
 */
function paint(canvas, picture) {
  if (picture) paintDigit(canvas, picture);
  else contextOf(canvas).clearRect(0, 0, SIDE, SIDE);
}

/**
 * The choice of the code that is decoded; a model whose prior is not normal has but one.
 * @param {HTMLElement} root
 * @param {Session} session
 * @param {(code: string) => void} choose
 */
function mountCodes(root, session, choose) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-code]"));
  for (const button of buttons) {
    button.addEventListener("click", () => {
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      choose(button.dataset.code ?? "mean");
    });
  }
  session.withModel(() => {
    find(root, '[data-code="mode"]', HTMLButtonElement).disabled = !canClimb(session.model);
  });
}

/**
 * Minus log p(x|z) at the code that is decoded, else at the posterior's mean; and the KL, in nats.
 * @param {Model} model
 * @param {Posterior & {code?: ArrayLike<number>}} posterior
 * @param {Float32Array} x
 * @param {number} [y]
 */
export function measure(model, posterior, x, y = 0) {
  const logits = model.logits(posterior.code ?? posterior.mean, 1, y);
  return {
    reconstruction: -logLikelihood(model.config.likelihood, x, logits),
    kl: divergence(posterior, model.prior).reduce((sum, value) => sum + value),
  };
}

/**
 * The digit that the classifier reads in a picture, and how surely.
 * @param {Classifier} classifier
 * @param {Float32Array} picture
 */
export function read(classifier, picture) {
  const probabilities = classifier.read(picture).subarray(0, CLASSES);
  const digit = probabilities.indexOf(Math.max(...probabilities));
  return { digit, probability: probabilities[digit] };
}

/**
 * @param {Classifier|null} classifier
 * @param {Float32Array} picture
 */
function reading(classifier, picture) {
  if (!classifier) return "";
  const { digit, probability } = read(classifier, picture);
  return `read as ${digit}, ${Math.round(100 * probability)}%`;
}

/**
 * @param {Session} session
 * @param {DrawingPosterior|null} posterior
 * @param {Float32Array} x
 */
function costs(session, posterior, x) {
  const { model, statistics, y } = session;
  if (!model?.hasEncoder) return model ? `${model.name} has no encoder, and so no posterior q(z|x).` : "";
  if (!posterior) return "";
  const { mode } = posterior;
  const { reconstruction, kl } = measure(model, posterior, x, y);
  const set = session.summary?.data_set ?? "MNIST";
  // The stored percentiles are those of reconstructions from the encoder's mean.
  const usual = mode ? "" : place(reconstruction, statistics["percentiles.reconstruction"], set);
  const parts = [
    `reconstruction ${reconstruction.toFixed(1)} nats${usual}`,
    `KL ${kl.toFixed(1)} nats${place(kl, statistics["percentiles.kl"], set)}`,
  ];
  if (!mode) parts.push(`\u2212ELBO ${(reconstruction + kl).toFixed(1)} nats: their sum, z at the mean`);
  else parts.push(`log p(x, z) is ${mode.gain.toFixed(1)} nats higher than at the encoder's mean`);
  return parts.join("\n");
}

/**
 * Where a value lies among those of the test images of a set, whose 101 percentiles are given.
 * @param {number} value
 * @param {import("../math/linear.js").Tensor|undefined} percentiles
 * @param {string} set
 */
function place(value, percentiles, set) {
  if (!percentiles) return "";
  const { data } = percentiles;
  const below = data.findIndex((percentile) => percentile > value);
  const images = `of ${set}'s test images`.replace("MNIST's test images", "MNIST's test digits");
  if (below === 0) return `, lower than for all ${images}`;
  if (below < 0 || below > 99) return `, higher than for 99% ${images}`;
  const lower = 100 - below;
  return lower >= 50 ? `, lower than for ${lower}% ${images}` : `, higher than for ${below - 1}% ${images}`;
}
