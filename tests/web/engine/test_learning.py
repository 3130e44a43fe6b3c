"""What the page learns with against torch: the objective, its gradients, and a run of 50 steps."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from layers import CLOSE, assert_gradient, stored
from node import Node
from scipy.special import betaincinv, polygamma
from torch import Tensor, nn
from torch.distributions import kl_divergence

from vae.model import VAE, VAEConfig, gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, TANH, convolutional, dense

LEARNER = """async ({config, tensors, size, plain, ...asked}) => {
  const load = (name) => import(`/web/engine/learning/${name}.js`);
  const [{Learner}, {LearningWorkspace}, {familyOf, distribution}] = await Promise.all(
    [load("learner"), load("workspace"), import("/web/math/distribution.js")]);
  for (const tensor of Object.values(tensors)) tensor.data = Float32Array.from(tensor.data);
  const family = familyOf(config.prior);
  const prior = distribution(config.prior);
  const learner = new Learner(config, family, prior, new LearningWorkspace(plain), size);
  learner.parameters.load(tensors);
  const numbers = (tensors) => Object.fromEntries(
    Object.entries(tensors).map(([name, {data}]) => [name, [...data]]));
"""

OBJECTIVE = f"""{LEARNER}
  const terms = learner.gradients(Float32Array.from(asked.x), size, asked.noise, asked.weighting);
  return {{
    logPx: [...terms.logPx], kl: [...terms.kl], loss: terms.loss,
    gradients: numbers(learner.parameters.tensors("gradient")),
  }};
}}"""

RUN = f"""{LEARNER}
  const losses = asked.batches.map(({{x, noise}}, step) => {{
    const weighting = {{reconstruction: 1, kl: Math.min(1, (step + 1) / asked.warmup)}};
    const {{loss}} = learner.gradients(Float32Array.from(x), size, noise, weighting);
    learner.parameters.descend({{rate: asked.rate, clip: asked.clip, averaging: 0.99}});
    return loss;
  }});
  const [weights, average] = ["numbers", "average"].map((which) =>
    numbers(learner.parameters.tensors(which)));
  return {{losses, weights, average}};
}}"""


class BetaQuantile(torch.autograd.Function):
    """The quantile of Beta(a, b) at u by SciPy, its slopes by central differences of that."""

    @staticmethod
    def forward(context, a: Tensor, b: Tensor, u: Tensor) -> Tensor:
        context.save_for_backward(a, b, u)
        return torch.from_numpy(betaincinv(a.detach().numpy(), b.detach().numpy(), u.numpy()))

    @staticmethod
    def backward(context, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        a, b, u = (tensor.numpy() for tensor in context.saved_tensors)
        h = 1e-5
        along_a = (betaincinv(a * (1 + h), b, u) - betaincinv(a * (1 - h), b, u)) / (2 * h * a)
        along_b = (betaincinv(a, b * (1 + h), u) - betaincinv(a, b * (1 - h), u)) / (2 * h * b)
        return gradient * torch.from_numpy(along_a), gradient * torch.from_numpy(along_b), None


def sample(q, noise: Tensor) -> Tensor:
    if isinstance(q, torch.distributions.Beta):
        return BetaQuantile.apply(q.concentration1, q.concentration0, noise)
    return q.mean + q.stddev * noise


def draw_noise(config: VAEConfig, batch: int, generator: torch.Generator) -> Tensor:
    draw = torch.rand if config.prior["family"] == "beta" else torch.randn
    return draw(batch, config.latents, generator=generator, dtype=torch.float64)


def terms(model: VAE, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """log p(x|z) (B,) and KL (B, D) at the z that belongs to this noise."""
    first, second = model.encoder(x).chunk(2, dim=1)
    q = as_double(model, first, second)
    px = model.decode(sample(q, noise))
    return px.log_prob(x), kl_divergence(q, model.prior)


def as_double(model: VAE, first: Tensor, second: Tensor):
    """`VAE.encode` without its cast to single precision."""
    encoder, model.encoder = model.encoder, Given(torch.cat([first, second], 1))
    try:
        return model.encode(torch.zeros(len(first), 1, 28, 28))
    finally:
        model.encoder = encoder


class Given(nn.Module):
    """A network whose output is known, and stays in double precision."""

    def __init__(self, output: Tensor):
        super().__init__()
        self.output = output

    def forward(self, x: Tensor) -> "Given":
        return self

    def float(self) -> Tensor:
        return self.output


DENSE = dense([20, 12], 5, TANH)


MODELS = {
    "normal, bernoulli": VAEConfig(5, **DENSE),
    "shifted normal": VAEConfig(5, **DENSE, prior={"family": "normal", "mean": 1.0, "std": 2.0}),
    "normal, gaussian": VAEConfig(5, **DENSE, likelihood=gaussian(0.055)),
    "beta, bernoulli": VAEConfig(5, **DENSE, prior={"family": "beta", "alpha": 4.0, "beta": 3.0}),
    "beta quarter, gaussian": VAEConfig(
        5, **DENSE, prior={"family": "beta", "alpha": 0.25, "beta": 0.25}, likelihood=gaussian(0.5)
    ),
    "silu": VAEConfig(5, **dense([24], 5, SILU)),
    "leaky": VAEConfig(5, **dense([20, 12], 5, LEAKY_RELU)),
    "batch norm": VAEConfig(5, **convolutional((4, 8), 16, 5, RELU, batch_norm=True)),
    "three convolutions": VAEConfig(5, **convolutional((3, 4, 5), 16, 5, SILU, batch_norm=False)),
}


def double(config: VAEConfig, seed: int = 0) -> tuple[VAE, dict[str, Any]]:
    """A model in double precision, and its tensors before."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = VAE(config)
    return model.double().train(), stored(model, "")


@pytest.mark.parametrize("plain", [False, True], ids=["vectors", "plain"])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kl", [1.0, 0.3])
def test_the_objective_and_its_gradients(engine: Node, name: str, kl: float, plain: bool):
    config = MODELS[name]
    generator = torch.Generator().manual_seed(1)
    model, tensors = double(config)
    x = torch.rand(7, 1, 28, 28, generator=generator)
    noise = draw_noise(config, 7, generator)
    log_px, divergence = terms(model, x.double(), noise)
    loss = kl * divergence.sum(1).mean() - log_px.mean()
    loss.backward()
    given = {
        "config": config.to_dict(),
        "tensors": tensors,
        "x": x.flatten().tolist(),
        "noise": noise.flatten().tolist(),
        "size": 7,
        "weighting": {"reconstruction": 1, "kl": kl},
        "plain": plain,
    }
    got = engine.evaluate(OBJECTIVE, given)
    assert got["logPx"] == pytest.approx(log_px.tolist(), rel=1e-5)
    assert got["kl"] == pytest.approx(divergence.mean(0).tolist(), rel=1e-4, abs=1e-6)
    assert got["loss"] == pytest.approx(loss.item(), rel=1e-5)
    for key, parameter in model.named_parameters():
        assert_gradient(got["gradients"][key], parameter.grad, key)


@pytest.mark.parametrize(
    "name", ["normal, bernoulli", "beta, bernoulli", "normal, gaussian", "batch norm"]
)
def test_a_run_follows_torch(engine: Node, make_digits, name: str):
    """Fifty steps from the same weights, batches and noise, the KL weight rising on the way."""
    size, steps, rate, clip, warmup = 32, 50, 1e-3, 50.0, 20
    config = MODELS[name]
    if name.endswith("bernoulli"):
        config = replace(config, **dense([64, 32], 5, RELU))
    if name == "batch norm":
        # Smooth: rounding that falls to the other side of an edge of ReLU sends two runs apart.
        config = replace(config, **convolutional((4, 8), 16, 5, SILU, batch_norm=True))
    generator = torch.Generator().manual_seed(2)
    model, tensors = double(config)
    digits = make_digits(steps * size).images.float() / 255
    average = {key: value.clone() for key, value in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    batches, losses = [], []
    for step, x in enumerate(digits.split(size)):
        noise = draw_noise(config, size, generator)
        batches.append({"x": x.flatten().tolist(), "noise": noise.flatten().tolist()})
        log_px, divergence = terms(model, x.double(), noise)
        loss = min(1, (step + 1) / warmup) * divergence.sum(1).mean() - log_px.mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        kept = min(0.99, (2 + step) / (11 + step))
        with torch.no_grad():
            for key, value in model.named_parameters():
                average[key].lerp_(value, 1 - kept)
        losses.append(loss.item())
    given = {"config": config.to_dict(), "tensors": tensors, "batches": batches, "size": size}
    got = engine.evaluate(RUN, {**given, "rate": rate, "clip": clip, "warmup": warmup})
    assert got["losses"] == pytest.approx(losses, rel=1e-3)
    assert losses[-1] < losses[0]
    for key, value in average.items():
        if name == "batch norm" and key.endswith("bias"):
            continue  # before a norm, Adam makes whole steps of a gradient that is but rounding
        assert got["average"][key] == pytest.approx(value.flatten().tolist(), rel=1e-2, abs=1e-3)


def test_a_beta_sample_moves_with_its_parameters(engine: Node):
    """The slopes of quantiles against central differences of SciPy's."""
    cases = [
        (a, b, u)
        for a in (0.05, 0.3, 1.0, 4.0, 60.0, 499.0)
        for b in (0.05, 0.7, 3.0, 200.0)
        for u in (0.02, 0.4, 0.9)
    ]
    for a, b, u in cases:
        z = betaincinv(a, b, u)
        if not 1e-6 < z < 1 - 1e-6:
            continue
        got = engine.evaluate(
            """async ([z, a, b]) =>
              (await import("/web/math/families/beta.js")).quantileSlopes(z, a, b)""",
            [z, a, b],
        )
        values = [torch.tensor([value], dtype=torch.float64) for value in (a, b, u)]
        leaves = [value.requires_grad_() for value in values[:2]]
        BetaQuantile.apply(*leaves, values[2]).backward()
        expected = [leaf.grad.item() for leaf in leaves]
        assert got == pytest.approx(expected, rel=CLOSE, abs=1e-12), (a, b, u)


def test_trigamma(engine: Node):
    for x in (0.05, 0.5, 1.0, 2.5, 9.99, 10.0, 500.0):
        got = engine.evaluate("async (x) => (await import('/web/math/special.js')).trigamma(x)", x)
        assert got == pytest.approx(polygamma(1, x), rel=1e-12)
