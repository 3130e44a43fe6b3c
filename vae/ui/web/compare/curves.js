/** Losses by epoch or by second, of any models at once. */

import { find } from "../canvas/find.js";
import { Chart } from "../canvas/line-chart.js";
import { saveBlob } from "../export/files.js";
import { CLASS_COLOURS } from "../canvas/palette.js";
import { pngOf } from "../export/png.js";

const FIRST = ["conv-16", "mlp-20", "mlp-2", "mlp-2-annealed"];
const QUANTITIES = {
  total: "loss, nats",
  reconstruction: "reconstruction, nats",
  kl: "KL, nats",
  kl_weight: "KL weight",
};

/** @typedef {import("./compare.js").Compared} Compared */

/**
 * @param {HTMLElement} root
 * @param {Compared[]} models
 */
export function mountCurves(root, models) {
  const [quantity, by] = [".quantity", ".by"].map((name) => find(root, name, HTMLSelectElement));
  const [train, test] = [".train", ".test"].map((name) => find(root, name, HTMLInputElement));
  const reading = find(root, ".reading");
  const chart = new Chart(find(root, ".plot", HTMLCanvasElement), (text) => {
    reading.textContent = text || "Point at a curve to read it.";
  });
  const chosen = new Set(FIRST.filter((name) => models.some((model) => model.name === name)));
  const curves = () => models.flatMap(({ name, record }, i) => {
    if (!chosen.has(name)) return [];
    const colour = CLASS_COLOURS[i % CLASS_COLOURS.length];
    return sets(quantity.value, train.checked, test.checked).map(([key, dashed, set]) => ({
      label: `${name}${set}`,
      colour,
      dashed,
      points: record.history.filter((entry) => Number.isFinite(entry[key]))
        .map((entry) => [entry[by.value], entry[key]]),
    }));
  });
  const show = () => chart.show(curves(), { x: by.value, y: QUANTITIES[quantity.value] });
  for (const control of [quantity, by, train, test]) control.addEventListener("change", show);
  mountChosen(find(root, ".chosen"), models, chosen, show);
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
    dot.style.background = CLASS_COLOURS[i % CLASS_COLOURS.length];
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
    `${[name, ...CSV.slice(1).map((key) => entry[key] ?? "")].join(",")}\n`);
}
