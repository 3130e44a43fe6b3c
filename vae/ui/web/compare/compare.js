/** Compare: every model side by side, how training made them, and which claims hold. */

import { mountModels } from "./models.js";
import { find } from "../canvas/find.js";
import { button } from "../canvas/table.js";
import { messageOf } from "../math/errors.js";
import { openCheckpoint } from "../engine/checkpoint.js";
import { mountCurves } from "./curves.js";
import { mountVAEAndGAN } from "./vae-and-gan.js";
import { mountClaims } from "./claims.js";
import { fetchJSON, weightsURL } from "../state/weights.js";
import { mountLearning } from "./learning.js";
import { tellReliability } from "../machine/reliability.js";

/**
 * @typedef {import("../engine/checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../state/session.js").Session} Session
 * @typedef {{label: string, mean: number}} Best the sampler whose digits are nearest to real ones
 * @typedef {{name: string, network: string, config: Checkpoint["config"], record: Checkpoint["record"],
 *   size: number, fromPrior: number|undefined, best: Best|undefined}} Compared config, record and size as
 *   the model's file has them; fromPrior: the Fréchet distance of digits of its own prior
 */

const PAGES = ["models", "learning", "vae-and-gan", "claims"];
// Where the digit at z is shown at other times, too. To the other pages the stage means nothing.
const WITH_STAGE = "learning";

/**
 * Four pages, one at a time. Nothing is fetched before the tab is opened.
 * @param {HTMLElement} element
 * @param {Session} session
 */
export function mount(element, session) {
  const root = find(element, ".compare");
  mountPages(root, session);
  tellReliability(root, session);
  new IntersectionObserver(async ([{ isIntersecting }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    mountLearning(find(root, ".snapshots-of-training"), session);
    retried(find(root, ".models"), async () => {
      const models = await gather(session);
      mountModels(find(root, ".models-table", HTMLTableElement), models, session);
      mountCurves(find(root, ".curves"), models, session);
    });
    retried(find(root, ".vae-and-gan"), (page) => mountVAEAndGAN(page, session));
    retried(find(root, ".claims"), (page) => mountClaims(page, session));
  }).observe(root);
}

/**
 * Fills a page; when what it needs does not come it says so, and can be asked to try again.
 * @param {HTMLElement} page
 * @param {(page: HTMLElement) => Promise<void>} fill
 */
async function retried(page, fill) {
  try {
    await fill(page);
  } catch (error) {
    const message = document.createElement("p");
    message.className = "failed";
    message.setAttribute("role", "alert");
    message.append(`${messageOf(error)}. `, button("Try again", () => {
      message.remove();
      retried(page, fill);
    }));
    page.append(message);
  }
}

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
function mountPages(root, session) {
  const buttons = PAGES.map((page) => find(root, `[data-page="${page}"]`));
  const open = (/** @type {string} */ page) => {
    root.dataset.shows = page;
    document.body.classList.toggle("stageless", session.view.tab === "compare" && page !== WITH_STAGE);
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.page === page));
    }
  };
  for (const [i, button] of buttons.entries()) {
    button.addEventListener("click", () => session.show({ compare: PAGES[i] }));
  }
  const follow = () => open(session.view.compare ?? PAGES[0]);
  session.on("view", follow);
  follow();
}

/**
 * Configuration, record, size and best sampler of every model whose file can be read.
 * @param {Session} session
 * @returns {Promise<Compared[]>}
 */
async function gather({ library: { hashes, models } }) {
  const evaluation = await fetchJSON("evaluation.json");
  const networks = Object.fromEntries(models.map(({ name, network }) => [name, network]));
  const found = await Promise.all(Object.keys(hashes).map(async (name) => {
    const checkpoint = await openCheckpoint(weightsURL(name)).catch(() => null);
    if (!checkpoint) return null;
    const { config, record, size = 0 } = checkpoint;
    const distances = distancesOf(evaluation, name);
    return {
      name, config, record, size, network: networks[name],
      fromPrior: distances.find(({ sampler }) => sampler === "prior")?.mean,
      best: distances[0],
    };
  }));
  return found.filter((one) => one !== null);
}

/**
 * The Fréchet distances of a model by distribution, the least first; not of the real encodings themselves.
 * @param {any} evaluation weights/evaluation.json, or null
 * @param {string} name of the model
 * @returns {(Best & {sampler: string})[]}
 */
function distancesOf(evaluation, name) {
  return Object.entries(evaluation?.models?.[name]?.distributions ?? {})
    .filter(([sampler, figures]) => figures.frechet_distance && sampler !== "encodings")
    .map(([sampler, figures]) => ({
      sampler,
      label: evaluation.distributions[sampler].label,
      mean: figures.frechet_distance.mean,
    }))
    .sort((a, b) => a.mean - b.mean);
}
