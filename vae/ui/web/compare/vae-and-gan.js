/** VAE against GAN: the same decoder trained both ways for equal seconds. */

import { Chart } from "../canvas/line-chart.js";
import { Table } from "../canvas/table.js";
import { fetchJSON } from "../state/weights.js";
import { lineColour } from "../canvas/palette.js";
import { find } from "../canvas/find.js";
import { mountMoments } from "./moments.js";

const FRECHET = "Fr\u00e9chet distance";
// Where z comes from, in the words of Sample's buttons.
/** @type {Object<string, string>} */
const SOURCES = { prior: "prior", mixture: "mixture", classes: "per class" };

/**
 * What weights/vae-against-gan.json says; see vae/studies/vae_and_gan/.
 * @typedef {{mean: number, spread: number}} Figure
 * @typedef {{seconds: number, mean: number, least: number, most: number}} CurvePoint
 *
 * @typedef {object} Summary of the runs of a contender whose z come from a sampler
 * @property {string} contender
 * @property {string} sampler
 * @property {CurvePoint[]} curve
 * @property {Object<string, (number|null)[]>} reached by goal: the seconds of each seed, null for never
 * @property {Object<string, Figure>} end
 * @property {number[][]} dropped of each seed: the digits that it does not draw
 *
 * @typedef {object} Comparison
 * @property {{seconds: number, seeds: number[], batch_size: number}} protocol
 * @property {{frechet_distance: Figure}} floor of real digits
 * @property {Object<string, {about: string, parameters: number}>} contenders
 * @property {{contender: string, seed: number, history: Object<string, number>[]}[]} runs
 * @property {Summary[]} summary
 * @property {{contender: string, sampler: string, seconds: number, png: string}[]} pictures
 *
 * @typedef {object} TuningRow
 * @property {string} model
 * @property {Object<string, string|number>} changes
 * @property {number} epochs
 * @property {{frechet_distance: number}} [prior]
 * @property {{frechet_distance: number}} [mixture]
 * @property {{frechet_distance: number}} [classes]
 */

/** @typedef {import("../state/session.js").Session} Session */

/**
 * @param {HTMLElement} root
 * @param {Session} session
 */
export async function mountVAEAndGAN(root, session) {
  const body = find(root, ".body");
  /** @type {Comparison|null} */
  const found = await fetchJSON("vae-against-gan.json");
  if (!found) return void body.append(paragraph("Not measured here: python -m vae.studies.vae_and_gan does it."));
  const tuning = await fetchJSON("vae-against-gan-tuning.json");
  body.append(paragraph(protocol(found)));
  distances(body, found);
  body.append(summaryTable(found));
  // The first seed's samples, the same z in every one.
  const moments = found.pictures.map(({ contender, sampler, seconds, png }) =>
    ({ of: `${contender}, ${SOURCES[sampler]}`, seconds, png }));
  mountMoments(body, moments, session);
  losses(body, found);
  if (tuning) body.append(heading("How both were tuned"), tuningTable(tuning));
}

/** @param {Comparison} found */
function protocol({ protocol: { seconds, seeds, batch_size: batch }, floor }) {
  return `Equal batches of ${batch}, ${seconds} processor seconds each, ${seeds.length} seeds, every run `
    + `counted. ${FRECHET}: how far 10,000 generated digits are from real ones, in the features of the `
    + `classifier; real digits against real digits have ${floor.frechet_distance.mean.toFixed(2)}.`;
}

/**
 * Distance against seconds, the range over the seeds as a band.
 * @param {HTMLElement} body
 * @param {Comparison} found
 */
function distances(body, { summary, contenders }) {
  const names = Object.keys(contenders);
  const [canvas, reading] = plot(body, "distance from real digits against seconds of training");
  const chart = new Chart(canvas, (text) => (reading.textContent = text));
  const series = summary.map(({ contender, sampler, curve }) => ({
    label: `${contender}, ${SOURCES[sampler]}`,
    colour: lineColour(names.indexOf(contender)),
    dashed: sampler !== summary[0].sampler,
    points: curve.map(({ seconds, mean }) => [seconds, mean]),
    band: curve.map(({ seconds, least, most }) => [seconds, least, most]),
  }));
  chart.show(series, { x: "seconds", y: FRECHET, logarithmic: true });
  const who = Object.entries(contenders).map(([name, { about, parameters }]) =>
    `${name} is ${about} (${parameters.toLocaleString("en")} parameters)`);
  body.append(paragraph(`${who.join("; ")}. Dashed: z from a fit to the `
    + "encodings, which a GAN has none of: a mixture, or a Gaussian for each digit, which needs the labels."));
}

/** @param {Comparison} found */
function summaryTable({ summary }) {
  /** @type {(name: string, measure: string, falling?: boolean) => import("../canvas/table.js").Column<Summary>} */
  const measure = (name, key, falling) => ({
    name, falling, value: ({ end }) => end[key].mean, show: ({ end }) => plusMinus(end[key]),
  });
  return table("both at the end of training", [
    { name: "model", text: true, value: ({ contender }) => contender },
    { name: "z from", text: true, value: ({ sampler }) => SOURCES[sampler] },
    measure(FRECHET, "frechet_distance"),
    measure("recall", "recall", true),
    measure("coverage", "coverage", true),
    ...Object.keys(summary[0].reached).map((goal) => ({
      name: `seconds to distance ${goal}`,
      title: `of each seed, until its ${FRECHET} was below ${goal}; a dash for never`,
      value: (/** @type {Summary} */ { reached }) => Math.max(...reached[goal].map((s) => s ?? Infinity)),
      show: (/** @type {Summary} */ { reached }) => times(reached[goal]),
    })),
    { name: "dropped", value: ({ dropped }) => dropped.flat().length,
      title: "digits of which hardly any are drawn, of each seed",
      show: ({ dropped }) => (dropped.flat().length
        ? dropped.map((digits) => digits.join("") || "none").join(", ") : "none") },
  ], summary);
}

/**
 * The seconds of each seed; those of a seed that never came there are a dash.
 * @param {(number|null)[]} seconds
 */
function times(seconds) {
  if (seconds.every((s) => s === null)) return "never";
  return seconds.map((s) => (s === null ? "\u2013" : s.toFixed(0))).join(" ");
}

/** @param {Figure} figure */
function plusMinus({ mean, spread }) {
  return `${mean.toPrecision(3)} \u00b1 ${spread.toPrecision(2)}`;
}

/**
 * A GAN's losses are of a game: they say how it stands, not how good its digits are.
 * @param {HTMLElement} body
 * @param {Comparison} found
 */
function losses(body, { runs }) {
  const first = runs.filter(({ seed }) => seed === runs[0].seed);
  const series = first.flatMap(({ contender, history }, i) =>
    ["train_total", "train_generator", "train_discriminator"]
      .filter((key) => history[0]?.[key] !== undefined && (key !== "train_total" || history[0].train_kl))
      .map((key, k) => ({
        label: `${contender}, ${key.replace("train_", "").replace("total", "loss")}`,
        colour: lineColour(i),
        dashed: k > 0,
        points: history.map((entry) => [entry.seconds, entry[key]]),
      })));
  if (!series.length) return;
  body.append(heading("Their losses"));
  const [canvas, reading] = plot(body, "training losses against seconds");
  new Chart(canvas, (text) => (reading.textContent = text))
    .show(series, { x: "seconds", y: "loss, nats", logarithmic: true });
  body.append(paragraph("The VAE's loss falls as its digits improve. A GAN's two losses "
    + "are those of a game against each other: they settle near the values of a draw while the digits "
    + "go on improving, or collapse, so they say nothing about convergence."));
}

/** @param {{rows: TuningRow[]}} tuning */
function tuningTable({ rows }) {
  const samplers = /** @type {("prior"|"mixture"|"classes")[]} */ (["prior", "mixture", "classes"]).filter((name) => rows.some((row) => row[name]));
  return table("settings that were tried", [
    { name: "model", text: true, value: ({ model }) => model },
    { name: "changed", text: true, value: ({ changes }) =>
      Object.entries(changes).map(([key, value]) => `${key.replace("_", " ")} ${value}`).join(", ") || "nothing" },
    { name: "epochs", value: ({ epochs }) => epochs, show: ({ epochs }) => epochs.toFixed(1) },
    ...samplers.map((name) => ({
      name: `${FRECHET}, ${SOURCES[name]}`,
      value: (/** @type {TuningRow} */ row) => row[name]?.frechet_distance,
      show: (/** @type {TuningRow} */ row) => row[name]?.frechet_distance.toPrecision(3) ?? "",
    })),
  ], rows);
}

/**
 * @param {HTMLElement} body
 * @param {string} label
 * @returns {[HTMLCanvasElement, HTMLParagraphElement]}
 */
function plot(body, label) {
  const canvas = document.createElement("canvas");
  canvas.className = "plot";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  const reading = paragraph("");
  reading.className = "quiet reading";
  body.append(canvas, reading);
  return [canvas, reading];
}

/** @param {string} text */
function heading(text) {
  const element = document.createElement("h3");
  element.textContent = text;
  return element;
}

/** @param {string} text */
function paragraph(text) {
  const element = document.createElement("p");
  element.className = "quiet";
  element.textContent = text;
  return element;
}

/**
 * @template Row
 * @param {string} label
 * @param {import("../canvas/table.js").Column<Row>[]} columns
 * @param {Row[]} rows
 */
function table(label, columns, rows) {
  const scroll = document.createElement("div");
  Object.assign(scroll, { className: "scroll", tabIndex: 0, role: "region", ariaLabel: label });
  const element = document.createElement("table");
  new Table(element, columns).show(rows);
  scroll.append(element);
  return scroll;
}
