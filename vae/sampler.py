"""Where a generated digit's z comes from: a distribution that a person names, or one fitted to
where a model puts the digits.

Written down as plain dictionaries, as in `vae.latent`:

- `{"family": "normal" | "beta" | "uniform", ..., "as": form}`, independent and the same in every
  dimension. The form is one of `FORMS`, raw where it is left out:
  raw, the numbers as they are;
  standardised, moved and stretched to the mean and standard deviation of the model's prior;
  matched, Q(F(z)) with F the distribution's cumulative distribution function and Q the prior's
  quantile function. F(z) is uniform, so this is the prior exactly.
- `{"family": "prior"}`, the model's own p(z).
- `{"family": "gaussian"}`, the aggregate posterior as one Gaussian with full covariance;
  `{"family": "classes"}`, as one for each digit class, each class as likely as another;
  `{"family": "mixture"}`, as a mixture of Gaussians found without labels (`vae.mixture`).
- `{"family": "encodings"}`, the aggregate posterior itself: a sample of q(z|x) of an encoded digit.

The last four are read from the statistics in a checkpoint; see `vae.evaluation.statistics`.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Beta, Normal

from vae import latent
from vae.model import VAEConfig
from vae.quantile import quantile

FORMS = ("raw", "standardised", "matched")
FITTED = {
    "gaussian": ("mean", "covariance"),
    "classes": ("class_mean", "class_covariance"),
    "mixture": ("mixture.weight", "mixture.mean", "mixture.covariance"),
    "encodings": ("encodings.mean", "encodings.std"),
}
LABELS = {
    "prior": "the model's prior",
    "gaussian": "one Gaussian fitted to the encodings",
    "classes": "a Gaussian fitted to each digit class",
    "mixture": "a mixture of Gaussians fitted to the encodings",
    "encodings": "encodings of real digits, resampled",
}
PRIOR = {"family": "prior"}
# In half precision a posterior's standard deviation and its distance from an edge may be 0; these
# are the least that leave a Beta distribution which can be sampled.
LEAST_STD, LEAST_TOTAL = 1e-4, 0.1


def sample(
    spec: Mapping[str, Any],
    config: VAEConfig,
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
    if missing := [name for name in FITTED[family] if name not in statistics]:
        raise ValueError(
            f"{family}: expected the statistics {', '.join(FITTED[family])}, got none of the name "
            f"{missing[0]}; python -m vae.backfill adds those of a model with an encoder"
        )
    values = [statistics[name].double() for name in FITTED[family]]
    if family == "encodings":
        return _encodings(*values, config.prior["family"], count, generator).float()
    if family == "gaussian":
        values = [value.unsqueeze(0) for value in values]
    if family != "mixture":
        values = [torch.ones(len(values[0])), *values]
    return _mixture(*values, count, generator).float()


def check(spec: Mapping[str, Any]) -> None:
    """Raises ValueError, saying what was expected, when nothing can be drawn from `spec`."""
    family, form = spec.get("family"), spec.get("as", "raw")
    families = [*latent.PARAMETERS, *LABELS]
    if family not in families:
        raise ValueError(f"family: expected one of {', '.join(families)}, got {family!r}")
    if form not in FORMS:
        raise ValueError(f"as: expected one of {', '.join(FORMS)}, got {form!r}")
    if family in latent.PARAMETERS:
        latent.distribution(spec, 1)
    elif form != "raw":
        raise ValueError(f"as: expected raw, for {family} is in the model's units, got {form!r}")


def reduce(spec: Mapping[str, Any], prior: Mapping[str, Any]) -> dict[str, Any]:
    """The simplest spec that gives the same z as `spec` in a model with this prior.

    What is matched is the prior; so is what is standardised and of the prior's shape. All normal
    distributions are alike when standardised.
    """
    family, form = spec["family"], spec.get("as", "raw")
    if family not in latent.PARAMETERS:
        return dict(spec)
    plain = {key: value for key, value in spec.items() if key != "as"}
    if form == "standardised" and family == "normal":
        plain = latent.STANDARD_NORMAL
    same_shape = plain == prior or (
        form == "standardised" and family == prior["family"] == "normal"
    )
    if form == "matched" or same_shape:
        return PRIOR
    return plain if form == "raw" else {**plain, "as": form}


def name(spec: Mapping[str, Any]) -> str:
    """A short name for command lines and files: normal-1-2, beta-4-3-matched, mixture."""
    values = [f"{value:.4g}" for key, value in spec.items() if key not in ("family", "as")]
    form = [spec["as"]] if spec.get("as", "raw") != "raw" else []
    return "-".join([spec["family"], *values, *form])


def label(spec: Mapping[str, Any]) -> str:
    """For a table, in the notation of books, where the second number of N is a variance."""
    if spec["family"] in LABELS:
        return LABELS[spec["family"]]
    values = [spec[key] for key in latent.PARAMETERS[spec["family"]]]
    text = f"{spec['family'].capitalize()}({values[0]:g}, {values[1]:g})"
    if spec["family"] == "normal":
        square = "" if values[1] == 1 else "\u00b2"
        text = f"N({values[0]:.3g}, {values[1]:.3g}{square})"
    form = spec.get("as", "raw")
    return text if form == "raw" else f"{text}, {form}"


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
    means: Tensor, stds: Tensor, family: str, count: int, generator: torch.Generator
) -> Tensor:
    """Samples of the posteriors with these moments (N, D), of the prior's family; (count, D)."""
    rows = torch.randint(len(means), (count,), generator=generator)
    mean, std = means[rows], stds[rows]
    if family == "normal":
        return latent.rsample(Normal(mean, std, validate_args=False), generator).double()
    mean = mean.clamp(latent.EDGE, 1 - latent.EDGE)
    total = mean * (1 - mean) / std.clamp(min=LEAST_STD).square() - 1
    total = total.clamp(min=LEAST_TOTAL)
    q = Beta(mean * total, (1 - mean) * total, validate_args=False)
    return latent.rsample(q, generator)
