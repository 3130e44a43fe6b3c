"""The page's models beside torch's: what its engine makes of a checkpoint, asked from here."""

from typing import Any, Protocol

import torch
from layers import randomise
from torch import Tensor, nn

from vae import checkpoints
from vae.checkpoints import Record
from vae.model import VAE, VAEConfig, gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, TANH, convolutional, dense

GENERATOR_SEED = 0
EXACT = {"rtol": 1e-5, "atol": 1e-5}
CLOSE = {"rtol": 1e-4, "atol": 1e-4}


class Engine(Protocol):
    """Where the page's modules run: a node, or a page of a browser."""

    def evaluate(self, script: str, argument: Any = None) -> Any: ...


OPEN = """async (url) => {
  const {Model} = await import("/web/engine/model.js");
  const {name, config, record, latents} = await Model.open(url);
  return {name, config, record, latents};
}"""

DECODE = """async ([url, z, batch, y]) => {
  const {Model} = await import("/web/engine/model.js");
  const model = await Model.open(url);
  return [model.decode(z, batch, y), model.logits(z, batch, y)].map((x) => Array.from(x));
}"""

ENCODE = """async ([url, xs]) => {
  const {Model} = await import("/web/engine/model.js");
  const model = await Model.open(url);
  await model.loadEncoder();
  return xs.map((x) => {
    const {family, values, mean, std} = model.encode(x);
    const named = family.parameters.map((name, i) => [name, [...values[i]]]);
    return {family: family.name, mean: [...mean], std: [...std], ...Object.fromEntries(named)};
  });
}"""

STATISTICS = """async (url) => {
  const {Model} = await import("/web/engine/model.js");
  const statistics = await (await Model.open(url)).statistics();
  return Object.entries(statistics).map(
    ([name, {shape, data}]) => [name, shape, Array.from(data, String)]);
}"""


def decode(engine: Engine, url: str, z: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """The page's pictures and logits of z (B, D) and of classes y (B,), both (B, 1, 28, 28)."""
    classes = [0] * len(z) if y is None else y.tolist()
    results = engine.evaluate(DECODE, [url, z.flatten().tolist(), len(z), classes])
    pictures, logits = (
        torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 28, 28) for values in results
    )
    return pictures, logits


def encode(engine: Engine, url: str, x: Tensor) -> dict[str, Tensor]:
    """The page's posteriors of x (B, 1, 28, 28): each of its numbers (B, D)."""
    results = engine.evaluate(ENCODE, [url, x.flatten(1).tolist()])
    return {
        name: torch.tensor([result[name] for result in results], dtype=torch.float32)
        for name in results[0]
        if name != "family"
    }


@torch.no_grad()
def check_parity(
    engine: Engine, url: str, model: VAE, x: Tensor | None = None, count: int = 13
) -> None:
    """Asserts that the page decodes and encodes as `model` does, which has the file's weights."""
    generator = torch.Generator().manual_seed(GENERATOR_SEED)
    if x is None:
        x = torch.rand(count, 1, 28, 28, generator=generator)
    if isinstance(model, VAE):
        check_encoder(engine, url, model, x)
    prior = model.prior
    z = prior.mean + prior.stddev * torch.randn(count, model.config.latents, generator=generator)
    y = torch.arange(count) % model.config.classes if model.config.classes else None
    for batch, classes in ((z, y), (z[:1], y if y is None else y[:1])):
        pictures, _ = decode(engine, url, batch, classes)
        torch.testing.assert_close(pictures, model.decode(batch, classes).mean, **EXACT)


def check_encoder(engine: Engine, url: str, model: VAE, x: Tensor) -> None:
    """The same of q(z|x) alone."""
    q, posterior = model.encode(x), encode(engine, url, x)
    torch.testing.assert_close(posterior["mean"], q.mean, **CLOSE)
    torch.testing.assert_close(posterior["std"], q.stddev, **CLOSE)
    for parameter, values in zip(model.family.parameters, model.family.values(q), strict=True):
        torch.testing.assert_close(posterior[parameter.name], values, **CLOSE)


CONVOLUTIONAL = {"channels": (8, 16), "hidden": 32, "latents": 5}
CONFIGS = {
    "dense": VAEConfig(20, **dense([400, 200], 20, RELU)),
    "shifted": VAEConfig(
        3, **dense([30], 3, TANH), prior={"family": "normal", "mean": 1.0, "std": 2.0}
    ),
    "beta": VAEConfig(
        4, **dense([50, 30], 4, RELU), prior={"family": "beta", "alpha": 4.0, "beta": 3.0}
    ),
    "gaussian": VAEConfig(2, **dense([30], 2, SILU), likelihood=gaussian(0.5)),
    "convolutional": VAEConfig(
        5, **convolutional(**CONVOLUTIONAL, activation=SILU, batch_norm=False)
    ),
    "batch-norm": VAEConfig(
        5, **convolutional(**CONVOLUTIONAL, activation=LEAKY_RELU, batch_norm=True)
    ),
}
STATISTIC = {"kl": torch.arange(3.0)}
RECORD = Record("tests", "Nothing was learnt.", history=[{"total": 1.5}], figures={"elbo": -2.5})


def untrained(config: VAEConfig) -> VAE:
    """A model with random half-precision weights, and random statistics in its batch norms."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(GENERATOR_SEED)
        model = VAE(config)
    generator = torch.Generator().manual_seed(GENERATOR_SEED)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            randomise(module, generator)
    return checkpoints.round_to_half(model).eval()
