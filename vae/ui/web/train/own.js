/** A person's own digits: dropped in as files, or drawn on the pad and labelled. */

import { prepareURL } from "../state/weights.js";
import { joined } from "./digits.js";
const PIXELS = 784;
const LEAST = 10;
// Of few digits, every one is shown in so many shifted copies.
const ENOUGH = 2000;

/**
 * @param {HTMLElement} element the tab
 * @param {import("../state/session.js").Session} session
 * @param {() => void} changed
 */
export function ownDigits(element, session, changed) {
  const find = (selector) => element.querySelector(selector);
  let all = joined([]);

  function say(problem = "") {
    const counts = Array.from({ length: 10 }, (_, label) =>
      all.labels.filter((one) => one === label).length);
    const kinds = counts.flatMap((count, label) => (count ? [`${count} of ${label}`] : []));
    find(".origin").textContent = [
      problem,
      all.labels.length
        ? `${all.labels.length} digits of your own: ${kinds.join(", ")}.`
        : "None yet. They stay in this browser, except a picture that must be prepared.",
    ].filter(Boolean).join(" ");
  }

  function add(found) {
    all = joined([all, found]);
    say();
    if (all.labels.length >= LEAST) changed();
  }

  async function read(files) {
    const { readFiles } = await import("./files.js");
    await readFiles(files, prepare).then(add, ({ message }) => say(message));
  }

  find(".own input").addEventListener("change", async ({ target }) => {
    await read([...target.files]);
    target.value = "";
  });
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", async (event) => {
    event.preventDefault();
    find(".source").value = "own";
    find(".own").hidden = false;
    await read([...(event.dataTransfer?.files ?? [])]);
  });
  find(".add-drawing").addEventListener("click", () => {
    if (!session.drawing) return say("Draw a digit in Draw first.");
    const images = Uint8Array.from(session.drawing, (value) => Math.round(255 * value));
    add({ images, labels: Uint8Array.of(Number(find(".label").value)) });
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

/** One of ten to test on; of few, the others in shifted copies too. */
function divided({ images, labels }) {
  const rows = Array.from(labels.keys());
  const pick = (chosen) => ({
    images: join(chosen.map((row) => images.slice(row * PIXELS, (row + 1) * PIXELS))),
    labels: Uint8Array.from(chosen, (row) => labels[row]),
  });
  const test = pick(rows.filter((row) => row % 10 === 0));
  const train = pick(rows.filter((row) => row % 10));
  return { test, train: train.labels.length < ENOUGH ? shifted(train) : train };
}

/** Every digit as it is and one pixel off to each of eight sides. */
function shifted({ images, labels }) {
  const offsets = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => 28 * y + x));
  return joined(offsets.map((offset) => {
    const moved = new Uint8Array(images.length);
    images.forEach((value, i) => {
      if (value && i + offset >= 0) moved[i + offset] = value;
    });
    return { images: moved, labels };
  }));
}

function join(parts) {
  const all = new Uint8Array(parts.length * PIXELS);
  parts.forEach((part, i) => all.set(part, i * PIXELS));
  return all;
}

/** A picture as a model sees it, read by the server. */
async function prepare(file) {
  const response = await fetch(prepareURL(), { method: "POST", body: file });
  const answer = await response.json().catch(() => ({ error: "the server did not answer" }));
  if (!response.ok) throw new Error(answer.error);
  return Uint8Array.from(answer.pixels, (value) => Math.round(255 * value));
}
