"""Inverse cumulative distribution functions: the z below which a share u of a distribution lies.

The same u put through the quantile functions of two distributions is one draw seen through both:
common random numbers, under which nothing differs but the distribution.
"""

from collections.abc import Mapping
from math import lgamma, log, sqrt
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor
from torch.special import ndtri

from vae import latent

# Of the table of a Beta distribution: steps a scale, and how many scales it reaches to each side.
STEPS, REACH = 400, 40


def quantile(spec: Mapping[str, Any], u: Tensor) -> Tensor:
    """The z with F(z) = u for every u in (0, 1); float64, the shape of u.

    spec: a normal, beta or uniform distribution as `vae.latent` writes it; raises ValueError as
    `latent.distribution` does. Exact to 1e-6 in probability where alpha and beta are 0.05 to 1000.
    """
    latent.distribution(spec, 1)
    first, second = (float(spec[name]) for name in latent.PARAMETERS[spec["family"]])
    u = u.double()
    if spec["family"] == "normal":
        return first + second * ndtri(u)
    if spec["family"] == "uniform":
        return first + (second - first) * u
    return _interpolate(*_beta_table(first, second), u.logit()).sigmoid()


def _beta_table(a: float, b: float) -> tuple[Tensor, Tensor]:
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
