"""z drawn from what `vae.sampling.specs` writes down, by common random numbers: the same uniforms
go through the quantile function of whatever is chosen, so two draws differ in the distribution
alone.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from vae import latent
from vae.families import Family, family_of
from vae.latent import quantile
from vae.model import DecoderConfig
from vae.sampling.specs import FITTED, check


def sample(
    spec: Mapping[str, Any],
    config: DecoderConfig,
    statistics: Mapping[str, Tensor],
    count: int,
    generator: torch.Generator,
) -> Tensor:
    """`count` independent draws of z for the model of `config`, (count, D) float32 on the CPU.

    Two draws with equally seeded generators from factorised distributions (the prior is one) use
    the same uniforms, so they differ in the distribution alone. Raises ValueError when the spec
    cannot be read or `statistics` lacks what it needs.
    """
    check(spec)
    family = spec["family"]
    if family not in FITTED:
        u = torch.rand(count, config.latents, dtype=torch.float64, generator=generator)
        return _factorised(spec, config.prior, u.clamp(min=2**-53)).float()
    needs = FITTED[family].needs
    if missing := [name for name in needs if name not in statistics]:
        raise ValueError(
            f"{family}: expected the statistics {', '.join(needs)}, got none of the name "
            f"{missing[0]}; python -m vae.evaluation.backfill adds those of a model with an encoder"
        )
    values = [statistics[name].double() for name in needs]
    if family == "encodings":
        return _encodings(*values, family_of(config.prior), count, generator).float()
    if family == "gaussian":
        values = [value.unsqueeze(0) for value in values]
    if family != "mixture":
        values = [torch.ones(len(values[0])), *values]
    return _mixture(*values, count, generator).float()


def _factorised(spec: Mapping[str, Any], prior: Mapping[str, Any], u: Tensor) -> Tensor:
    form = spec.get("as", "raw")
    if spec["family"] == "prior" or form == "matched":
        return quantile(prior, u)
    z = quantile(spec, u)
    if form == "raw":
        return z
    own, target = (latent.distribution(one, 1) for one in (spec, prior))
    return target.mean + target.stddev * latent.standardise(z, own)


def _mixture(
    weights: Tensor, means: Tensor, covariances: Tensor, count: int, generator: torch.Generator
) -> Tensor:
    """Draws of sum_k w_k N(m_k, S_k), (count, D): weights (K,), means (K, D), S (K, D, D)."""
    chosen = torch.multinomial(weights, count, replacement=True, generator=generator)
    z = torch.randn(count, means.shape[1], dtype=torch.float64, generator=generator)
    for k in chosen.unique():
        rows = chosen == k
        z[rows] = means[k] + z[rows] @ _square_root(covariances[k])
    return z


def _square_root(covariance: Tensor) -> Tensor:
    """The symmetric R with R R = S; an S that rounding has left indefinite counts as the nearest
    that is not."""
    values, vectors = torch.linalg.eigh(covariance)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def _encodings(
    means: Tensor, stds: Tensor, family: Family, count: int, generator: torch.Generator
) -> Tensor:
    """Samples of the posteriors with these moments (N, D), of the prior's family; (count, D)."""
    rows = torch.randint(len(means), (count,), generator=generator)
    return family.rsample(family.from_moments(means[rows], stds[rows]), generator)
