/** What is said of a run, in a sentence: whether it learns, what a step did, where NaN began. */

import { mistakeOf } from "./mistakes.js";

/**
 * Whether it learns, and whether what it minimises is a bound.
 * @param {boolean} learns
 * @param {import("./settings.js").Settings} settings
 */
export function sentenceOfState(learns, { mistake }) {
  if (!learns) return "Paused.";
  const wrong = mistakeOf(mistake);
  return wrong && !wrong.bound
    ? "It learns, but what it minimises is no bound on \u2212log p(x)."
    : "It learns. Everything below can be changed meanwhile.";
}

/**
 * What a step did, in its order: forward, loss, backward, update.
 * @param {import("./run.js").Figures} figures
 * @param {Object<string, number>} norms of the gradient of each weight
 * @param {number} rate
 * @returns {string} "" before the first step
 */
export function sentenceOfStep({ steps, reconstruction, kl }, norms, rate) {
  if (!kl || reconstruction === undefined) return "";
  const divergence = kl.reduce((a, b) => a + b, 0);
  const [largest, norm] = Object.entries(norms).reduce((a, b) => (b[1] > a[1] ? b : a));
  return `Step ${steps}: forward, \u2212log p(x|z) ${reconstruction.toFixed(1)} and KL `
    + `${divergence.toFixed(2)} nats; backward, the largest gradient is that of ${largest}, `
    + `${norm.toPrecision(2)}; update, by Adam with the rate ${rate}.`;
}

/** @param {import("./run.js").RunEvents["failure"]} failure */
export function sentenceOfFailure({ steps, latent, back }) {
  const where = latent < 0 ? "in log p(x|z)" : `in the KL of latent ${latent + 1}`;
  return `NaN began at step ${steps}, ${where}. The weights are those of step ${back} again: `
    + "choose what is right and press Start to go on.";
}
