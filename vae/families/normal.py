"""N(mean, std^2): the posterior's log-variance is what an encoder puts out, so that any output will
do.

z = mean + std eps, eps ~ N(0, 1)     (Kingma and Welling 2014)
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.distributions import Normal
from torch.special import ndtri

from vae.families.family import Family, Parameter


class NormalFamily(Family):
    name = "normal"
    kind = Normal
    parameters = (
        Parameter("mean", -4, 4),
        Parameter("std", 0.05, 8, logarithmic=True, positive=True),
    )
    location_scale = True
    can_be_noisy = True
    standard = (0.0, 1.0)
    offered = ((0.0, 1.0), (1.0, 2.0))

    def quantile(self, values: Sequence[float], u: Tensor) -> Tensor:
        mean, std = values
        return mean + std * ndtri(u.double())

    def rsample(self, q: Normal, generator: torch.Generator) -> Tensor:
        shape = torch.broadcast_shapes(q.loc.shape, q.scale.shape)
        return q.loc + q.scale * torch.randn(shape, generator=generator, device=q.loc.device)

    def posterior(self, first: Tensor, second: Tensor) -> Normal:
        """first: the mean. second: the log-variance."""
        return self.distribution(first, (second / 2).exp())

    def values(self, q: Normal) -> tuple[Tensor, Tensor]:
        return q.loc, q.scale

    def from_moments(self, mean: Tensor, std: Tensor) -> Normal:
        return self.distribution(mean, std)

    def slopes(self, p: Normal, z: Tensor) -> tuple[Tensor, Tensor]:
        return (p.loc - z) / p.variance, 1 / p.variance

    def disturbed(self, q: Normal, generator: torch.Generator) -> Normal:
        def noisy(value: Tensor) -> Tensor:
            return self.rsample(self.distribution(value, torch.ones_like(value)), generator)

        mean = noisy(q.loc)
        return self.posterior(mean, noisy(2 * q.scale.log()))

    def label(self, values: Sequence[float]) -> str:
        """The second number of N is a variance."""
        mean, std = values
        return f"N({mean:.3g}, {std:.3g}{'' if std == 1 else '²'})"
