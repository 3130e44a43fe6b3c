/** Compare: every model side by side, how training made them, and which claims hold. */

import { mountModels } from "./models.js";
import { find } from "../canvas/find.js";
import { openCheckpoint } from "../engine/checkpoint.js";
import { mountCurves } from "./curves.js";
import { mountVAEAndGAN } from "./vae-and-gan.js";
import { mountClaims } from "./claims.js";
import { fetchJSON, weightsURL } from "../state/weights.js";
import { mountLearning } from "./learning.js";

/**
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {{label: string, mean: number}} Best the sampler whose digits are nearest to real ones
 * @typedef {{name: string, network: string, config: any, record: any, size: number,
 *   best: Best|undefined}} Compared config, record and size as the model's file has them
 */

const PAGES = ["models", "learning", "vae-and-gan", "claims"];

/**
 * Four pages, one at a time. Nothing is fetched before the tab is opened.
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  const root = find(element, ".compare");
  mountPages(root, session);
  new IntersectionObserver(async ([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    const models = await gather(session);
    mountModels(find(root, ".models-table", HTMLTableElement), models, session);
    mountCurves(find(root, ".curves"), models);
    mountLearning(find(root, ".snapshots-of-training"), session);
    mountVAEAndGAN(find(root, ".vae-and-gan"));
    mountClaims(find(root, ".claims"));
  }).observe(root);
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountPages(root, session) {
  const buttons = PAGES.map((page) => find(root, `[data-page="${page}"]`));
  const open = (/** @type {string} */ page) => {
    root.dataset.shows = page;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.page === page));
    }
  };
  for (const [i, button] of buttons.entries()) {
    button.addEventListener("click", () => {
      open(PAGES[i]);
      session.show({ compare: PAGES[i] });
    });
  }
  const asked = session.view.compare ?? "";
  open(PAGES.includes(asked) ? asked : PAGES[0]);
}

/**
 * Configuration, record, size and best sampler of every model whose file can be read.
 * @param {Session} session
 * @returns {Promise<Compared[]>}
 */
async function gather({ hashes, models }) {
  const evaluation = await fetchJSON("evaluation.json");
  const networks = Object.fromEntries(models.map(({ name, network }) => [name, network]));
  const found = await Promise.all(Object.keys(hashes).map(async (name) => {
    const checkpoint = await openCheckpoint(weightsURL(name)).catch(() => null);
    if (!checkpoint) return null;
    const { config, record, size = 0 } = checkpoint;
    const best = bestSampler(evaluation, name);
    return { name, config, record, size, best, network: networks[name] };
  }));
  return found.filter((one) => one !== null);
}

/**
 * The distribution, not the real encodings themselves, whose digits are nearest to real ones.
 * @param {any} evaluation weights/evaluation.json, or null
 * @param {string} name of the model
 * @returns {Best|undefined}
 */
function bestSampler(evaluation, name) {
  const found = Object.entries(evaluation?.models?.[name]?.distributions ?? {})
    .filter(([sampler, figures]) => figures.frechet_distance && sampler !== "encodings")
    .map(([sampler, figures]) => ({
      label: evaluation.distributions[sampler].label,
      mean: figures.frechet_distance.mean,
    }));
  return found.sort((a, b) => a.mean - b.mean)[0];
}
