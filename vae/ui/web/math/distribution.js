/** The distributions that a person chooses and that latent vectors are drawn from. */

import { betaFraction, erfc, logBeta, normalQuantile } from "./special.js";

/**
 * The distribution that a plain object writes down, as checkpoints, links and Python do.
 * @param {{family: "normal", mean: number, std: number} |
 *   {family: "beta", alpha: number, beta: number}} spec
 * @returns {Normal|Beta}
 * @throws {RangeError} when the family is not known or a parameter is out of its range
 */
export function distribution(spec) {
  if (spec?.family === "normal") return new Normal(spec.mean, spec.std);
  if (spec?.family === "beta") return new Beta(spec.alpha, spec.beta);
  throw new RangeError(`family: expected normal or beta, got ${spec?.family}`);
}

/** The normal distribution. */
export class Normal {
  /**
   * @param {number} mean finite
   * @param {number} std the standard deviation, finite and above 0
   * @throws {RangeError}
   */
  constructor(mean, std) {
    if (!Number.isFinite(mean)) throw new RangeError(`mean: expected a finite number, got ${mean}`);
    /** @type {"normal"} */
    this.family = "normal";
    /** @type {number} */
    this.mean = mean;
    /** @type {number} the standard deviation */
    this.std = positive("std", std);
    /** @type {[number, number]} the least and the largest value */
    this.support = [-Infinity, Infinity];
    /** @type {number} the fourth standardised moment */
    this.kurtosis = 3;
    /** @type {string} in the notation of books, whose second number is a variance */
    this.label = `N(${short(mean)}, ${std === 1 ? 1 : `${short(std)}\u00b2`})`;
  }

  /**
   * @param {number} x
   * @returns {number} the logarithm of the density, in nats
   */
  logPdf(x) {
    const z = (x - this.mean) / this.std;
    return -(z * z) / 2 - Math.log(this.std) - Math.log(2 * Math.PI) / 2;
  }

  /**
   * @param {number} x
   * @returns {number} the probability of a value up to x
   */
  cdf(x) {
    return erfc((this.mean - x) / (this.std * Math.SQRT2)) / 2;
  }

  /**
   * @param {number} u in [0, 1]
   * @returns {number} the x with cdf(x) = u; -Infinity and Infinity at 0 and 1
   * @throws {RangeError}
   */
  quantile(u) {
    return this.mean + this.std * normalQuantile(probability(u));
  }
}

/**
 * The beta distribution. With a parameter far below 1, much of its mass lies closer to an end than
 * a double can say: 8% of the values of Beta(0.05, 0.05) lie within 1e-16 of 1, the next double.
 */
export class Beta {
  #logBeta;

  /**
   * @param {number} alpha finite and above 0
   * @param {number} beta finite and above 0
   * @throws {RangeError}
   */
  constructor(alpha, beta) {
    /** @type {"beta"} */
    this.family = "beta";
    /** @type {number} */
    this.alpha = positive("alpha", alpha);
    /** @type {number} */
    this.beta = positive("beta", beta);
    /** @type {number} */
    this.mean = alpha / (alpha + beta);
    /** @type {number} the standard deviation */
    this.std = betaStd(alpha, beta);
    /** @type {[number, number]} the least and the largest value */
    this.support = [0, 1];
    /** @type {number} the fourth standardised moment */
    this.kurtosis = betaKurtosis(alpha, beta);
    /** @type {string} */
    this.label = `Beta(${short(alpha)}, ${short(beta)})`;
    this.#logBeta = logBeta(alpha, beta);
  }

  /**
   * @param {number} x
   * @returns {number} the logarithm of the density, in nats: -Infinity outside [0, 1], and
   *   Infinity at an end whose parameter is below 1
   */
  logPdf(x) {
    if (!(x >= 0 && x <= 1)) return -Infinity;
    const power = (exponent, log) => (exponent === 0 ? 0 : exponent * log);
    const low = power(this.alpha - 1, Math.log(x));
    const high = power(this.beta - 1, Math.log1p(-x));
    return low + high - this.#logBeta;
  }

  /**
   * @param {number} x
   * @returns {number} the probability of a value up to x
   */
  cdf(x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const { alpha, beta } = this;
    const log = alpha * Math.log(x) + beta * Math.log1p(-x) - this.#logBeta;
    return Math.exp(lowerTail(alpha, beta, x, 1 - x, log).log);
  }

  /**
   * The nearest double to the x with cdf(x) = u, but never 0 or 1 unless u is: what lies closer to
   * an end comes back as the double next to it, 5e-324 or 1 - 2^-53.
   * @param {number} u in [0, 1]
   * @returns {number}
   * @throws {RangeError}
   */
  quantile(u) {
    const { alpha, beta } = this;
    if (probability(u) === 0 || u === 1) return u;
    // From the nearer end, so that neither u nor x loses digits: Beta(b, a) mirrors Beta(a, b).
    const t = u <= 0.5
      ? betaLogit(u, alpha, beta, this.#logBeta)
      : -betaLogit(1 - u, beta, alpha, this.#logBeta);
    return Math.max(Number.MIN_VALUE, Math.min(1 - Number.EPSILON / 2, sigmoid(t)));
  }
}

/**
 * The standard deviation of Beta(alpha, beta).
 * @param {number} alpha
 * @param {number} beta
 * @returns {number}
 */
export function betaStd(alpha, beta) {
  const sum = alpha + beta;
  return Math.sqrt((alpha / sum) * (beta / sum) / (sum + 1));
}

/** The fourth standardised moment of Beta(a, b). */
function betaKurtosis(a, b) {
  const sum = a + b;
  const excess = (a - b) ** 2 * (sum + 1) - a * b * (sum + 2);
  return 3 + (6 * excess) / (a * b * (sum + 2) * (sum + 3));
}

/**
 * 1 / (1 + e^-t), without overflow and exact to the last digits for large negative t.
 * @param {number} t
 * @returns {number} in [0, 1]
 */
export function sigmoid(t) {
  const e = Math.exp(-Math.abs(t));
  return t < 0 ? e / (1 + e) : 1 / (1 + e);
}

/**
 * The t = log(x / (1 - x)) at which I_x(a, b) = u.
 *
 * The density of t is log-concave, hence so is the distribution function, for every a and b.
 * Newton's method on its logarithm, started on the left, therefore converges without ever
 * overshooting; e^(a t) / (a B(a, b)), which bounds it from above, gives such a start.
 */
function betaLogit(u, a, b, logB) {
  const target = Math.log(u);
  let t = (target + Math.log(a) + logB) / a;
  for (let i = 0, step = Infinity; i < 200 && Math.abs(step) > 1e-8; i++) {
    // log x and log(1 - x), right even where x or 1 - x is no longer a double.
    const edge = Math.log1p(Math.exp(-Math.abs(t)));
    const log = a * (Math.min(t, 0) - edge) + b * (Math.min(-t, 0) - edge) - logB;
    const tail = lowerTail(a, b, sigmoid(t), sigmoid(-t), log);
    step = (target - tail.log) / tail.slope;
    t += step;
  }
  return t;
}

/**
 * The logarithm of I_x(a, b), and its slope with respect to the logit of x, given
 * log = log(x^a y^b / B(a, b)) and y = 1 - x.
 */
function lowerTail(a, b, x, y, log) {
  if (x < (a + 1) / (a + b + 2)) {
    const fraction = betaFraction(a, b, x);
    return { log: log + Math.log(fraction / a), slope: a / fraction };
  }
  const above = (Math.exp(log) * betaFraction(b, a, y)) / b;
  return { log: Math.log1p(-above), slope: Math.exp(log) / (1 - above) };
}

function probability(u) {
  if (u >= 0 && u <= 1) return u;
  throw new RangeError(`u: expected a probability in [0, 1], got ${u}`);
}

function positive(name, value) {
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name}: expected a finite number above 0, got ${value}`);
}

const short = (value) => String(Number(value.toPrecision(3)));
