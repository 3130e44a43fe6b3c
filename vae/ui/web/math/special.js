/** Special functions, in double precision: what distributions are made of. */

/* eslint no-loss-of-precision: "off" -- Coefficients stand here as they were published. */

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
 * log(1 + e^t), without overflow.
 * @param {number} t
 * @returns {number}
 */
export function softplus(t) {
  return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
}

/**
 * The complementary error function, to a relative error of about 1e-15.
 * Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23 (1969), with the coefficients of his CALERF.
 * @param {number} x
 * @returns {number}
 */
export function erfc(x) {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * ratio(ERF, y * y);
  // exp(-y^2) in two factors, because the rounding error of y^2 would be multiplied by y^2.
  const coarse = Math.trunc(y * 16) / 16;
  const scale = Math.exp(-coarse * coarse) * Math.exp(-(y - coarse) * (y + coarse));
  const inverse = 1 / (y * y);
  const tail = scale * (y <= 4
    ? ratio(ERFC_MIDDLE, y)
    : (Math.sqrt(1 / Math.PI) - inverse * ratio(ERFC_FAR, inverse)) / y);
  return x < 0 ? 2 - tail : tail;
}

/**
 * The quantile function of the standard normal distribution, to a relative error of about 1e-15:
 * PPND16 of M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988).
 * @param {number} u in [0, 1]; 0 and 1 give -Infinity and Infinity
 * @returns {number}
 */
export function normalQuantile(u) {
  const q = u - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(QUANTILE_CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(u, 1 - u)));
  if (r === Infinity) return Math.sign(q) * Infinity;
  return Math.sign(q) * (r <= 5 ? ratio(QUANTILE_TAIL, r - 1.6) : ratio(QUANTILE_FAR, r - 5));
}

/**
 * log Gamma(x): Stirling's series (DLMF 5.11.1) from x = 10 on, reached by the recurrence.
 * @param {number} x above 0
 * @returns {number}
 */
export function logGamma(x) {
  let product = 1;
  let y = x;
  for (; y < 10; y++) product *= y;
  const series = polynomial(STIRLING, 1 / (y * y)) / y;
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}

/**
 * The digamma function, the derivative of log Gamma: DLMF 5.11.2 from x = 10 on, reached by the
 * recurrence.
 * @param {number} x above 0
 * @returns {number}
 */
export function digamma(x) {
  let sum = 0;
  let y = x;
  for (; y < 10; y++) sum -= 1 / y;
  const inverse = 1 / (y * y);
  return sum + Math.log(y) - 1 / (2 * y) - inverse * polynomial(DIGAMMA, inverse);
}

/**
 * The trigamma function, the derivative of digamma: DLMF 5.15.8 from x = 10 on, reached by the
 * recurrence.
 * @param {number} x above 0
 * @returns {number}
 */
export function trigamma(x) {
  let sum = 0;
  let y = x;
  for (; y < 10; y++) sum += 1 / (y * y);
  const inverse = 1 / (y * y);
  return sum + 1 / y + inverse / 2 + (inverse / y) * polynomial(TRIGAMMA, inverse);
}

/**
 * log B(a, b), the logarithm of the beta function.
 * @param {number} a above 0
 * @param {number} b above 0
 * @returns {number}
 */
export function logBeta(a, b) {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/**
 * a B(a, b) I_x(a, b) / (x^a (1 - x)^b), where I is the regularised incomplete beta function: the
 * continued fraction DLMF 8.17.22 by the modified Lentz method. It converges fast for
 * x < (a + 1) / (a + b + 2); beyond, use I_x(a, b) = 1 - I_{1-x}(b, a).
 * @param {number} a above 0
 * @param {number} b above 0
 * @param {number} x in [0, 1)
 * @returns {number}
 */
export function betaFraction(a, b, x) {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1, change = Infinity; Math.abs(change - 1) > 1e-15 && m < 100000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    change = c * d;
    fraction *= change;
  }
  return fraction;
}

const awayFromZero = (/** @type {number} */ x) => (Math.abs(x) < 1e-300 ? 1e-300 : x);

/**
 * A ratio of two polynomials in x, each with its coefficients from the constant term upwards.
 * @param {number[][]} polynomials
 * @param {number} x
 */
function ratio([numerator, denominator], x) {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

/**
 * @param {number[]} coefficients from the constant term upwards
 * @param {number} x
 */
function polynomial(coefficients, x) {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

// B_2k / (2k (2k - 1)) of the Bernoulli numbers.
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

// B_2k / (2k) of them.
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

// B_2k.
const TRIGAMMA = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

const ERF = [
  [
    3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.1611237438705656,
    1.85777706184603153e-1,
  ],
  [2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1],
];

const ERFC_MIDDLE = [
  [
    1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3, 8.81952221241769090e2,
    2.98635138197400131e2, 6.61191906371416295e1, 8.88314979438837594, 5.64188496988670089e-1,
    2.15311535474403846e-8,
  ],
  [
    1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3, 3.29079923573345963e3,
    1.62138957456669019e3, 5.37181101862009858e2, 1.17693950891312499e2, 1.57449261107098347e1, 1,
  ],
];

const ERFC_FAR = [
  [
    6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1, 3.60344899949804439e-1,
    3.05326634961232344e-1, 1.63153871373020978e-2,
  ],
  [
    2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1, 1.87295284992346725,
    2.56852019228982242, 1,
  ],
];

const QUANTILE_CENTRE = [
  [
    3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
  ],
  [
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3,
  ],
];

const QUANTILE_TAIL = [
  [
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ],
  [
    1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ],
];

const QUANTILE_FAR = [
  [
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  [
    1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ],
];
