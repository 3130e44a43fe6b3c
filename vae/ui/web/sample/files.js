/** What a person takes away from Sample: the digits as a picture, z as NPZ and CSV. */

import { CLASSES } from "../engine/classifier.js";
import { csvField, npz } from "../export/files.js";
import { pngOf } from "../export/png.js";
import { COUNT } from "./sample-set.js";
import { nameOf } from "../state/specs.js";

const ENLARGED = 4;

/**
 * @typedef {import("./sample-set.js").SampleSet} SampleSet
 * @typedef {SampleSet & {model: import("../engine/model.js").Model, y: Uint8Array,
 *   drawn: import("./sample-set.js").Drawn}} DrawnSet one that has its digits; y of a conditional model
 */

/**
 * How the files of a sampleSet are called.
 * @param {{drawn: import("./sample-set.js").Drawn}} sampleSet
 */
export function sampleStem({ drawn: { name, spec, temperature, seed } }) {
  const heat = temperature === 1 ? "" : `-t${temperature}`;
  return `vae-${name}-${nameOf(spec)}${heat}-seed-${seed}`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export function samplesAsPNG(canvas) {
  return pngOf(canvas, ENLARGED);
}

/**
 * z (64, D) with all that is needed to make it again; labels only if the classifier is here.
 * @param {DrawnSet} sampleSet
 * @param {string} hash of the model's file
 */
export function samplesAsNPZ(sampleSet, hash) {
  const { name, spec, temperature, seed } = sampleSet.drawn;
  const reading = sampleSet.readNow();
  const text = (/** @type {string} */ data) => ({ shape: [], data });
  return npz({
    z: { shape: [COUNT, sampleSet.model.latents], data: sampleSet.z },
    ...(reading && {
      label: { shape: [COUNT], data: reading.label },
      probability: { shape: [COUNT, CLASSES], data: reading.probabilities },
    }),
    ...(sampleSet.model.classes ? { y: { shape: [COUNT], data: sampleSet.y } } : {}),
    model: text(name),
    hash: text(hash),
    seed: text(String(seed)),
    temperature: text(String(temperature)),
    spec: text(JSON.stringify(spec)),
  });
}

/**
 * One line a digit.
 * @param {DrawnSet} sampleSet
 * @param {string} hash of the model's file
 */
export function samplesAsCSV(sampleSet, hash) {
  const { name, spec, temperature, seed } = sampleSet.drawn;
  const reading = sampleSet.readNow();
  const { latents, classes } = sampleSet.model;
  const names = ["digit", "label", "confidence", "y", "model", "hash", "seed", "temperature", "spec"];
  /** @type {(string|number)[][]} */
  const lines = [[...names, ...Array.from({ length: latents }, (_, i) => `z${i}`)]];
  const same = [csvField(name), hash, seed, temperature, csvField(JSON.stringify(spec))];
  for (let n = 0; n < COUNT; n++) {
    const read = reading ? [reading.label[n], reading.confidence[n]] : ["", ""];
    lines.push([n, ...read, classes ? sampleSet.y[n] : "", ...same, ...sampleSet.latentsOf(n)]);
  }
  return new Blob([`${lines.map((line) => line.join(",")).join("\n")}\n`], { type: "text/csv" });
}
