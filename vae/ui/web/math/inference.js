/**
 * The posterior p(z|x) as it is near its mode, of which the encoder's q(z|x) is a quick estimate: what
 * `vae/inference.py` does, with the logits' slopes by differences.
 */

import { logLikelihood } from "./objective.js";

const STEPS = 8;
const FIRST_DAMPING = 1;
const DAMPING_FACTOR = 4;
// Less than this, in nats, is not worth another step.
const ENOUGH = 0.01;
// How far apart differences are taken, in the prior's standard deviations.
const APART = 0.01;

/** Whether `climb` can: it takes the prior to be normal. */
export function canClimb(model) {
  return model.hasEncoder && model.prior.family === "normal";
}

/**
 * Climbs to the mode of p(z|x) by damped Fisher scoring. A generator, because every step decodes 2D
 * pictures: it yields whenever it has done a few milliseconds' work.
 * @param {import("../engine/model.js").Model} model
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
    const move = solve(cholesky(damped(precision, damping)), gradient);
    const there = z.map((each, i) => each + move[i]);
    const reached = logJoint(model, x, there, y);
    damping *= reached > value ? 1 / DAMPING_FACTOR : DAMPING_FACTOR;
    if (!(reached > value)) continue;
    const gained = reached - value;
    [z, value] = [there, reached];
    if (gained < ENOUGH) break;
  }
  const { precision } = yield* slopes(model, x, z, y);
  return { mean: z, std: spread(precision), gain: value - before };
}

/** log p(x, z) in nats: log p(z|x) but for a constant. */
function logJoint(model, x, z, y) {
  const likelihood = logLikelihood(model.config.likelihood, x, model.logits(z, 1, y));
  return z.reduce((sum, each) => sum + model.prior.logPdf(each), likelihood);
}

/** The gradient (D,) of log p(x, z) in z, and minus its expected curvature, rows of (D, D). */
function* slopes(model, x, z, y) {
  const { latents, prior } = model;
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
  const gradient = z.map((each, i) =>
    dot(jacobian, i * count, score, 0, count) - (each - prior.mean) / prior.std ** 2);
  const precision = Array.from(z, () => new Float64Array(latents));
  for (let i = 0; i < latents; i++) {
    for (let j = 0; j <= i; j++) {
      precision[i][j] = dot(weighted, i * count, jacobian, j * count, count);
      precision[j][i] = precision[i][j];
    }
    precision[i][i] += 1 / prior.std ** 2;
    yield;
  }
  return { gradient, precision };
}

/** Of log p(x|z) in the logits: the gradient, and minus the expected curvature, of every pixel. */
function pixelSlopes({ config: { likelihood } }, x, logits) {
  const p = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const slope = p.map((each) => each * (1 - each));
  if (likelihood.family === "bernoulli") {
    return { score: p.map((each, i) => x[i] - each), information: slope };
  }
  const { variance } = likelihood;
  return {
    score: p.map((each, i) => ((x[i] - each) * slope[i]) / variance),
    information: slope.map((each) => each ** 2 / variance),
  };
}

function dot(a, from, b, at, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[from + i] * b[at + i];
  return sum;
}

function damped(precision, damping) {
  return precision.map((row, i) => row.with(i, row[i] * (1 + damping)));
}

/** The lower triangle L with L L' = matrix, for rows of a symmetric positive one. */
function cholesky(matrix) {
  const lower = [];
  for (let i = 0; i < matrix.length; i++) {
    const row = new Float64Array(matrix.length);
    for (let j = 0; j <= i; j++) {
      const rest = matrix[i][j] - dot(row, 0, j < i ? lower[j] : row, 0, j);
      row[j] = i === j ? Math.sqrt(rest) : rest / lower[j][j];
    }
    lower.push(row);
  }
  return lower;
}

/** The v with L L' v = right. */
function solve(lower, right) {
  const v = Float64Array.from(right);
  for (let i = 0; i < v.length; i++) v[i] = (v[i] - dot(lower[i], 0, v, 0, i)) / lower[i][i];
  for (let i = v.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < v.length; j++) v[i] -= lower[j][i] * v[j];
    v[i] /= lower[i][i];
  }
  return v;
}

/** The square roots of the diagonal of the inverse. */
function spread(precision) {
  const lower = cholesky(precision);
  return Float64Array.from(lower, (_, i) => {
    const unit = new Float64Array(precision.length).with(i, 1);
    return Math.sqrt(solve(lower, unit)[i]);
  });
}
