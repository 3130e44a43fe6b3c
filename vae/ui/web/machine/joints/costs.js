/** KL + reconstruction = -ELBO: what every latent and every pixel of this x costs. */

import { paintDigit, SIDE } from "../../canvas/digits.js";
import { find } from "../../canvas/find.js";
import { likelihood } from "../../math/likelihoods.js";
import { divergence, estimatedDivergence } from "../../math/objective.js";
import { NOTATION } from "./notation.js";
import { numbersTable } from "./table.js";

const PICTURES = `<div class="pictures">
  <figure><canvas class="ink" width="28" height="28" role="img" aria-label="x"></canvas><figcaption><b>x</b></figcaption></figure>
  <figure><canvas class="ink" width="28" height="28" role="img" aria-label="the picture"></canvas><figcaption><b>mean of p(x|z)</b></figcaption></figure>
  <figure><canvas class="ink" width="28" height="28" role="img" data-testid="pixel-costs" aria-label="the cost of every pixel"></canvas>
    <figcaption><b>\u2212log p(x\u2c7c|z)</b> <span class="range"></span></figcaption></figure>
</div><p class="pixel quiet"></p><p class="sums"></p><p class="swapped quiet"></p>`;
// Of q(z|x), by which its divergence from a mixture is estimated.
const DRAWS = 100;
const POINT = "Point at a pixel for its numbers.";

/** @typedef {{x: ArrayLike<number>, mean: ArrayLike<number>, costs: Float64Array}} Pixels */

/** @type {import("./joints.js").Joint} */
export const costs = {
  title: "KL + reconstruction = \u2212ELBO",
  lacks: ({ model, posterior }) => {
    if (!model.hasEncoder) return "This model has no q(z|x) and no likelihood, and so no ELBO.";
    return posterior ? "" : "There is no x yet. Draw a digit or take a ready one, and its costs stand here.";
  },
  words(session) {
    const { model } = session;
    const grey = model.config.likelihood.variance === undefined
      ? "The pixels are grey and the likelihood is Bernoulli\u2019s: its logarithm is minus the cross-entropy, not the density of a grey picture."
      : "A Gaussian likelihood of a fixed variance is the squared error in other units, plus a constant that may make it negative.";
    const kept = session.summary?.prior === null ? " This model was trained without the KL term." : "";
    return `A latent costs what q(z|x) says beyond the prior; a pixel costs where the picture of z is unlike x. ${grey}${kept}`;
  },
  formulas: ({ model }) => ["\u2212ELBO = \u03a3\u1d62 KL\u1d62 \u2212 \u03a3\u2c7c log p(x\u2c7c|z)", NOTATION[model.prior.family.name].divergence],
  sources: () => ["elbo", "value"],
  mount(root) {
    root.innerHTML = PICTURES;
    const canvases = [...root.querySelectorAll("canvas")];
    /** @type {Pixels|null} */
    let shown = null;
    /** @type {import("../../math/posterior.js").Posterior|null} */
    let swapped = null;
    mountPixels(canvases, find(root, ".pixel"), () => shown);
    const table = numbersTable(root, "what every latent costs, in nats");
    return (session) => {
      const { model, drawing: x, posterior, dimensions } = session;
      if (!x || !posterior) return;
      const kl = divergence(posterior, model.prior);
      shown = pixelsOf(session, x);
      paintDigit(canvases[0], x);
      paintDigit(canvases[1], shown.mean);
      find(root, ".range").textContent = paintCosts(canvases[2], shown.costs);
      const [code, pixels] = [kl, shown.costs].map((terms) => terms.reduce((sum, term) => sum + term, 0));
      find(root, ".sums").textContent =
        `${nats(code)} for the code + ${nats(pixels)} for the pixels = ${nats(code + pixels)} nats`;
      if (posterior !== swapped) find(root, ".swapped").textContent = withMixture(session, posterior, code);
      swapped = posterior;
      table(["KL in nats"], dimensions.map(({ index, active }) => ({ latent: index, active, numbers: [kl[index]] })));
    };
  },
};

/**
 * @param {import("../../state/session.js").Session} session
 * @param {ArrayLike<number>} x
 * @returns {Pixels}
 */
function pixelsOf({ model, z, y }, x) {
  const code = Float32Array.from(z);
  const logits = model.logits(code, 1, y);
  const { log } = likelihood(model.config.likelihood);
  return { x, mean: model.decode(code, 1, y), costs: Float64Array.from(logits, (logit, j) => -log(x[j], logit)) };
}

/**
 * What the code would cost if p(z) were the mixture that the model's encodings follow.
 * @param {import("../../state/session.js").Session} session
 * @param {import("../../math/posterior.js").Posterior} q
 * @param {number} kl from the prior, in nats
 */
function withMixture({ aggregate }, q, kl) {
  if (!aggregate?.hasDensity) return "";
  const { mean, error } = estimatedDivergence(q, (z) => aggregate.logPdf(z), DRAWS);
  return `The ELBO holds for any p(z). With the mixture of Gaussians that the encodings follow in place of the prior, and the same weights, this code costs ${nats(mean)} \u00b1 ${nats(error)} instead of ${nats(kl)} nats (${DRAWS} draws of q(z|x)). Sample draws from that mixture, too.`;
}

/**
 * White where a pixel costs most.
 * @param {HTMLCanvasElement} canvas
 * @param {Float64Array} values
 */
function paintCosts(canvas, values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  paintDigit(canvas, values.map((value) => (value - least) / (most - least || 1)));
  return `black ${nats(least, 2)}, white ${nats(most, 2)} nats`;
}

/**
 * The numbers of the pixel that is pointed at, in any of the pictures.
 * @param {HTMLCanvasElement[]} canvases
 * @param {HTMLElement} place
 * @param {() => Pixels|null} pixels
 */
function mountPixels(canvases, place, pixels) {
  place.textContent = POINT;
  for (const canvas of canvases) {
    const point = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
      const found = pixels();
      const at = [offsetX / canvas.clientWidth, offsetY / canvas.clientHeight].map((share) =>
        Math.min(SIDE - 1, Math.max(0, Math.floor(SIDE * share))));
      const j = at[1] * SIDE + at[0];
      if (found) {
        place.textContent = `row ${at[1]}, column ${at[0]}: x = ${found.x[j].toFixed(2)}, mean ${found.mean[j].toFixed(2)}, ${nats(found.costs[j], 2)} nats`;
      }
    };
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"])) canvas.addEventListener(type, point);
  }
}

/** @type {(value: number, digits?: number) => string} */
const nats = (value, digits = 1) => value.toFixed(digits).replace("-", "\u2212");
