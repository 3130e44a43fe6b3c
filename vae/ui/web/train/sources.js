/** Which digits a run learns from, as a person chose it, and the sentence that says so. */

import { fetchMnist } from "./digits.js";

// The figures are those of tests/benchmarks/dreams.py.
const DREAMED = "drawn by the shipped model cvae, without end, not written by people. The network of "
  + "mlp-20, after 200,000 of them, loses 120.4 nats on MNIST's test digits; after as many of MNIST's "
  + "own, 114.4.";

/**
 * @param {{source: string, amount: number, choose: (source: string) => void}} controls
 * @param {{sets: () => import("./digits.js").Sets}} own
 * @param {(sentence: string) => void} say
 * @returns {Promise<import("./digits.js").Sets|null>} null where they are to be dreamed
 * @throws {Error} where there are too few of one's own
 */
export async function chosenDigits(controls, own, say) {
  const { source, amount } = controls;
  if (source === "own") return own.sets();
  if (source === "dreams") {
    say(`These digits are dreamed: ${DREAMED}`);
    return null;
  }
  say("Fetching MNIST\u2026");
  const sets = await fetchMnist(amount);
  if (!sets) {
    controls.choose("dreams");
    say(`The server has no MNIST, so these digits are dreamed: ${DREAMED}`);
    return null;
  }
  const [learnt, tested] = [sets.train, sets.test].map(({ labels }) =>
    labels.length.toLocaleString("en"));
  say(`${learnt} digits of MNIST; tested on ${tested} others.`);
  return sets;
}
