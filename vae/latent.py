"""Where z comes from: the distributions that latent vectors are drawn from.

A distribution is written down as a plain dictionary, `{"family": "normal", "mean": 0, "std": 1}`,
`{"family": "beta", "alpha": 4, "beta": 3}` or `{"family": "uniform", "low": 0, "high": 1}`, in
checkpoints, links and API calls alike. `vae.sampler` adds those that a model's encodings decide.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Beta, Distribution, Normal, Uniform

STANDARD_NORMAL = {"family": "normal", "mean": 0.0, "std": 1.0}
PARAMETERS = {"normal": ("mean", "std"), "beta": ("alpha", "beta"), "uniform": ("low", "high")}
FAMILIES = {"normal": Normal, "beta": Beta, "uniform": Uniform}
POSITIVE = ("std", "alpha", "beta")

# A Beta sample that rounds to exactly 0 or 1 has no finite log-density.
EDGE = 1e-6

FLOAT = torch.finfo(torch.float32)
_global_generator = Lock()


def distribution(
    spec: Mapping[str, Any], latents: int, device: Any = None
) -> Normal | Beta | Uniform:
    """The distribution that `spec` writes down, independent over `latents` dimensions.

    Returns a `torch.distributions` object of batch shape (D,). Raises ValueError when the family
    is not known, a parameter is missing or not finite, a scale is not positive, or a uniform
    distribution does not end above where it begins.
    """
    family = spec.get("family")
    if family not in PARAMETERS:
        raise ValueError(f"family: expected one of {', '.join(PARAMETERS)}, got {family!r}")
    values = []
    for name in PARAMETERS[family]:
        value = spec.get(name)
        if not _is_number(value):
            raise ValueError(f"{name} of a {family} distribution: expected a number, got {value!r}")
        if name in POSITIVE and value < FLOAT.tiny:
            raise ValueError(f"{name} of a {family} distribution: expected above 0, got {value}")
        values.append(torch.full((latents,), float(value), device=device))
    if family == "uniform" and not spec["low"] < spec["high"]:
        raise ValueError(
            f"high of a uniform distribution: expected above low, {spec['low']}, got {spec['high']}"
        )
    return FAMILIES[family](*values, validate_args=False)


def _is_number(value: Any) -> bool:
    """Whether float32 can hold it; NaN compares as false."""
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and abs(value) <= FLOAT.max


def rsample(q: Normal | Beta | Uniform, generator: torch.Generator) -> Tensor:
    """One reparametrised sample of `q`, differentiable in its parameters, shape `q.batch_shape`.

    Normal: mean + std * eps, eps ~ N(0, 1) (Kingma and Welling 2014). Beta: implicit
    reparametrisation (Figurnov et al. 2018) by torch, kept off the edges 0 and 1. Uniform:
    low + (high - low) u, u uniform on [0, 1).
    """
    if isinstance(q, Uniform):
        u = torch.rand(q.batch_shape, generator=generator, device=q.low.device)
        return q.low + (q.high - q.low) * u
    if isinstance(q, Normal):
        shape = torch.broadcast_shapes(q.loc.shape, q.scale.shape)
        eps = torch.randn(shape, generator=generator, device=q.loc.device)
        return q.loc + q.scale * eps
    # torch's Beta takes no generator, so its global one is borrowed by one thread at a time
    # and put back.
    seed = torch.randint(2**62, (), generator=generator, device=generator.device).item()
    devices = [q.concentration1.device] if q.concentration1.is_cuda else []
    with _global_generator, torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        return q.rsample().clamp(EDGE, 1 - EDGE)


def sample(p: Normal | Beta | Uniform, count: int, generator: torch.Generator) -> Tensor:
    """`count` independent draws of z from `p`, shape (count, D)."""
    with torch.no_grad():
        return rsample(p.expand((count, *p.batch_shape)), generator)


def standardise(z: Tensor, p: Distribution) -> Tensor:
    """z in units of `p`: mean 0 and standard deviation 1 in every dimension if z ~ p."""
    return (z - p.mean) / p.stddev
