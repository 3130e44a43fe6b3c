/**
 * How each family of posteriors is written down: what its encoder puts out for a latent, the parameters
 * made of that, the noise that z is made of, and the formulas. By the name of the family.
 */

import { distribution } from "../../math/distribution.js";

/**
 * @typedef {object} Notation
 * @property {string[]} outputs the two numbers that an encoder puts out for a latent
 * @property {string[]} values the parameters made of them, in their order
 * @property {string} noise
 * @property {(z: number, values: number[]) => number} noiseOf what z was made of, given the parameters
 * @property {string} posterior the parameters, from what the encoder puts out
 * @property {string} sample z, from the parameters and noise
 * @property {string} divergence KL(q || p) of a latent; the prior's parameters have a 0
 * @property {string} why why the encoder puts out what it does, in a sentence
 */

/** @type {(z: number, values: number[]) => number} */
const standardised = (z, [location, scale]) => (z - location) / scale;

/** @type {Object<string, Notation>} */
export const NOTATION = {
  normal: {
    outputs: ["\u03bc", "log \u03c3\u00b2"],
    values: ["\u03bc", "\u03c3"],
    noise: "\u03b5",
    noiseOf: standardised,
    posterior: "q(z\u1d62|x) = N(\u03bc\u1d62, \u03c3\u1d62\u00b2),   \u03c3\u1d62 = exp(log \u03c3\u1d62\u00b2 / 2)",
    sample: "z\u1d62 = \u03bc\u1d62 + \u03c3\u1d62 \u03b5\u1d62,   \u03b5\u1d62 ~ N(0, 1)",
    divergence: "KL\u1d62 = log(\u03c3\u2080/\u03c3\u1d62) + (\u03c3\u1d62\u00b2 + (\u03bc\u1d62 \u2212 \u03bc\u2080)\u00b2) / 2\u03c3\u2080\u00b2 \u2212 \u00bd",
    why: "It gives the logarithm of the variance, because any number will then do: its exponential is above 0.",
  },
  laplace: {
    outputs: ["location", "log variance"],
    values: ["location", "scale"],
    noise: "e",
    noiseOf: standardised,
    posterior: "q(z\u1d62|x) = Laplace(\u03bc\u1d62, b\u1d62),   b\u1d62 = exp(log variance\u1d62 / 2) / \u221a2",
    sample: "z\u1d62 = \u03bc\u1d62 + b\u1d62 e\u1d62,   e\u1d62 ~ Laplace(0, 1)",
    divergence: "KL\u1d62 = log(b\u2080/b\u1d62) + (b\u1d62 exp(\u2212d/b\u1d62) + d) / b\u2080 \u2212 1,   d = |\u03bc\u1d62 \u2212 \u03bc\u2080|",
    why: "It gives the logarithm of the variance, because any number will then do: its exponential is above 0.",
  },
  beta: {
    outputs: ["a", "b"],
    values: ["\u03b1", "\u03b2"],
    noise: "u",
    noiseOf: (z, [alpha, beta]) => distribution({ family: "beta", alpha, beta }).cdf(z),
    posterior: "q(z\u1d62|x) = Beta(\u03b1\u1d62, \u03b2\u1d62),   \u03b1\u1d62 = softplus(a\u1d62) + 0.05,   \u03b2\u1d62 = softplus(b\u1d62) + 0.05",
    sample: "z\u1d62 = F\u207b\u00b9(u\u1d62; \u03b1\u1d62, \u03b2\u1d62),   u\u1d62 uniform on (0, 1)",
    divergence: "KL\u1d62 = log B(\u03b1\u2080, \u03b2\u2080)/B(\u03b1\u1d62, \u03b2\u1d62) + (\u03b1\u1d62 \u2212 \u03b1\u2080) \u03c8(\u03b1\u1d62) + (\u03b2\u1d62 \u2212 \u03b2\u2080) \u03c8(\u03b2\u1d62) + (\u03b1\u2080 + \u03b2\u2080 \u2212 \u03b1\u1d62 \u2212 \u03b2\u1d62) \u03c8(\u03b1\u1d62 + \u03b2\u1d62)",
    why: "Softplus makes two numbers above 0 of whatever it gives: on (0, 1) a Beta has no mean and spread of its own to give.",
  },
};
