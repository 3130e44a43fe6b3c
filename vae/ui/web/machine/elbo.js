/**
 * The two costs of a digit, as bars and numbers: KL(q(z|x) || p(z)), what its code costs, and
 * -log p(x|z), what is left to say once z is known. Their sum is minus the ELBO.
 */

import { find, write } from "../canvas/find.js";
import { divergence, logLikelihood } from "../math/objective.js";

// The bars' full length in nats, one for all digits, so that the larger of two costs has the longer bar.
// A cost of more is shown broken; one below 0, as that of a density can be, has none.
const FULL = 300;

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
  #full;

  /**
   * @param {HTMLElement} root with .kl, .reconstruction, .total and .sum in it
   * @param {number} [full]
   */
  constructor(root, full = FULL) {
    this.#root = root;
    this.#full = full;
    find(root, ".track").title = `${full} nats from end to end`;
    this.#numbers = ["kl", "reconstruction", "total"].map((name) => find(root, `b.${name}`));
    this.#bars = ["kl", "reconstruction"].map((name) => find(root, `i.${name}`));
  }

  /** @param {ReturnType<typeof costs>} found */
  show(found) {
    this.#root.classList.toggle("resting", !found);
    const values = found ? [found.kl, found.reconstruction, found.total] : [];
    this.#numbers.forEach((element, i) => write(element, found ? nats(values[i]) : "\u2013"));
    const lengths = this.#bars.map((_, i) => (found ? Math.max(0, values[i]) / this.#full : 0));
    this.#root.classList.toggle("broken", lengths[0] + lengths[1] > 1);
    this.#bars.forEach((bar, i) => (bar.style.width = `${100 * Math.min(1, lengths[i])}%`));
    const bound = !found || found.bound;
    write(find(this.#root, ".sum"), bound ? "\u2212ELBO" : "no bound here:");
  }
}

/** @param {number} value */
function nats(value) {
  return value.toFixed(1).replace("-", "\u2212");
}
