/** Which digits a run learns from, as a person chose it, and the sentence that says so. */

import { find } from "../canvas/find.js";
import { messageOf } from "../math/errors.js";
import { fetchMnist, haveMnistFetched } from "./digits.js";

// The figures are those of tests/benchmarks/dreams.py.
const DREAMED = "drawn by the shipped model cvae, without end, not written by people. The network of "
  + "mlp-20, after 200,000 of them, loses 120.4 nats on MNIST's test digits; after as many of MNIST's "
  + "own, 114.4.";

/**
 * @param {HTMLElement} element the tab
 * @param {{source: string, amount: number, choose: (source: string) => void}} controls
 * @param {{sets: () => import("./digits.js").Sets}} own
 * @param {() => boolean} wanted whether they still are, when they have come
 * @returns {Promise<import("./digits.js").Sets|null>} null where they are to be dreamed, or no longer wanted
 * @throws {Error} where there are too few of one's own, or the server's training is watched
 */
export async function chosenDigits(element, controls, own, wanted) {
  const say = (/** @type {string} */ sentence) => (find(element, ".origin").textContent = sentence);
  const { source, amount } = controls;
  if (source === "own") return own.sets();
  if (source === "server") {
    throw new Error("The server's training is only watched here: choose digits to learn from, then press Start.");
  }
  if (source === "dreams") {
    say(`These digits are dreamed: ${DREAMED}`);
    return null;
  }
  say("Fetching MNIST\u2026");
  const sets = await fetchMnist(amount);
  if (!wanted()) return null;
  if (!sets) {
    controls.choose("dreams");
    find(element, ".fetch").hidden = false;
    say(`The server has no MNIST, so these digits are dreamed: ${DREAMED}`);
    return null;
  }
  find(element, ".fetch").hidden = true;
  const [learnt, tested] = [sets.train, sets.test].map(({ labels }) =>
    labels.length.toLocaleString("en"));
  say(`${learnt} digits of MNIST; tested on ${tested} others.`);
  return sets;
}

/**
 * The button by which the server fetches MNIST, where it has none.
 * @param {HTMLElement} element the tab
 * @param {() => void} fetched called when it is there
 */
export function mountFetch(element, fetched) {
  const button = find(element, ".fetch", HTMLButtonElement);
  const origin = find(element, ".origin");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await haveMnistFetched((done) => {
        origin.textContent = `The server fetches MNIST: ${Math.round(100 * done)}%`;
      });
      fetched();
    } catch (error) {
      origin.textContent = `MNIST was not fetched. ${messageOf(error)}`;
    } finally {
      button.disabled = false;
    }
  });
}
