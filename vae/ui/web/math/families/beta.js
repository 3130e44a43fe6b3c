/**
 * Beta(alpha, beta) on (0, 1). An encoder puts out what softplus turns into concentrations; z is kept
 * off the ends, where a density may be infinite. The bounds are those of vae/families/beta.py.
 */

import { betaFraction, digamma, logBeta, sigmoid, softplus, trigamma } from "../special.js";
import { positive, probability, short } from "./family.js";

const EDGE = 1e-6;
const LEAST = 0.05;
const MOST = 500;
// Of a posterior stored in half precision, whose std may have become 0.
const LEAST_STD = 1e-4;
const LEAST_TOTAL = 0.1;

/** @type {[number, number]} */
const SUPPORT = [0, 1];

/**
 * The beta distribution. With a parameter far below 1, much of its mass lies closer to an end than
 * a double can say: 8% of the values of Beta(0.05, 0.05) lie within 1e-16 of 1, the next double.
 */
class Beta {
  #logBeta;

  /**
   * @param {number} alpha finite and above 0
   * @param {number} second beta, finite and above 0
   * @throws {RangeError}
   */
  constructor(alpha, second) {
    this.family = beta;
    this.alpha = positive("alpha", alpha);
    this.beta = positive("beta", second);
    this.support = SUPPORT;
    this.mean = alpha / (alpha + second);
    this.std = betaStd(alpha, second);
    this.#logBeta = logBeta(alpha, second);
  }

  get values() {
    return [this.alpha, this.beta];
  }

  get kurtosis() {
    return betaKurtosis(this.alpha, this.beta);
  }

  get label() {
    return `Beta(${short(this.alpha)}, ${short(this.beta)})`;
  }

  /**
   * @param {number} x
   * @returns {number} the logarithm of the density, in nats: -Infinity outside [0, 1], and
   *   Infinity at an end whose parameter is below 1
   */
  logPdf(x) {
    if (!(x >= 0 && x <= 1)) return -Infinity;
    /** @type {(exponent: number, log: number) => number} 0 log 0 is 0 */
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

/** Softplus keeps a concentration positive; the bounds are those that training kept to. */
const concentration = (/** @type {number} */ raw) => Math.min(softplus(raw) + LEAST, MOST);

/** @param {number} z */
const inside = (z) => Math.min(Math.max(z, EDGE), 1 - EDGE);

/** @type {import("./family.js").Family} */
export const beta = {
  name: "beta",
  parameters: ["alpha", "beta"],
  support: SUPPORT,
  standard: null,
  round: false,
  distribution: (a, b) => new Beta(a, b),
  posterior: (first, second) => [concentration(first), concentration(second)],
  fromMoments(mean, std) {
    const m = inside(mean);
    const total = Math.max((m * (1 - m)) / Math.max(LEAST_STD, std) ** 2 - 1, LEAST_TOTAL);
    return [m * total, (1 - m) * total];
  },
  moments: ([a, b]) => [a / (a + b), betaStd(a, b)],
  divergence: ([a, b], [alpha, second]) =>
    logBeta(alpha, second) - logBeta(a, b) +
    (a - alpha) * digamma(a) + (b - second) * digamma(b) +
    (alpha + second - a - b) * digamma(a + b),
  inside,
  slopes: null,
  // z is a quantile; how it moves is implicit reparametrisation (Figurnov et al. 2018).
  draws: 1,
  draw: (uniform) => uniform(),
  posteriorSlopes: (first, second, [a, b]) => [slope(first, a), slope(second, b)],
  sample: ([a, b], noise, at) => inside(new Beta(a, b).quantile(noise[at])),
  sampleSlopes: (z, [a, b]) => (z > EDGE && z < 1 - EDGE ? quantileSlopes(z, a, b) : [0, 0]),
  divergenceSlopes([a, b], [alpha, second]) {
    const shared = (alpha + second - a - b) * trigamma(a + b);
    return [(a - alpha) * trigamma(a) + shared, (b - second) * trigamma(b) + shared];
  },
  torch: {
    name: "Beta",
    posterior: "Beta(*((F.softplus(raw) + 0.05).clamp(max=500) for raw in (first, second)))",
    sample: "q.rsample().clamp(1e-6, 1 - 1e-6)",
  },
};

/** @type {(raw: number, value: number) => number} */
const slope = (raw, value) => (value < MOST ? sigmoid(raw) : 0);


/**
 * The standard deviation of Beta(alpha, beta).
 * @param {number} alpha
 * @param {number} beta
 * @returns {number}
 */
function betaStd(alpha, beta) {
  const sum = alpha + beta;
  return Math.sqrt((alpha / sum) * (beta / sum) / (sum + 1));
}

/**
 * The fourth standardised moment of Beta(a, b).
 * @param {number} a
 * @param {number} b
 */
function betaKurtosis(a, b) {
  const sum = a + b;
  const excess = (a - b) ** 2 * (sum + 1) - a * b * (sum + 2);
  return 3 + (6 * excess) / (a * b * (sum + 2) * (sum + 3));
}

/**
 * The t = log(x / (1 - x)) at which I_x(a, b) = u.
 *
 * The density of t is log-concave, hence so is the distribution function, for every a and b.
 * Newton's method on its logarithm, started on the left, therefore converges without ever
 * overshooting; e^(a t) / (a B(a, b)), which bounds it from above, gives such a start.
 * @param {number} u
 * @param {number} a
 * @param {number} b
 * @param {number} logB log B(a, b)
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
 * @param {number} a
 * @param {number} b
 * @param {number} x
 * @param {number} y
 * @param {number} log
 */
function lowerTail(a, b, x, y, log) {
  if (x < (a + 1) / (a + b + 2)) {
    const fraction = betaFraction(a, b, x);
    return { log: log + Math.log(fraction / a), slope: a / fraction };
  }
  const above = (Math.exp(log) * betaFraction(b, a, y)) / b;
  return { log: Math.log1p(-above), slope: Math.exp(log) / (1 - above) };
}

/**
 * The slopes of the quantile of Beta(a, b) with respect to a and b at its value z: by the implicit
 * function theorem -(dF/da) / f with the distribution function F and the density f. F is
 * z^a (1-z)^b C / (a B(a, b)) with the continued fraction C of DLMF 8.17.22, so F / f is
 * z (1 - z) C / a, and only the slope of log C is taken by differences.
 * @param {number} z in (0, 1)
 * @param {number} a
 * @param {number} b
 * @returns {[number, number]}
 */
export function quantileSlopes(z, a, b) {
  // C converges in the lower tail; 1 - z has the distribution Beta(b, a).
  if (z >= (a + 1) / (a + b + 2)) {
    const [db, da] = lowerSlopes(1 - z, b, a);
    return [-da, -db];
  }
  return lowerSlopes(z, a, b);
}

/**
 * @param {number} z
 * @param {number} a
 * @param {number} b
 * @returns {[number, number]}
 */
function lowerSlopes(z, a, b) {
  const ratio = (z * (1 - z) * betaFraction(a, b, z)) / a;
  const both = digamma(a + b);
  const [ha, hb] = [a * 1e-4, b * 1e-4];
  /** @type {(up: number, down: number, h: number) => number} */
  const difference = (up, down, h) => Math.log(up / down) / (2 * h);
  const alongA = difference(betaFraction(a + ha, b, z), betaFraction(a - ha, b, z), ha);
  const alongB = difference(betaFraction(a, b + hb, z), betaFraction(a, b - hb, z), hb);
  return [
    -ratio * (Math.log(z) - digamma(a) + both - 1 / a + alongA),
    -ratio * (Math.log1p(-z) - digamma(b) + both + alongB),
  ];
}
