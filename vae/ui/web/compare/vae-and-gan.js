/** VAE against GAN: the same decoder trained both ways for equal seconds, three seeds each. */

import { Chart } from "../canvas/line-chart.js";
import { fetchJSON } from "../state/weights.js";
import { CLASS_COLOURS } from "../canvas/palette.js";
import { picture } from "../canvas/picture.js";

const FRECHET = "Fr\u00e9chet distance";
// Where z comes from, in the words of Sample's buttons.
const SOURCES = { prior: "prior", classes: "per class" };

export async function mountVAEAndGAN(root) {
  const body = root.querySelector(".body");
  const found = await fetchJSON("vae-against-gan.json");
  if (!found) return void body.append(paragraph("Not measured here: python -m vae.studies.vae_and_gan does it."));
  const tuning = await fetchJSON("vae-against-gan-tuning.json");
  body.append(paragraph(protocol(found)));
  distances(body, found);
  body.append(summaryTable(found));
  pictures(body, found);
  losses(body, found);
  if (tuning) body.append(heading("How both were tuned"), tuningTable(tuning));
}

function protocol({ protocol: { seconds, seeds, batch_size: batch }, floor }) {
  return `Equal batches of ${batch}, ${seconds} processor seconds each, ${seeds.length} seeds, every run `
    + `counted. ${FRECHET}: how far 10,000 generated digits are from real ones, in the features of the `
    + `classifier; real digits against real digits have ${floor.frechet_distance.mean.toFixed(2)}.`;
}

/**
 * Distance against seconds, the range over the seeds as a band.
 * @param {HTMLElement} body
 * @param {any} found weights/vae-against-gan.json
 */
function distances(body, { summary, contenders }) {
  const names = Object.keys(contenders);
  const [canvas, reading] = plot(body, "distance from real digits against seconds of training");
  const chart = new Chart(canvas, (text) => (reading.textContent = text));
  const series = summary.map(({ contender, sampler, curve }) => ({
    label: `${contender}, ${SOURCES[sampler]}`,
    colour: CLASS_COLOURS[names.indexOf(contender) % CLASS_COLOURS.length],
    dashed: sampler !== summary[0].sampler,
    points: curve.map(({ seconds, mean }) => [seconds, mean]),
    band: curve.map(({ seconds, least, most }) => [seconds, least, most]),
  }));
  chart.show(series, { x: "seconds", y: FRECHET, logarithmic: true });
  const who = Object.entries(contenders).map(([name, { about, parameters }]) =>
    `${name} is ${about} (${parameters.toLocaleString("en")} parameters)`);
  body.append(legend(series), paragraph(`${who.join("; ")}. Dashed, per class: z from a Gaussian fitted to the `
    + "encodings of each digit, which a GAN has none of."));
}

function summaryTable({ summary }) {
  const goals = Object.keys(summary[0].reached);
  const head = ["", "z from", FRECHET, "recall", "coverage",
    ...goals.map((goal) => `s to ${goal}`), "dropped"];
  const rows = summary.map(({ contender, sampler, end, reached, dropped }) => [
    contender,
    SOURCES[sampler],
    ...["frechet_distance", "recall", "coverage"].map((name) => plusMinus(end[name])),
    ...goals.map((goal) => times(reached[goal])),
    dropped.map((digits) => digits.join("") || "none").join(", "),
  ]);
  return table(head, rows, 2);
}

/** The seconds of each seed; those of a seed that never came there are a dash. */
function times(seconds) {
  if (seconds.every((s) => s === null)) return "never";
  return seconds.map((s) => (s === null ? "\u2013" : s.toFixed(0))).join(" ");
}

function plusMinus({ mean, spread }) {
  return `${mean.toPrecision(3)} \u00b1 ${spread.toPrecision(2)}`;
}

/** The first seed's samples at equal times, the same z in every one, from the first time to the last. */
function pictures(body, { pictures: all }) {
  const times = [...new Set(all.map(({ seconds }) => seconds))];
  const title = heading("");
  const slider = Object.assign(document.createElement("input"), {
    type: "range", min: "0", max: String(times.length - 1), step: "1",
  });
  slider.setAttribute("aria-label", "seconds of training");
  const figures = document.createElement("div");
  figures.className = "pair";
  const show = () => {
    const time = times[slider.valueAsNumber];
    title.textContent = `After ${short(time)} seconds`;
    slider.setAttribute("aria-valuetext", title.textContent);
    figures.replaceChildren(...all.filter(({ seconds }) => seconds === time).map(
      ({ contender, sampler, png }) => {
        const figure = document.createElement("figure");
        const caption = document.createElement("figcaption");
        caption.textContent = `${contender}, ${SOURCES[sampler]}`;
        figure.append(caption, picture(png, `samples of ${contender} after ${short(time)} seconds`));
        return figure;
      }));
  };
  slider.addEventListener("input", show);
  slider.value = slider.max;
  show();
  body.append(title, slider, figures);
}

/** A GAN's losses are of a game: they say how it stands, not how good its digits are. */
function losses(body, { runs }) {
  const first = runs.filter(({ seed }) => seed === runs[0].seed);
  const series = first.flatMap(({ contender, history }, i) =>
    ["train_total", "train_generator", "train_discriminator"]
      .filter((key) => history[0]?.[key] !== undefined && (key !== "train_total" || history[0].train_kl))
      .map((key, k) => ({
        label: `${contender}, ${key.replace("train_", "").replace("total", "loss")}`,
        colour: CLASS_COLOURS[(i + 3 * k) % CLASS_COLOURS.length],
        dashed: k > 0,
        points: history.map((entry) => [entry.seconds, entry[key]]),
      })));
  if (!series.length) return;
  body.append(heading("Their losses"));
  const [canvas, reading] = plot(body, "training losses against seconds");
  new Chart(canvas, (text) => (reading.textContent = text))
    .show(series, { x: "seconds", y: "loss, nats", logarithmic: true });
  body.append(legend(series), paragraph("The VAE's loss falls as its digits improve. A GAN's two losses "
    + "are those of a game against each other: they settle near the values of a draw while the digits "
    + "go on improving, or collapse, so they say nothing about convergence."));
}

function tuningTable({ rows }) {
  const samplers = ["prior", "classes"].filter((name) => rows.some((row) => row[name]));
  return table(
    ["model", "changed", "epochs", ...samplers.map((name) => `${FRECHET}, ${SOURCES[name]}`)],
    rows.map(({ model, changes, epochs, ...figures }) => [
      model,
      Object.entries(changes).map(([key, value]) => `${key.replace("_", " ")} ${value}`).join(", ") || "nothing",
      epochs.toFixed(1),
      ...samplers.map((name) => figures[name]?.frechet_distance.toPrecision(3) ?? "\u2013"),
    ]),
    2,
  );
}

function short(seconds) {
  return String(Number(seconds.toPrecision(3)));
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

function legend(series) {
  const element = document.createElement("p");
  element.className = "key";
  for (const { label, colour, dashed } of series) {
    const item = document.createElement("span");
    const dash = document.createElement("i");
    dash.style.borderTop = `2px ${dashed ? "dashed" : "solid"} ${colour}`;
    item.append(dash, label);
    element.append(item);
  }
  return element;
}

function heading(text) {
  const element = document.createElement("h3");
  element.textContent = text;
  return element;
}

function paragraph(text) {
  const element = document.createElement("p");
  element.className = "quiet";
  element.textContent = text;
  return element;
}

function table(head, rows, texts) {
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  const element = document.createElement("table");
  const line = (section, cells, tag) => {
    const row = section.insertRow();
    cells.forEach((text, i) => {
      const cell = document.createElement(tag);
      cell.textContent = text;
      if (i < texts) cell.className = "text";
      row.append(cell);
    });
  };
  line(element.createTHead(), head, "th");
  const body = element.createTBody();
  rows.forEach((cells) => line(body, cells, "td"));
  scroll.append(element);
  return scroll;
}
