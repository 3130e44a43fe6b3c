/** log p(x|z) of pictures, and its gradient with respect to the decoder's logits. */

const PIXELS = 784;

/**
 * @typedef {import("../matrix.js").Numbers} Numbers
 * @typedef {(x: Numbers, logits: Numbers, gradient: Numbers, sample: number, weight: number,
 *   workspace: import("./workspace.js").LearningWorkspace) => number} Likelihood
 * log p(x|z) of a sample in nats; `gradient` receives that of -weight times it.
 */

/** @type {Likelihood} */
function bernoulli(x, logits, gradient, sample, weight, workspace) {
  const start = sample * PIXELS;
  return workspace.bernoulli(x, logits, gradient, start, PIXELS, weight)
    ?? plainBernoulli(x.values, logits.values, gradient.values, start, weight);
}

/**
 * @param {Float32Array} x
 * @param {Float32Array} logits
 * @param {Float32Array} gradient
 * @param {number} start
 * @param {number} weight
 */
function plainBernoulli(x, logits, gradient, start, weight) {
  let sum = 0;
  // The product of 784 factors of at most 2 is no more than a double holds: one logarithm for all.
  let product = 1;
  for (let i = start; i < start + PIXELS; i++) {
    const logit = logits[i];
    const tail = Math.exp(-Math.abs(logit));
    product *= 1 + tail;
    sum += x[i] * logit - Math.max(logit, 0);
    gradient[i] = weight * ((logit < 0 ? tail : 1) / (1 + tail) - x[i]);
  }
  return sum - Math.log(product);
}

/** @type {(variance: number) => Likelihood} */
const gaussian = (variance) => (x, logits, gradient, sample, weight) => {
  const [ink, raw, slopes] = [x.values, logits.values, gradient.values];
  let squares = 0;
  for (let i = sample * PIXELS; i < (sample + 1) * PIXELS; i++) {
    const mean = 1 / (1 + Math.exp(-raw[i]));
    const error = mean - ink[i];
    squares += error * error;
    slopes[i] = (weight * error * mean * (1 - mean)) / variance;
  }
  return -squares / (2 * variance) - (PIXELS / 2) * Math.log(2 * Math.PI * variance);
};

/** @type {Object<string, (spec: any) => Likelihood>} */
const LIKELIHOODS = { bernoulli: () => bernoulli, gaussian: ({ variance }) => gaussian(variance) };

/**
 * @param {{family: string, variance?: number}} spec as a configuration has it
 * @returns {Likelihood}
 * @throws {RangeError}
 */
export function likelihood(spec) {
  const make = LIKELIHOODS[spec.family];
  if (!make) throw new RangeError(`likelihood: expected bernoulli or gaussian, got ${spec.family}`);
  return make(spec);
}
