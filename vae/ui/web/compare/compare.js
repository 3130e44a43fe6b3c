/** Compare: every model side by side, how training made them, and which claims hold. */

import { mountModels } from "./models.js";
import { openCheckpoint } from "../engine/checkpoint.js";
import { mountCurves } from "./curves.js";
import { mountVAEAndGAN } from "./vae-and-gan.js";
import { mountClaims } from "./claims.js";
import { fetchJSON, weightsURL } from "../state/weights.js";
import { mountLearning } from "./learning.js";

const PAGES = ["models", "learning", "vae-and-gan", "claims"];

/** Four pages, one at a time. Nothing is fetched before the tab is opened. */
export function mount(element, session) {
  const root = element.querySelector(".compare");
  mountPages(root, session);
  new IntersectionObserver(async ([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    const models = await gather(session);
    mountModels(root.querySelector(".models-table"), models, session);
    mountCurves(root.querySelector(".curves"), models);
    mountLearning(root.querySelector(".snapshots-of-training"), session);
    mountVAEAndGAN(root.querySelector(".vae-and-gan"));
    mountClaims(root.querySelector(".claims"));
  }).observe(root);
}

function mountPages(root, session) {
  const buttons = [...root.querySelectorAll("[data-page]")];
  const open = (page) => {
    root.dataset.shows = page;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", button.dataset.page === page);
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      open(button.dataset.page);
      session.show({ compare: button.dataset.page });
    });
  }
  open(PAGES.includes(session.view.compare) ? session.view.compare : PAGES[0]);
}

/** Configuration, record, size and best sampler of every model whose file can be read. */
async function gather({ hashes, models }) {
  const evaluation = await fetchJSON("evaluation.json");
  const networks = Object.fromEntries(models.map(({ name, network }) => [name, network]));
  const found = await Promise.all(Object.keys(hashes).map(async (name) => {
    const checkpoint = await openCheckpoint(weightsURL(name)).catch(() => null);
    const { config, record, size } = checkpoint ?? {};
    const best = bestSampler(evaluation, name);
    return checkpoint && { name, config, record, size, best, network: networks[name] };
  }));
  return found.filter(Boolean);
}

/** The distribution, not the real encodings themselves, whose digits are nearest to real ones. */
function bestSampler(evaluation, name) {
  const found = Object.entries(evaluation?.models?.[name]?.distributions ?? {})
    .filter(([sampler, figures]) => figures.frechet_distance && sampler !== "encodings")
    .map(([sampler, figures]) => ({
      label: evaluation.distributions[sampler].label,
      mean: figures.frechet_distance.mean,
    }));
  return found.sort((a, b) => a.mean - b.mean)[0];
}
