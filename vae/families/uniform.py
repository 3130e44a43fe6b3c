"""Uniform(low, high): to sample from. No posterior: its density is 0 outside, and log 0 no
number."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Uniform

from vae.families.family import Family, Parameter


class UniformFamily(Family):
    name = "uniform"
    kind = Uniform
    parameters = (Parameter("low", -4, 4), Parameter("high", -4, 4))
    has_posterior = False

    def quantile(self, values: Sequence[float], u: Tensor) -> Tensor:
        low, high = values
        return low + (high - low) * u.double()

    def rsample(self, q: Uniform, generator: torch.Generator) -> Tensor:
        u = torch.rand(q.batch_shape, generator=generator, device=q.low.device)
        return q.low + (q.high - q.low) * u

    def read(self, spec: Mapping[str, Any]) -> tuple[float, ...]:
        low, high = super().read(spec)
        if not low < high:
            raise ValueError(
                f"high of a uniform distribution: expected above low, {low:g}, got {high:g}"
            )
        return low, high
