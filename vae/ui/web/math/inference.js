/**
 * The posterior p(z|x) as it is near its mode, of which the encoder's q(z|x) is a quick estimate: what
 * `vae/inference.py` does, with the logits' slopes by differences.
 */

import { likelihood } from "./likelihoods.js";
import { cholesky, dot, solve } from "./linear.js";
import { logLikelihood } from "./objective.js";

const STEPS = 8;
const FIRST_DAMPING = 1;
const DAMPING_FACTOR = 4;
// Less than this, in nats, is not worth another step.
const ENOUGH = 0.01;
// How far apart differences are taken, in the prior's standard deviations.
const APART = 0.01;

/**
 * What is asked of a model here.
 * @typedef {object} Generative
 * @property {number} latents D
 * @property {boolean} hasEncoder
 * @property {import("./families/family.js").Distribution} prior
 * @property {{likelihood: import("./likelihoods.js").LikelihoodSpec}} config
 * @property {(z: ArrayLike<number>, batch?: number, y?: number|ArrayLike<number>) => Float32Array} logits
 *
 * @typedef {ArrayLike<number>} Numbers
 */

/**
 * Whether `climb` can: it asks for a log-prior of constant curvature.
 * @param {Generative} model
 */
export function canClimb(model) {
  return model.hasEncoder && model.prior.family.slopes !== null;
}

/**
 * Climbs to the mode of p(z|x) by damped Fisher scoring. A generator, because every step decodes 2D
 * pictures: it yields whenever it has done a few milliseconds' work.
 * @param {Generative} model
 * @param {ArrayLike<number>} x 784 numbers in [0, 1]
 * @param {ArrayLike<number>} start D numbers, the encoder's mean
 * @param {number} [y]
 * @returns {Generator<void, {mean: Float64Array, std: Float64Array, gain: number}>} the mode, the
 *   standard deviations of the Laplace approximation there, and what of log p(z|x) was gained
 */
export function* climb(model, x, start, y = 0) {
  let z = Float64Array.from(start);
  let value = logJoint(model, x, z, y);
  const before = value;
  let damping = FIRST_DAMPING;
  for (let step = 0; step < STEPS; step++) {
    const { gradient, precision } = yield* slopes(model, x, z, y);
    const move = solve(factor(damped(precision, model.latents, damping), model.latents), gradient);
    const there = z.map((each, i) => each + move[i]);
    const reached = logJoint(model, x, there, y);
    damping *= reached > value ? 1 / DAMPING_FACTOR : DAMPING_FACTOR;
    if (!(reached > value)) continue;
    const gained = reached - value;
    [z, value] = [there, reached];
    if (gained < ENOUGH) break;
  }
  const { precision } = yield* slopes(model, x, z, y);
  return { mean: z, std: spread(precision, model.latents), gain: value - before };
}

/**
 * log p(x, z) in nats: log p(z|x) but for a constant.
 * @param {Generative} model
 * @param {Numbers} x
 * @param {Float64Array} z
 * @param {number} y
 */
function logJoint(model, x, z, y) {
  const likelihood = logLikelihood(model.config.likelihood, x, model.logits(z, 1, y));
  return z.reduce((sum, each) => sum + model.prior.logPdf(each), likelihood);
}

/**
 * The gradient (D,) of log p(x, z) in z, and minus its expected curvature, (D, D).
 * @param {Generative} model
 * @param {Numbers} x
 * @param {Float64Array} z
 * @param {number} y
 * @returns {Generator<void, {gradient: Float64Array, precision: Float64Array}>}
 */
function* slopes(model, x, z, y) {
  const { latents, prior } = model;
  const { name, slopes: ofPrior } = prior.family;
  if (!ofPrior) throw new Error(`expected a log-prior of constant curvature, got that of ${name}`);
  const half = APART * prior.std;
  const columns = [];
  for (const sign of [1, -1]) {
    const moved = new Float64Array(latents * latents);
    for (let i = 0; i < latents; i++) {
      moved.set(z, i * latents);
      moved[i * latents + i] += sign * half;
    }
    columns.push(model.logits(moved, latents, new Uint8Array(latents).fill(y)));
    yield;
  }
  const [up, down] = columns;
  const jacobian = up.map((logit, i) => (logit - down[i]) / (2 * half));
  const { score, information } = pixelSlopes(model, x, model.logits(z, 1, y));
  const count = x.length;
  const weighted = jacobian.map((slope, i) => slope * information[i % count]);
  const gradient = new Float64Array(latents);
  const precision = new Float64Array(latents * latents);
  for (let i = 0; i < latents; i++) {
    const [pull, stiffness] = ofPrior(prior.values, z[i]);
    gradient[i] = dot(jacobian, i * count, score, 0, count) + pull;
    for (let j = 0; j <= i; j++) {
      const value = dot(weighted, i * count, jacobian, j * count, count);
      precision[i * latents + j] = precision[j * latents + i] = value;
    }
    precision[i * latents + i] += stiffness;
    yield;
  }
  return { gradient, precision };
}

/**
 * Of log p(x|z) in the logits: the gradient, and minus the expected curvature, of every pixel.
 * @param {Generative} model
 * @param {Numbers} x
 * @param {Numbers} logits
 */
function pixelSlopes({ config }, x, logits) {
  const { slopes: slopesOf } = likelihood(config.likelihood);
  const [score, information] = [new Float64Array(x.length), new Float64Array(x.length)];
  for (let i = 0; i < x.length; i++) [score[i], information[i]] = slopesOf(x[i], logits[i]);
  return { score, information };
}

/**
 * With every entry of the diagonal made larger by a share of it.
 * @param {Float64Array} precision (D, D)
 * @param {number} size D
 * @param {number} damping
 */
function damped(precision, size, damping) {
  return precision.map((value, i) => (i % (size + 1) ? value : value * (1 + damping)));
}

/**
 * The square roots of the diagonal of the inverse.
 * @param {Float64Array} precision (D, D)
 * @param {number} size D
 */
function spread(precision, size) {
  const root = factor(precision, size);
  return Float64Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return Math.sqrt(solve(root, unit)[i]);
  });
}

/**
 * @param {Float64Array} precision (D, D)
 * @param {number} size D
 */
function factor(precision, size) {
  const root = cholesky(precision, size);
  if (!root) throw new Error("the precision of p(z|x) is not positive definite");
  return root;
}
