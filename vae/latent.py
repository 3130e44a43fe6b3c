"""Where z comes from: p(z) and q(z|x), independent over the latent dimensions.

A distribution is written down as a plain dictionary, `{"family": "normal", "mean": 0, "std": 1}` or
`{"family": "beta", "alpha": 4, "beta": 3}`, in checkpoints, links and API calls alike; each family
is a file of `vae.families`. `vae.sampling` adds the distributions that a model's encodings decide.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution

from vae.families import FAMILIES, Family, family_of

STANDARD_NORMAL = {"family": "normal", "mean": 0.0, "std": 1.0}


def distribution(spec: Mapping[str, Any], latents: int, device: Any = None) -> Distribution:
    """The distribution that `spec` writes down, independent over `latents` dimensions.

    Returns a `torch.distributions` object of batch shape (D,). Raises ValueError when the family
    is not known, or a parameter is missing, not finite, or out of its range.
    """
    family = family_of(spec)
    values = (torch.full((latents,), value, device=device) for value in family.read(spec))
    return family.distribution(*values)


def quantile(spec: Mapping[str, Any], u: Tensor) -> Tensor:
    """The z with F(z) = u for every u in (0, 1), float64: the inverse of the cumulative
    distribution function of what `spec` writes down. Raises ValueError as `distribution` does.

    The same u put through the quantile functions of two distributions is one draw seen through
    both: common random numbers, under which nothing differs but the distribution.
    """
    family = family_of(spec)
    return family.quantile(family.read(spec), u)


def rsample(q: Distribution, generator: torch.Generator) -> Tensor:
    """One reparametrised sample of `q`, differentiable in its parameters, shape `q.batch_shape`."""
    return _family(q).rsample(q, generator)


def sample(p: Distribution, count: int, generator: torch.Generator) -> Tensor:
    """`count` independent draws of z from `p`, shape (count, D)."""
    with torch.no_grad():
        return rsample(p.expand((count, *p.batch_shape)), generator)


def standardise(z: Tensor, p: Distribution) -> Tensor:
    """z in units of `p`: mean 0 and standard deviation 1 in every dimension if z ~ p."""
    return (z - p.mean) / p.stddev


def _family(q: Distribution) -> Family:
    return next(family for family in FAMILIES.values() if isinstance(q, family.kind))
