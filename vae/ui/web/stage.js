/** The stage: the digit at z, large, in every tab; what z is; and the page's first movement. */

import { paced } from "./frame.js";
import { paintDigit } from "./paint.js";

const HINT = "Drag a slider: the digit follows. Or draw one of your own.";
const PERIOD = 9000;

export function mountStage(element, session) {
  const stage = element.querySelector(".stage");
  const canvas = element.querySelector(".digit");
  const status = element.querySelector(".status");
  let wandering = false;
  const say = (text, failed = false) => {
    status.textContent = text;
    status.classList.toggle("failed", failed);
  };
  const draw = paced(() => {
    paintDigit(canvas, session.decode(session.z));
    element.querySelector(".norm").textContent = distance(session).toFixed(2);
  });
  session.addEventListener("z", draw);
  const ready = (yes) => (stage.dataset.ready = yes ? "1" : "0");
  session.addEventListener("loading", ({ detail }) => {
    ready(false);
    say(`Loading ${detail}\u2026`);
  });
  session.addEventListener("failure", ({ detail }) => {
    ready(session.model);
    say(detail, true);
  });
  session.withModel(() => {
    ready(true);
    stage.dataset.model = session.name;
    say(session.touched ? session.model.record.about : HINT);
    const [low, high] = typical(session.model.latents, session.model.prior);
    element.querySelector(".typical").textContent = `${low.toFixed(2)} to ${high.toFixed(2)}`;
    if (!wandering) wander(session);
    wandering = true;
  });
  session.addEventListener("touch", () => session.model && say(session.model.record.about));
  for (const type of ["pointerdown", "keydown", "input", "wheel"]) {
    addEventListener(type, () => session.touch(), { capture: true, once: true, passive: true });
  }
}

/** The norm of z in the prior's standard deviations around its mean. */
function distance({ z, model }) {
  const { mean, std } = model.prior;
  return Math.hypot(...z.map((value) => (value - mean) / std));
}

/**
 * The range that holds about 95% of the distances of draws from the prior. The squared distance is
 * a sum of D independent terms of mean 1 and variance kurtosis - 1: to its first two moments a
 * scaled chi-squared variable (Satterthwaite 1946; no approximation for a normal prior), whose
 * quantiles are Wilson and Hilferty's (1931).
 */
function typical(latents, { kurtosis }) {
  const freedom = (2 * latents) / (kurtosis - 1);
  const spread = 2 / (9 * freedom);
  return [-1.96, 1.96].map((deviate) =>
    Math.sqrt(latents * Math.max(0, 1 - spread + deviate * Math.sqrt(spread)) ** 3));
}

/** Sways z a little along its two most informative dimensions until somebody takes over. */
function wander(session) {
  if (session.touched || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const home = session.z;
  const [first, second = first] = session.dimensions;
  const reach = 0.6 * session.model.prior.std;
  const start = performance.now();
  requestAnimationFrame(function sway(now) {
    if (session.touched) return;
    const angle = (2 * Math.PI * Math.max(0, now - start)) / PERIOD;
    const z = home.slice();
    z[first.index] += reach * Math.sin(angle);
    z[second.index] += reach * Math.sin(2 * angle) * (second === first ? 0 : 1);
    session.setZ(z);
    requestAnimationFrame(sway);
  });
}
