/** Losses by epoch or by second, of any models at once. */

import { find } from "../canvas/find.js";
import { Chart } from "../canvas/line-chart.js";
import { csvField, saveBlob } from "../export/files.js";
import { lineColour } from "../canvas/palette.js";
import { pngOf } from "../export/png.js";

const FIRST = ["conv-16", "mlp-20", "mlp-2", "mlp-2-annealed"];
/** @type {Object<string, string>} */
const QUANTITIES = {
  total: "loss, nats",
  reconstruction: "reconstruction, nats",
  kl: "KL, nats",
  kl_weight: "KL weight",
};

/**
 * @typedef {import("./compare.js").Compared} Compared
 * @typedef {import("../canvas/line-chart.js").Series} Series
 * @typedef {import("../state/session.js").Session} Session
 */

// Which curves are shown, as an address holds it: those of training, of the test set.
/** @type {Object<string, [boolean, boolean]>} */
const SETS = { both: [true, true], train: [true, false], test: [false, true], none: [false, false] };

/**
 * @param {HTMLElement} root
 * @param {Compared[]} all of which those are offered that have such losses
 * @param {Session} session
 */
export function mountCurves(root, all, session) {
  const models = all.filter(({ record }) => record.history.some((entry) => "test_total" in entry));
  const [quantity, by] = [".quantity", ".by"].map((name) => find(root, name, HTMLSelectElement));
  const [train, test] = [".of-training", ".of-test"].map((name) => find(root, name, HTMLInputElement));
  const reading = find(root, ".reading");
  const chart = new Chart(find(root, ".plot", HTMLCanvasElement), (text) => {
    reading.textContent = text || "Point at a curve to read it.";
  });
  const asked = session.view.curves?.split(",") ?? FIRST;
  const chosen = new Set(asked.filter((name) => models.some((model) => model.name === name)));
  /** @returns {Series[]} */
  const curves = () => models.flatMap(({ name, record }, i) => {
    if (!chosen.has(name)) return [];
    const colour = lineColour(i);
    return sets(quantity.value, train.checked, test.checked).map(([key, dashed, set]) => ({
      label: `${name}${set}`,
      colour,
      dashed,
      points: record.history.filter((entry) => Number.isFinite(entry[key]))
        .map((entry) => [entry[by.value], entry[key]]),
    }));
  });
  const show = () => chart.show(curves(), { x: by.value, y: QUANTITIES[quantity.value] });
  mountLoss({ quantity, by, train, test }, session, show);
  mountChosen(find(root, ".chosen"), models, chosen, () => {
    show();
    session.show({ curves: [...chosen].join(",") || "none" });
  });
  find(root, ".save-png").addEventListener("click", async () => {
    saveBlob(await pngOf(chart.canvas, 1), "vae-curves.png");
  });
  find(root, ".save-csv").addEventListener("click", () => {
    const rows = models.filter(({ name }) => chosen.has(name)).flatMap(csvRows);
    saveBlob(new Blob([`${CSV.join(",")}\n`, ...rows], { type: "text/csv" }), "vae-curves.csv");
  });
  show();
}

/**
 * Which losses are shown: those of the address at first.
 * @param {{quantity: HTMLSelectElement, by: HTMLSelectElement, train: HTMLInputElement,
 *   test: HTMLInputElement}} controls
 * @param {Session} session
 * @param {() => void} show
 */
function mountLoss({ quantity, by, train, test }, session, show) {
  if (session.view.loss) {
    const [of, over, sets] = session.view.loss.split(",");
    [quantity.value, by.value, [train.checked, test.checked]] = [of, over, SETS[sets]];
  }
  for (const control of [quantity, by, train, test]) {
    control.addEventListener("change", () => {
      show();
      const sets = Object.keys(SETS).find((key) =>
        SETS[key][0] === train.checked && SETS[key][1] === test.checked);
      session.show({ loss: [quantity.value, by.value, sets].join(",") });
    });
  }
}

/**
 * @param {string} quantity
 * @param {boolean} train
 * @param {boolean} test
 * @returns {[key: string, dashed: boolean, words: string][]} of the entries of a history
 */
function sets(quantity, train, test) {
  if (quantity === "kl_weight") return [["kl_weight", false, ", KL weight"]];
  /** @type {[string, boolean, string][]} */
  const both = [[`train_${quantity}`, true, ", training"], [`test_${quantity}`, false, ", test"]];
  return both.filter(([, training]) => (training ? train : test));
}

/**
 * @param {HTMLElement} root
 * @param {Compared[]} models
 * @param {Set<string>} chosen
 * @param {() => void} changed
 */
function mountChosen(root, models, chosen, changed) {
  root.append(...models.map(({ name }, i) => {
    const button = document.createElement("button");
    const dot = document.createElement("i");
    dot.style.background = lineColour(i);
    button.type = "button";
    button.append(dot, name);
    button.setAttribute("aria-pressed", String(chosen.has(name)));
    button.addEventListener("click", () => {
      if (!chosen.delete(name)) chosen.add(name);
      button.setAttribute("aria-pressed", String(chosen.has(name)));
      changed();
    });
    return button;
  }));
}

const CSV = ["model", "epoch", "seconds", "kl_weight", "train_total", "train_reconstruction", "train_kl",
  "test_total", "test_reconstruction", "test_kl"];

/** @param {Compared} model */
function csvRows({ name, record }) {
  return record.history.map((entry) =>
    `${[csvField(name), ...CSV.slice(1).map((key) => entry[key] ?? "")].join(",")}\n`);
}
