"""Laplace(location, scale), of density exp(-|z - location| / scale) / (2 scale): a peak at the
location and heavier tails than a normal one has. Its standard deviation is scale sqrt(2).

z = location - scale sign(u) log(1 - 2|u|), u uniform on (-1/2, 1/2)
"""

from collections.abc import Sequence
from math import sqrt

import torch
from torch import Tensor
from torch.distributions import Laplace

from vae.families.family import FLOAT, Family, Parameter


class LaplaceFamily(Family):
    name = "laplace"
    kind = Laplace
    parameters = (
        Parameter("location", -4, 4),
        Parameter("scale", 0.05, 8, logarithmic=True, positive=True),
    )
    location_scale = True
    standard = (0.0, 1.0)
    offered = ((0.0, 1.0),)

    def quantile(self, values: Sequence[float], u: Tensor) -> Tensor:
        """By the nearer tail, so that no small u is lost."""
        location, scale = values
        u = u.double()
        tail = torch.minimum(u, 1 - u)
        return location + scale * (u - 0.5).sign() * -(2 * tail).log()

    def rsample(self, q: Laplace, generator: torch.Generator) -> Tensor:
        shape = torch.broadcast_shapes(q.loc.shape, q.scale.shape)
        u = torch.rand(shape, generator=generator, device=q.loc.device) - 0.5
        # The generator may give 0, whose logarithm is no number.
        u = u.clamp(min=FLOAT.eps / 2 - 0.5)
        return q.loc - q.scale * u.sign() * (-2 * u.abs()).log1p()

    def posterior(self, first: Tensor, second: Tensor) -> Laplace:
        """first: the location. second: the log-variance, as for a normal posterior, so that an
        output of 0 is a variance of 1."""
        return self.from_moments(first, (second / 2).exp())

    def values(self, q: Laplace) -> tuple[Tensor, Tensor]:
        return q.loc, q.scale

    def from_moments(self, mean: Tensor, std: Tensor) -> Laplace:
        return self.distribution(mean, std / sqrt(2))
