/**
 * Ioffe and Szegedy, "Batch Normalization", 2015: y = weight (x - mean) / std + bias, with the mean
 * and the standard deviation of a channel over the batch in training, with running ones otherwise.
 */

import { expect, volume } from "./shape.js";

const EPSILON = 1e-5;
// The share of the batch in the running statistics.
const MOMENTUM = 0.1;

/** @type {import("./kinds.js").Kind} */
export function batchNorm({ features }, shape, parameter, { workspace, block, learns }) {
  expect(shape[0] === features, `${features} channels`, shape);
  const [mean, variance] = ["running_mean", "running_var"].map(
    (name) => parameter(name, [features], features, undefined, false),
  );
  const [weight, bias] = ["weight", "bias"].map((name) => parameter(name, [features]));
  const size = volume(shape);
  const plane = size / features;
  const standardised = learns ? workspace.reserve(block * size) : null;
  const deviations = new Float64Array(features);

  /** @type {import("./kinds.js").Forward} */
  function forward(x, samples, training) {
    const { values } = x;
    const [scale, shift] = [weight, bias].map(({ numbers }) => numbers.values);
    for (let f = 0; f < features; f++) {
      const [centre, std] = training ? batchMoments(values, samples, f) : runningMoments(f);
      const kept = training ? standardised.values : null;
      deviations[f] = std;
      eachPixel(samples, f, (i) => {
        const unit = (values[i] - centre) / std;
        if (kept) kept[i] = unit;
        values[i] = unit * scale[f] + shift[f];
      });
    }
    return x;
  }

  /** @param {number} f */
  function runningMoments(f) {
    return [mean.numbers.values[f], Math.sqrt(variance.numbers.values[f] + EPSILON)];
  }

  /** @type {(values: Float32Array, samples: number, f: number) => number[]} */
  function batchMoments(values, samples, f) {
    const count = samples * plane;
    let [sum, squares] = [0, 0];
    eachPixel(samples, f, (i) => (sum += values[i]));
    const centre = sum / count;
    eachPixel(samples, f, (i) => (squares += (values[i] - centre) ** 2));
    // PyTorch keeps the unbiased estimate and divides by the biased one.
    mix(mean, f, centre);
    mix(variance, f, squares / Math.max(1, count - 1));
    return [centre, Math.sqrt(squares / count + EPSILON)];
  }

  /** @type {(running: import("./kinds.js").Parameter, f: number, value: number) => void} */
  function mix({ numbers: { values } }, f, value) {
    values[f] += MOMENTUM * (value - values[f]);
  }

  /** @type {(samples: number, f: number, act: (i: number) => void) => void} */
  function eachPixel(samples, f, act) {
    for (let sample = 0; sample < samples; sample++) {
      const start = sample * size + f * plane;
      for (let i = start; i < start + plane; i++) act(i);
    }
  }
  if (!learns) return { shape, forward };

  /** @type {import("./kinds.js").Backward} */
  function backward(dy, samples) {
    const [gradient, unit] = [dy.values, standardised.values];
    for (let f = 0; f < features; f++) {
      let [sum, product] = [0, 0];
      eachPixel(samples, f, (i) => {
        sum += gradient[i];
        product += gradient[i] * unit[i];
      });
      bias.gradient.values[f] = sum;
      weight.gradient.values[f] = product;
      const count = samples * plane;
      const scale = weight.numbers.values[f] / deviations[f];
      eachPixel(samples, f, (i) => {
        gradient[i] = scale * (gradient[i] - (sum + unit[i] * product) / count);
      });
    }
    return dy;
  }
  return { shape, forward, backward };
}
