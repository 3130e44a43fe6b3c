/**
 * The mistakes that one can make with a VAE, each as a change to what is right: what it is called,
 * what one sees, and why. `bound`: whether what is minimised is still a bound on -log p(x).
 */

import { distribution } from "../math/distribution.js";
import { normal } from "../math/families/normal.js";

const PIXELS = 784;
const NOISE = distribution({ family: "beta", alpha: 4, beta: 3 });

/**
 * @typedef {import("../engine/learning/learner.js").Weighting} Weighting
 * @typedef {object} Mistake
 * @property {string} name in an address
 * @property {string} title
 * @property {string} sees what one sees
 * @property {string} why
 * @property {boolean} [bound]
 * @property {import("../math/distribution.js").Family} [of] the family whose posterior it gets wrong
 * @property {Partial<import("../math/distribution.js").Family>} [family] what is different about that
 * @property {(usual: Weighting) => Weighting} [weighting]
 * @property {number} [rate] factor of the learning rate
 */

/** @type {Mistake[]} */
export const MISTAKES = [
  {
    name: "no-kl",
    title: "no KL term",
    sees: "Reconstructions get sharp; the encodings drift far apart and samples of the prior are no digits.",
    why: "Nothing holds the codes where the prior is, so the decoder never sees what the prior gives.",
    weighting: ({ reconstruction }) => ({ reconstruction, kl: 0 }),
  },
  {
    name: "kl-per-pixel",
    title: "KL averaged per pixel, error summed",
    sees: "Nearly the same as no KL term.",
    why: "The KL is divided by 784, so its weight is 0.0013.",
    weighting: ({ reconstruction, kl }) => ({ reconstruction, kl: kl / PIXELS }),
  },
  {
    name: "error-per-pixel",
    title: "error averaged per pixel, KL summed",
    sees: "Every reconstruction is the same grey average; the cloud collapses onto the prior.",
    why: "The error is divided by 784, so the KL weighs 784: it pays to say nothing in z.",
    weighting: ({ reconstruction, kl }) => ({ reconstruction: reconstruction / PIXELS, kl }),
  },
  {
    name: "no-half",
    title: "KL without its 1/2",
    sees: "Digits a little blurrier, fewer latents in use.",
    why: "It is a KL of weight 2: still a bound, but a looser one.",
    bound: true,
    weighting: ({ reconstruction, kl }) => ({ reconstruction, kl: 2 * kl }),
  },
  {
    name: "log-sigma",
    title: "log \u03c3 in the place of log \u03c3\u00b2 in the KL",
    sees: "The KL becomes negative.",
    why: "(\u03bc\u00b2 + \u03c3\u00b2 \u2212 1 \u2212 log \u03c3) / 2 is least at \u03c3\u00b2 = 1/2, where it is \u22120.08 a latent: no divergence is negative.",
    of: normal,
    family: {
      divergence: ([mean, std]) => (mean ** 2 + std ** 2 - 1 - Math.log(std)) / 2,
      divergenceSlopes: ([mean, std]) => [mean, std - 1 / (2 * std)],
    },
  },
  {
    name: "sign",
    title: "the KL's sign turned (error \u2212 KL)",
    sees: "What is minimised falls for ever (choose it above the curves), \u2212ELBO rises, the codes fly away, the digits never come.",
    why: "The KL has no upper end, so it pays to make it ever larger.",
    weighting: ({ reconstruction, kl }) => ({ reconstruction, kl: -kl }),
  },
  {
    name: "std-head",
    title: "a head for \u03c3 that may be negative",
    sees: "NaN at the first step.",
    why: "The KL takes log \u03c3 of a negative number. Let the head give log \u03c3\u00b2: any number will do.",
    of: normal,
    family: {
      posterior: (mean, second) => [mean, second],
      posteriorSlopes: () => [1, 1],
      divergence: ([mean, std]) => (mean ** 2 + std ** 2 - 1) / 2 - Math.log(std),
      divergenceSlopes: ([mean, std]) => [mean, std - 1 / std],
    },
  },
  {
    name: "abs",
    title: "\u03c3 = |head| + 1e-6",
    sees: "It learns, with jumps of the gradient where the head crosses 0.",
    why: "No NaN any more, but 1/\u03c3 in the KL's slope reaches a million there.",
    bound: true,
    of: normal,
    family: {
      posterior: (mean, second) => [mean, Math.abs(second) + 1e-6],
      posteriorSlopes: (mean, second) => [1, Math.sign(second)],
    },
  },
  {
    name: "logvar-eps",
    title: "z = \u03bc + log \u03c3\u00b2 \u00b7 \u03b5",
    sees: "log \u03c3\u00b2 goes to 0: the noise vanishes, as in an autoencoder whose \u03c3 says 1.",
    why: "The noise is scaled by log \u03c3\u00b2, which is 0 exactly where the KL wants it.",
    of: normal,
    family: {
      sample: ([mean, std], noise, at) => mean + 2 * Math.log(std) * noise[at],
      sampleSlopes: (z, [, std], noise, at) => [1, (2 / std) * noise[at]],
    },
  },
  {
    name: "noisy",
    title: "posterior parameters drawn from unit normals",
    sees: "Blurred digits; the reported loss is too good for what is drawn.",
    why: "\u03bc and log \u03c3\u00b2 are disturbed by N(0, 1) noise that is in no KL term.",
    of: normal,
    family: {
      draws: 3,
      draw: normal.draw,
      sample: ([mean, std], noise, at) =>
        mean + noise[at] + std * Math.exp(noise[at + 1] / 2) * noise[at + 2],
      sampleSlopes: (z, q, noise, at) => [1, Math.exp(noise[at + 1] / 2) * noise[at + 2]],
    },
  },
  {
    name: "no-eps",
    title: "no \u03b5: z = \u03bc",
    sees: "Good reconstructions, poor samples: an autoencoder with a penalty.",
    why: "Without noise the decoder learns single points, not the space between them.",
    of: normal,
    family: { sample: ([mean]) => mean, sampleSlopes: () => [1, 0] },
  },
  {
    name: "beta-noise",
    title: "\u03b5 from Beta(4, 3) in a normal model",
    sees: "Samples of N(0, 1) are worse than they need be.",
    why: "That \u03b5 lies in (0, 1) with mean 4/7: z is not a draw of the q(z|x) whose KL is counted.",
    of: normal,
    family: { draw: (uniform) => NOISE.quantile(uniform()) },
  },
  {
    name: "low-weight",
    title: "annealing that stops at a weight of 0.1",
    sees: "Sharp reconstructions; codes outside the prior.",
    why: "The KL is counted at a tenth, in the report of the loss too.",
    weighting: ({ reconstruction, kl }) => ({ reconstruction, kl: 0.1 * kl }),
  },
  {
    name: "rate",
    title: "a learning rate ten times too high",
    sees: "The loss jumps, units die, it settles high or not at all.",
    why: "Adam steps 0.01 in every weight: further than the loss is smooth.",
    bound: true,
    rate: 10,
  },
];

/**
 * @param {string} name
 * @returns {Mistake|undefined} the one of this name
 */
export const mistakeOf = (name) => MISTAKES.find((mistake) => mistake.name === name);
