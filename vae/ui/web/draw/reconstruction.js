/** The live part of Draw: x, its reconstruction, what both cost and what the classifier reads. */

import { CLASSES } from "../engine/classifier.js";
import { rested, unhurried } from "../canvas/schedule.js";
import { canClimb, climb } from "../math/inference.js";
import { divergence, logLikelihood } from "../math/objective.js";
import { paintDigit, SIDE } from "../canvas/digits.js";

export function mountReconstruction(root, session) {
  const input = root.querySelector('[data-testid="input"]');
  const output = root.querySelector('[data-testid="reconstruction"]');
  const [losses, seen, made] = [".losses", ".reads-input", ".reads-output"].map(
    (name) => root.querySelector(name));

  let wanted = "mean";

  const words = unhurried(() => {
    const { drawing: x, posterior } = session;
    if (!x || !posterior) return;
    seen.textContent = reading(session.classifier, x);
    made.textContent = reading(session.classifier, posterior.picture);
    losses.textContent = costs(session, posterior, x);
  });
  const show = () => {
    const { drawing: x, model, posterior } = session;
    for (const note of [losses, seen, made]) note.textContent = "";
    if (x) paintDigit(input, x);
    else input.getContext("2d").clearRect(0, 0, SIDE, SIDE);
    if (posterior) paintDigit(output, posterior.picture);
    else output.getContext("2d").clearRect(0, 0, SIDE, SIDE);
    if (x && model && !model.hasEncoder) {
      seen.textContent = reading(session.classifier, x);
      losses.textContent = `${model.name} has no encoder, and so no posterior q(z|x).`;
    }
    words();
    if (posterior && wanted === "mode" && !posterior.mode) seek();
  };
  const seek = rested(function* () {
    const { drawing: x, model, posterior, y } = session;
    if (!x || !posterior || wanted !== "mode" || !canClimb(model)) return;
    const mode = yield* climb(model, x, posterior.mean, y);
    if (session.posterior === posterior) use({ ...posterior, mode }, mode.mean);
  });
  const use = (posterior, code) => {
    session.setPosterior({ ...posterior, code, picture: session.model.decode(code, 1, session.y) });
  };
  mountCodes(root, session, (code) => {
    wanted = code;
    const { posterior } = session;
    if (!posterior) return;
    const { mode, ...plain } = posterior;
    use(plain, posterior.mean);
  });
  session.on(["drawing", "posterior", "model", "classifier"], show);
  show();
}

/** The choice of the code that is decoded; a model whose prior is not normal has but one. */
function mountCodes(root, session, choose) {
  const buttons = root.querySelectorAll("[data-code]");
  for (const button of buttons) {
    button.addEventListener("click", () => {
      buttons.forEach((other) => other.setAttribute("aria-pressed", other === button));
      choose(button.dataset.code);
    });
  }
  session.withModel(() => {
    root.querySelector('[data-code="mode"]').disabled = !canClimb(session.model);
  });
}

/** Minus log p(x|z) at the code that is decoded, else at the posterior's mean; and the KL, in nats. */
export function measure(model, posterior, x, y = 0) {
  const logits = model.logits(posterior.code ?? posterior.mean, 1, y);
  return {
    reconstruction: -logLikelihood(model.config.likelihood, x, logits),
    kl: divergence(posterior, model.prior).reduce((sum, value) => sum + value),
  };
}

/** The digit that the classifier reads in a picture, and how surely. */
export function read(classifier, picture) {
  const probabilities = classifier.classify(picture).subarray(0, CLASSES);
  const digit = probabilities.indexOf(Math.max(...probabilities));
  return { digit, probability: probabilities[digit] };
}

function reading(classifier, picture) {
  if (!classifier) return "";
  const { digit, probability } = read(classifier, picture);
  return `read as ${digit}, ${Math.round(100 * probability)}%`;
}

function costs(session, posterior, x) {
  const { model, statistics, y } = session;
  const { mode } = posterior;
  const { reconstruction, kl } = measure(model, posterior, x, y);
  const set = session.summary()?.data_set ?? "MNIST";
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

/** Where a value lies among those of the test images of a set, whose 101 percentiles are given. */
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
