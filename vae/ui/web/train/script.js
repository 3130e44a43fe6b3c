/** The network, the objective and the loop of a run as a PyTorch script that runs by itself. */

import { distribution, familyOf } from "../math/distribution.js";
import { mistakeOf } from "./mistakes.js";
import { configOf } from "./settings.js";

/**
 * @typedef {import("../engine/checkpoint.js").Layer} Layer
 * @typedef {import("../math/likelihoods.js").LikelihoodSpec} LikelihoodSpec
 * @typedef {import("./settings.js").Settings} Settings
 */

/** @type {Object<string, (layer: Layer) => string>} */
const LAYERS = {
  linear: ({ inputs, outputs }) => `nn.Linear(${inputs}, ${outputs})`,
  convolution: (layer) => `nn.Conv2d(${geometry(layer)})`,
  transposed_convolution: (layer) => `nn.ConvTranspose2d(${geometry(layer)})`,
  batch_norm: ({ features }) => `nn.BatchNorm2d(${features})`,
  relu: () => "nn.ReLU()",
  leaky_relu: ({ slope }) => `nn.LeakyReLU(${slope})`,
  silu: () => "nn.SiLU()",
  tanh: () => "nn.Tanh()",
  reshape: ({ shape }) => (shape.length > 1 ? `nn.Unflatten(1, (${shape.join(", ")}))` : "nn.Flatten()"),
};
const geometry = (/** @type {Layer} */ { inputs, outputs, kernel, stride, padding }) =>
  [inputs, outputs, kernel, stride, padding].join(", ");

/** @type {Object<string, (likelihood: LikelihoodSpec) => string>} */
const ERRORS = {
  bernoulli: () => 'F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)',
  gaussian: ({ variance }) =>
    `-Normal(logits.sigmoid(), ${variance} ** 0.5).log_prob(x).sum() / len(x)`,
};

/**
 * What a mistake puts in the place of a line: by its name, [line, text].
 * @type {Object<string, [string, string]>}
 */
const WRONG = {
  "no-kl": ["loss", "reconstruction"],
  "kl-per-pixel": ["loss", "reconstruction + weight * kl / 784"],
  "error-per-pixel": ["loss", "reconstruction / 784 + weight * kl"],
  "no-half": ["loss", "reconstruction + weight * 2 * kl"],
  "sign": ["loss", "reconstruction - weight * kl"],
  "low-weight": ["loss", "reconstruction + 0.1 * weight * kl"],
  "log-sigma": ["kl", "(mean**2 + std**2 - 1 - std.log()).sum(1).mean() / 2"],
  "std-head": ["q", "Normal(first, second, validate_args=False)"],
  "abs": ["q", "Normal(first, second.abs() + 1e-6)"],
  "logvar-eps": ["z", "mean + 2 * std.log() * torch.randn_like(std)"],
  "noisy": ["z", "mean + torch.randn_like(std) + std * (torch.randn_like(std) / 2).exp() * torch.randn_like(std)"],
  "no-eps": ["z", "mean"],
  "beta-noise": ["z", "mean + std * Beta(4.0, 3.0).sample(std.shape)"],
};

/**
 * @param {Settings} settings
 * @returns {string}
 */
export function asPyTorch(settings) {
  const { encoder, decoder, prior, likelihood, latents } = configOf(settings);
  const wrong = mistakeOf(settings.mistake);
  const { torch } = familyOf(prior);
  const lines = {
    q: torch.posterior,
    z: torch.sample,
    kl: "kl_divergence(q, prior).sum(1).mean()",
    loss: "reconstruction + weight * kl",
    ...(wrong && WRONG[wrong.name] ? { [WRONG[wrong.name][0]]: WRONG[wrong.name][1] } : {}),
  };
  const decimal = (/** @type {number} */ value) => (Number.isInteger(value) ? `${value}.0` : String(value));
  const parameters = distribution(prior).values.map(decimal).join(", ");
  const error = ERRORS[likelihood.family](likelihood);
  const warning = wrong ? `# With a mistake: ${wrong.title}. ${wrong.why}\n` : "";
  const clip = `        nn.utils.clip_grad_norm_(parameters, ${settings.clip})\n`;
  return `${warning}import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Beta, Laplace, Normal, kl_divergence
from torchvision import datasets

torch.manual_seed(${settings.seed})
digits = datasets.MNIST("data", download=True).data.float().unsqueeze(1) / 255
encoder = ${sequential(encoder)}
decoder = ${sequential(decoder)}
prior = ${torch.name}(${parameters})  # of each of the ${latents} latents
parameters = [*encoder.parameters(), *decoder.parameters()]
optimizer = torch.optim.Adam(parameters, lr=${settings.rate * (wrong?.rate ?? 1)})

for epoch in range(10):
    for step, rows in enumerate(torch.randperm(len(digits)).split(${settings.batch})):
        x = digits[rows]
        weight = ${weight(settings)}
        first, second = encoder(x).chunk(2, dim=1)
        q = ${lines.q}
        mean, std = q.mean, q.stddev
        z = ${lines.z}
        logits = decoder((z - prior.mean) / prior.stddev)
        reconstruction = ${error}
        kl = ${lines.kl}
        loss = ${lines.loss}
        optimizer.zero_grad()
        loss.backward()
${settings.clip ? clip : ""}        optimizer.step()
    print(epoch + 1, round(reconstruction.item(), 2), round(kl.item(), 2))
`;
}

/** @param {Settings} settings */
function weight({ klWeight, warmup, batch }) {
  if (!warmup) return String(klWeight);
  return `${klWeight} * min(1, (epoch + step * ${batch} / len(digits)) / ${warmup})`;
}

/** @param {Layer[]} layers */
function sequential(layers) {
  const lines = layers.map((layer) => `    ${LAYERS[layer.kind](layer)},\n`);
  return `nn.Sequential(\n${lines.join("")})`;
}
