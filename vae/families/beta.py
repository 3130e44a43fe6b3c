"""Beta(alpha, beta) on (0, 1), by implicit reparametrisation (Figurnov et al. 2018).

Concentrations are softplus + 0.05, at most 500: the gradient of a Beta sample is not finite near 0
and at 1e4. z is kept 1e-6 off the edges, where a sample may have no finite log-density.
"""

from collections.abc import Sequence
from math import lgamma, log, sqrt
from threading import Lock

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor
from torch.distributions import Beta

from vae.families.family import Family, Parameter

EDGE = 1e-6
LEAST, MOST = 0.05, 500.0
# In half precision a posterior's standard deviation and its distance from an edge may be 0; these
# are the least that leave a distribution which can be sampled.
LEAST_STD, LEAST_TOTAL = 1e-4, 0.1
# Of the table of quantiles: steps a scale, and how many scales it reaches to each side.
STEPS, REACH = 400, 40

_global_generator = Lock()


class BetaFamily(Family):
    name = "beta"
    kind = Beta
    parameters = (
        Parameter("alpha", 0.05, 20, logarithmic=True, positive=True),
        Parameter("beta", 0.05, 20, logarithmic=True, positive=True),
    )
    support = (0.0, 1.0)
    offered = ((0.25, 0.25), (1.0, 1.0), (1.1, 1.1), (1.1, 2.0), (4.0, 3.0))

    def quantile(self, values: Sequence[float], u: Tensor) -> Tensor:
        """Exact to 1e-6 in probability where alpha and beta are 0.05 to 1000."""
        return _interpolate(*_table(*values), u.double().logit()).sigmoid()

    def rsample(self, q: Beta, generator: torch.Generator) -> Tensor:
        # torch's Beta takes no generator, so its global one is borrowed by one thread at a time
        # and put back.
        seed = torch.randint(2**62, (), generator=generator, device=generator.device).item()
        devices = [q.concentration1.device] if q.concentration1.is_cuda else []
        with _global_generator, torch.random.fork_rng(devices=devices):
            torch.manual_seed(seed)
            return self.inside(q.rsample())

    def posterior(self, first: Tensor, second: Tensor) -> Beta:
        return self.distribution(
            *((F.softplus(raw) + LEAST).clamp(max=MOST) for raw in (first, second))
        )

    def values(self, q: Beta) -> tuple[Tensor, Tensor]:
        return q.concentration1, q.concentration0

    def from_moments(self, mean: Tensor, std: Tensor) -> Beta:
        mean = self.inside(mean)
        total = mean * (1 - mean) / std.clamp(min=LEAST_STD).square() - 1
        total = total.clamp(min=LEAST_TOTAL)
        return self.distribution(mean * total, (1 - mean) * total)

    def inside(self, z: Tensor) -> Tensor:
        return z.clamp(EDGE, 1 - EDGE)


def _table(a: float, b: float) -> tuple[Tensor, Tensor]:
    """logit F(x) and logit x of Beta(a, b), both ascending.

    t = logit x has the density x^a (1 - x)^b / B(a, b): smooth and log-concave whatever a and b
    are, with exponential tails, so that either logit is nearly linear in the other at both ends.
    """
    scale = sqrt(1 / a + 1 / b)
    steps = torch.arange(-REACH * STEPS, REACH * STEPS + 1, dtype=torch.float64)
    t = log(a) - log(b) + scale / STEPS * steps
    log_b = lgamma(a) + lgamma(b) - lgamma(a + b)
    density = (a * F.logsigmoid(t) + b * F.logsigmoid(-t) - log_b).exp()
    slope = a * (-t).sigmoid() - b * t.sigmoid()  # of the log-density
    below = _integral(density, slope, scale / STEPS)
    above = _integral(density.flip(0), -slope.flip(0), scale / STEPS).flip(0)
    both = (below > 0) & (above > 0)
    return (below.log() - above.log())[both], t[both]


def _integral(density: Tensor, slope: Tensor, step: float) -> Tensor:
    """The integral of a density up to every point of a grid, given the slope of its logarithm.

    The trapezoid rule with the first correction of Euler and Maclaurin; the tail before the grid
    as that of the exponential which continues the first point.
    """
    panels = (density[1:] + density[:-1]) * step / 2
    sums = F.pad(panels.cumsum(0), (1, 0))
    ends = density * slope
    return sums - step**2 / 12 * (ends - ends[0]) + density[0] / slope[0]


def _interpolate(x: Tensor, y: Tensor, at: Tensor) -> Tensor:
    """The line through the points (x, y), x ascending, at `at`; continued beyond both ends."""
    right = torch.searchsorted(x, at).clamp(1, len(x) - 1)
    left = right - 1
    return y[left] + (at - x[left]) * (y[right] - y[left]) / (x[right] - x[left])
