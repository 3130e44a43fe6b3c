/** Compare: every model side by side, how training made them, and what of the reports holds. */

import { mountCatalogue } from "./models.js";
import { openCheckpoint } from "../engine/checkpoint.js";
import { mountCurves } from "./curves.js";
import { mountDuel } from "./vae-and-gan.js";
import { mountFindings } from "./claims.js";
import { fetchJSON, weightsURL } from "../state/weights.js";
import { mountTraining } from "./learning.js";

/** Nothing is fetched before the tab is opened. */
export function mount(element, session) {
  const root = element.querySelector(".compare");
  new IntersectionObserver(async ([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    const models = await gather(Object.keys(session.hashes));
    mountCatalogue(root.querySelector(".catalogue"), models, session);
    mountCurves(root.querySelector(".curves"), models);
    mountTraining(root.querySelector(".training"), session);
    mountDuel(root.querySelector(".duel"));
    mountFindings(root.querySelector(".findings"));
  }).observe(root);
}

/** Configuration, record, size and best sampler of every model whose file can be read. */
async function gather(names) {
  const evaluation = await fetchJSON("evaluation.json");
  const found = await Promise.all(names.map(async (name) => {
    const checkpoint = await openCheckpoint(weightsURL(name)).catch(() => null);
    const { config, record, size } = checkpoint ?? {};
    return checkpoint && { name, config, record, size, best: bestSampler(evaluation, name) };
  }));
  return found.filter(Boolean);
}

/** The distribution, not the real encodings themselves, whose digits are nearest to real ones. */
function bestSampler(evaluation, name) {
  const measured = Object.entries(evaluation?.models?.[name]?.distributions ?? {})
    .filter(([sampler, figures]) => figures.frechet_distance && sampler !== "encodings")
    .map(([sampler, figures]) => ({
      label: evaluation.distributions[sampler].label,
      mean: figures.frechet_distance.mean,
    }));
  return measured.sort((a, b) => a.mean - b.mean)[0];
}
