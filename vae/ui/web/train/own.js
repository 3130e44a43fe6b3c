/** A person's own digits: dropped in as files, or drawn on the pad and labelled. */

import { prepareURL } from "../state/weights.js";
import { find } from "../canvas/find.js";
import { withDeformed } from "./deformation.js";
import { joined } from "./digits.js";

/** @typedef {import("./digits.js").Digits} Digits */

const PIXELS = 784;
const LEAST = 10;
// Fewer digits are made so many by deformed copies.
const ENOUGH = 2000;

/**
 * @param {HTMLElement} element the tab
 * @param {import("../state/session.js").Session} session
 * @param {() => void} changed
 */
export function ownDigits(element, session, changed) {
  const source = find(element, ".source", HTMLSelectElement);
  const label = find(element, ".label", HTMLSelectElement);
  const chooser = find(element, ".own input", HTMLInputElement);
  let all = joined([]);

  function say(problem = "") {
    const counts = Array.from({ length: 10 }, (_, label) =>
      all.labels.filter((one) => one === label).length);
    const kinds = counts.flatMap((count, label) => (count ? [`${count} of ${label}`] : []));
    find(element, ".origin").textContent = [
      problem,
      all.labels.length
        ? `${all.labels.length} digits of your own: ${kinds.join(", ")}.`
        : "None yet. They stay in this browser, except a picture that must be prepared.",
    ].filter(Boolean).join(" ");
  }

  /** @param {Digits} found */
  function add(found) {
    all = joined([all, found]);
    say();
    if (all.labels.length >= LEAST) changed();
  }

  /** @param {File[]} files */
  async function read(files) {
    await import("./files.js").then(({ readFiles }) => readFiles(files, prepare)).then(add, ({ message }) => say(message));
  }

  chooser.addEventListener("change", async () => {
    await read([...(chooser.files ?? [])]);
    chooser.value = "";
  });
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", async (event) => {
    event.preventDefault();
    source.value = "own";
    find(element, ".own").hidden = false;
    await read([...(event.dataTransfer?.files ?? [])]);
  });
  find(element, ".add-drawing").addEventListener("click", () => {
    if (!session.drawing) return say("Draw a digit in Draw first.");
    const images = Uint8Array.from(session.drawing, (value) => Math.round(255 * value));
    add({ images, labels: Uint8Array.of(Number(label.value)) });
  });

  return {
    /** @throws {Error} while there are too few */
    sets() {
      say();
      if (all.labels.length < LEAST) {
        throw new Error(`expected at least ${LEAST} digits of your own, got ${all.labels.length}`);
      }
      return divided(all);
    },
  };
}

/**
 * One of ten to test on; of few, the others deformed too.
 * @param {Digits} all
 * @returns {import("./digits.js").Sets}
 */
function divided({ images, labels }) {
  const rows = Array.from(labels.keys());
  const pick = (/** @type {number[]} */ chosen) => ({
    images: join(chosen.map((row) => images.slice(row * PIXELS, (row + 1) * PIXELS))),
    labels: Uint8Array.from(chosen, (row) => labels[row]),
  });
  const test = pick(rows.filter((row) => row % 10 === 0));
  const train = pick(rows.filter((row) => row % 10));
  return { test, train: train.labels.length < ENOUGH ? withDeformed(train, ENOUGH) : train };
}

/** @param {Uint8Array[]} parts */
function join(parts) {
  const all = new Uint8Array(parts.length * PIXELS);
  parts.forEach((part, i) => all.set(part, i * PIXELS));
  return all;
}

/**
 * A picture as a model sees it, read by the server.
 * @param {Blob} file
 */
async function prepare(file) {
  const response = await fetch(prepareURL(), { method: "POST", body: file });
  const answer = await response.json().catch(() => ({ error: "the server did not answer" }));
  if (!response.ok) throw new Error(answer.error);
  return Uint8Array.from(answer.pixels, (value) => Math.round(255 * value));
}
