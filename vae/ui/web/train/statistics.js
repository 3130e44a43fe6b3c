/**
 * What test digits tell of a learner: the bound on them, their posteriors, and what a checkpoint says of
 * those, as vae/evaluation/statistics.py names it.
 */

import { eachBlock } from "./batches.js";

/** The most test digits that are looked at. */
const MOST = 2000;

/**
 * @typedef {import("../engine/learning/learner.js").Learner} Learner
 * @typedef {import("./digits.js").Digits} Digits
 */

/**
 * The bound on the first `most` test digits.
 * @param {Learner} learner
 * @param {Digits} test
 * @param {() => number} uniform
 * @param {number} [most]
 * @returns {{reconstruction: number, kl: number, total: number}} nats an image
 */
export function bound(learner, test, uniform, most = MOST) {
  const count = Math.min(most, test.labels.length);
  let [reconstruction, kl] = [0, 0];
  eachBlock(test, count, (x, samples) => {
    const terms = learner.evaluate(x, samples, learner.drawNoise(samples, uniform));
    reconstruction -= sum(terms.logPx) / count;
    kl += (sum(terms.kl) * samples) / count;
  });
  return { reconstruction, kl, total: reconstruction + kl };
}

/**
 * Moments and KL of the posteriors of the first `most` test digits.
 * @param {Learner} learner
 * @param {Digits} test
 * @param {number} most
 * @returns {{mean: Float32Array, std: Float32Array, kl: Float32Array}} (N, D) each
 */
export function encodings(learner, test, most) {
  const { latents } = learner;
  const count = Math.min(most, test.labels.length);
  const [mean, std, kl] = [0, 1, 2].map(() => new Float32Array(count * latents));
  eachBlock(test, count, (x, samples, first) => {
    const found = learner.encode(x, samples);
    mean.set(found.mean, first * latents);
    std.set(found.std, first * latents);
    kl.set(found.kl, first * latents);
  });
  return { mean, std, kl };
}

/**
 * What a checkpoint says of the posteriors, by name.
 * @param {Learner} learner
 * @param {Digits} test
 */
export function statistics(learner, test) {
  const { latents } = learner;
  const { mean, std, kl } = encodings(learner, test, MOST);
  const label = test.labels.slice(0, mean.length / latents);
  const found = {
    kl: vector(columnMeans(kl, latents)),
    activity: vector(covariance(mean, latents).diagonal),
    mean: vector(columnMeans(mean, latents)),
    covariance: { shape: [latents, latents], data: covariance(mean, latents, std).matrix },
    "encodings.mean": { shape: [label.length, latents], data: mean },
    "encodings.std": { shape: [label.length, latents], data: std },
    "encodings.label": { shape: [label.length], data: label },
  };
  return Object.fromEntries(Object.entries(found).map(([name, tensor]) => [`statistics.${name}`, tensor]));
}

const vector = (/** @type {Float32Array} */ data) => ({ shape: [data.length], data });
const sum = (/** @type {Float64Array} */ numbers) => numbers.reduce((a, b) => a + b, 0);

/**
 * @param {Float32Array} values (N, columns)
 * @param {number} columns
 */
function columnMeans(values, columns) {
  const means = new Float32Array(columns);
  values.forEach((value, i) => (means[i % columns] += (value * columns) / values.length));
  return means;
}

/**
 * Of the rows of `mean`, and of the mixture of posteriors with these means where std is given.
 * @param {Float32Array} mean
 * @param {number} columns
 * @param {Float32Array|null} [std]
 */
function covariance(mean, columns, std = null) {
  const rows = mean.length / columns;
  const centre = columnMeans(mean, columns);
  const matrix = new Float32Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let at = 0; at < mean.length; at += columns) {
        total += (mean[at + i] - centre[i]) * (mean[at + j] - centre[j]);
        if (std && i === j) total += std[at + i] ** 2;
      }
      matrix[i * columns + j] = matrix[j * columns + i] = total / rows;
    }
  }
  const diagonal = Float32Array.from({ length: columns }, (_, i) => matrix[i * columns + i]);
  return { matrix, diagonal };
}
