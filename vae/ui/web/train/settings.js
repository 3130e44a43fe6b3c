/** What a run is made from, as plain data: presets, and the configuration that they lead to. */

const PIXELS = 784;
const IMAGE = [1, 28, 28];
const BETA = { family: "beta", alpha: 4, beta: 3 };
/** @type {Object<string, {label: string, spec: import("../math/likelihoods.js").LikelihoodSpec}>} */
export const LIKELIHOODS = {
  bernoulli: { label: "cross-entropy (Bernoulli)", spec: { family: "bernoulli" } },
  gaussian: { label: "squared error (Gaussian, variance 1/2)", spec: { family: "gaussian", variance: 0.5 } },
};
export const ACTIVATIONS = ["relu", "leaky_relu", "silu", "tanh"];

/**
 * @typedef {object} Settings
 * @property {"dense"|"convolutional"} network
 * @property {number[]} hidden sizes of the dense layers, or channels of the convolutions
 * @property {string} activation
 * @property {number} latents 1 to 64
 * @property {string} likelihood one of LIKELIHOODS
 * @property {import("../math/distribution.js").Spec} prior
 * @property {number} klWeight
 * @property {number} warmup epochs over which the KL weight rises linearly
 * @property {number} rate Adam's learning rate
 * @property {number} batch images a step, at most 256
 * @property {number} averaging decay of the weights' moving average, 0 for none
 * @property {number} clip largest norm of the gradient, 0 for any
 * @property {string} mistake one of MISTAKES, "" for none
 * @property {number} seed
 */

/** @type {Settings} */
export const USUAL = {
  network: "dense", hidden: [400, 200], activation: "relu", latents: 20, likelihood: "bernoulli",
  prior: { family: "normal", mean: 0, std: 1 }, klWeight: 1, warmup: 0, rate: 1e-3, batch: 128, averaging: 0.99, clip: 0,
  mistake: "", seed: 0,
};

/**
 * Known-good settings, each with a sentence.
 * @type {{title: string, about: string, settings: Partial<Settings>}[]}
 */
export const PRESETS = [
  {
    title: "the classic, 784-400-200-20",
    about: "The network of the reports: digits after seconds, the last nats after minutes.",
    settings: {},
  },
  {
    title: "two latents",
    about: "The whole latent space is the map: watch ten clouds find their places.",
    settings: { latents: 2, activation: "leaky_relu" },
  },
  {
    title: "small and fast, 784-256-20",
    about: "One hidden layer and small steps: the quickest to learn here.",
    settings: { hidden: [256], activation: "silu", batch: 64, rate: 2e-3, averaging: 0.995 },
  },
  {
    title: "convolutional 16-32 with batch norm",
    about: "Two convolutions: fewer weights, slower steps.",
    settings: { network: "convolutional", hidden: [16, 32], latents: 16, averaging: 0 },
  },
  {
    title: "Beta(4, 3)",
    about: "Codes between 0 and 1: both parameters of each latent are learnt.",
    settings: { prior: BETA, rate: 2e-3, clip: 100 },
  },
  {
    title: "Laplace(0, 1)",
    about: "A prior with a peak and heavy tails: fewer latents in use, some codes far out.",
    settings: { prior: { family: "laplace", location: 0, scale: 1 } },
  },
  {
    title: "squared error",
    about: "A Gaussian likelihood: softer digits, a loss that no cross-entropy can be compared with.",
    settings: { likelihood: "gaussian", hidden: [392], latents: 20 },
  },
];

/** @typedef {import("../engine/checkpoint.js").Layer} Layer */

/** @type {(inputs: number, outputs: number) => Layer} */
const linear = (inputs, outputs) => ({ kind: "linear", inputs, outputs });
const reshape = (/** @type {number[]} */ ...shape) => ({ kind: "reshape", shape });
/** @type {(list: number[]) => [number, number][]} */
const pairs = (list) => list.slice(1).map((item, i) => [list[i], item]);

/**
 * A checkpoint's configuration; see VAEConfig in vae/model.py.
 * @param {Settings} settings
 */
export function configOf({ network, hidden, activation, latents, likelihood, prior }) {
  const act = { kind: activation, ...(activation === "leaky_relu" ? { slope: 0.2 } : {}) };
  const layers = network === "dense" ? dense : convolutional;
  return {
    latents,
    ...layers(hidden, latents, act),
    prior,
    likelihood: LIKELIHOODS[likelihood].spec,
    noisy: false,
    classes: 0,
  };
}

/**
 * As vae/networks.py has it.
 * @param {number[]} hidden
 * @param {number} latents
 * @param {Layer} act
 */
function dense(hidden, latents, act) {
  const activated = (/** @type {number[]} */ sizes) => pairs(sizes).flatMap(([a, b]) => [linear(a, b), act]);
  return {
    encoder: [
      reshape(PIXELS), ...activated([PIXELS, ...hidden]), linear(hidden[hidden.length - 1], 2 * latents),
    ],
    decoder: [
      ...activated([latents, ...hidden.toReversed()]), linear(hidden[0], PIXELS), reshape(...IMAGE),
    ],
  };
}

/**
 * As vae/networks.py has it, with two convolutions and batch norm.
 * @param {number[]} channels
 * @param {number} latents
 * @param {Layer} act
 */
function convolutional(channels, latents, act) {
  const [first, second] = channels;
  const [features, units] = [second * 49, 128];
  const halve = { kernel: 4, stride: 2, padding: 1 };
  const norm = (/** @type {number} */ channels) => [{ kind: "batch_norm", features: channels }, act];
  /** @type {(kind: string, inputs: number, outputs: number) => Layer} */
  const layer = (kind, inputs, outputs) => ({ kind, inputs, outputs, ...halve });
  return {
    encoder: [
      layer("convolution", 1, first), ...norm(first),
      layer("convolution", first, second), ...norm(second),
      reshape(features), linear(features, units), act, linear(units, 2 * latents),
    ],
    decoder: [
      linear(latents, units), act, linear(units, features), act, reshape(second, 7, 7),
      layer("transposed_convolution", second, first), ...norm(first),
      layer("transposed_convolution", first, 1),
    ],
  };
}

/** What needs another network, so that a run begins anew. */
export const REBUILDS = ["network", "hidden", "activation", "latents", "likelihood", "prior", "seed"];
