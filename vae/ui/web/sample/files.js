/** What a person takes away from Sample: the digits as a picture, z as NPZ and CSV. */

import { CLASSES } from "../engine/classifier.js";
import { npz } from "../export/files.js";
import { pngOf } from "../export/png.js";
import { COUNT } from "./sample-set.js";
import { nameOf } from "../state/specs.js";

const ENLARGED = 4;

/** How the files of a sampleSet are called. */
export function sampleStem({ drawn: { name, spec, temperature, seed } }) {
  const heat = temperature === 1 ? "" : `-t${temperature}`;
  return `vae-${name}-${nameOf(spec)}${heat}-seed-${seed}`;
}

/** @returns {Promise<Blob>} */
export function samplesAsPNG(canvas) {
  return pngOf(canvas, ENLARGED);
}

/** z (64, D) with all that is needed to make it again; labels only if the classifier is here. */
export function samplesAsNPZ(sampleSet, hash) {
  const { name, spec, temperature, seed } = sampleSet.drawn;
  const reading = sampleSet.readNow();
  const text = (data) => ({ shape: [], data });
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

/** One line a digit. */
export function samplesAsCSV(sampleSet, hash) {
  const { name, spec, temperature, seed } = sampleSet.drawn;
  const reading = sampleSet.readNow();
  const { latents, classes } = sampleSet.model;
  const quote = (text) => `"${text.replaceAll('"', '""')}"`;
  const names = ["digit", "label", "confidence", "y", "model", "hash", "seed", "temperature", "spec"];
  const lines = [[...names, ...Array.from({ length: latents }, (_, i) => `z${i}`)]];
  const same = [name, hash, seed, temperature, quote(JSON.stringify(spec))];
  for (let n = 0; n < COUNT; n++) {
    const read = reading ? [reading.label[n], reading.confidence[n]] : ["", ""];
    lines.push([n, ...read, classes ? sampleSet.y[n] : "", ...same, ...sampleSet.latentsOf(n)]);
  }
  return new Blob([`${lines.map((line) => line.join(",")).join("\n")}\n`], { type: "text/csv" });
}
