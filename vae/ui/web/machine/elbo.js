/**
 * The two costs of a digit, as bars and numbers: KL(q(z|x) || p(z)), what its code costs, and
 * -log p(x|z), what is left to say once z is known. Their sum is minus the ELBO.
 */

import { find, write } from "../canvas/find.js";
import { divergence, logLikelihood } from "../math/objective.js";

// The bars' full length at first, in nats; it doubles where a digit costs more.
const SCALE = 200;

/**
 * The costs of the session's digit at the z on the stage, in nats.
 * @param {Pick<import("../state/session.js").Session, "model"|"drawing"|"posterior"|"z"|"y"|"origin">}
 *   session
 * @returns {{kl: number, reconstruction: number, total: number, bound: boolean}|null} bound: whether z
 *   is q's mean or drawn from q, without which the sum is no bound; null without a digit
 */
export function costs({ model, drawing: x, posterior, z, y, origin }) {
  if (!x || !posterior) return null;
  const kl = divergence(posterior, model.prior).reduce((sum, value) => sum + value);
  const logits = model.logits(Float32Array.from(z), 1, y);
  const reconstruction = -logLikelihood(model.config.likelihood, x, logits);
  return { kl, reconstruction, total: kl + reconstruction, bound: ["posterior", "drawn"].includes(origin) };
}

/** Shows the costs in a part of the page. */
export class Elbo {
  #numbers;
  #bars;
  #root;

  /** @param {HTMLElement} root with .kl, .reconstruction, .total and .sum in it */
  constructor(root) {
    this.#root = root;
    this.#numbers = ["kl", "reconstruction", "total"].map((name) => find(root, `b.${name}`));
    this.#bars = ["kl", "reconstruction"].map((name) => find(root, `i.${name}`));
  }

  /** @param {ReturnType<typeof costs>} found */
  show(found) {
    this.#root.classList.toggle("resting", !found);
    const values = found ? [found.kl, found.reconstruction, found.total] : [];
    this.#numbers.forEach((element, i) => write(element, found ? nats(values[i]) : "\u2013"));
    const scale = found ? widening(Math.abs(found.kl) + Math.abs(found.reconstruction)) : 1;
    this.#bars.forEach((bar, i) => {
      bar.style.width = found ? `${(100 * Math.max(0, values[i])) / scale}%` : "0";
    });
    const bound = !found || found.bound;
    write(find(this.#root, ".sum"), bound ? "\u2212ELBO" : "at this z, no bound:");
  }
}

/** @param {number} needed */
function widening(needed) {
  let scale = SCALE;
  while (scale < needed && scale < 1e6) scale *= 2;
  return scale;
}

/** @param {number} value */
function nats(value) {
  return value.toFixed(1).replace("-", "\u2212");
}
