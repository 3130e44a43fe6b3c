"""Distributions of z written down: plain dictionaries, as in `vae.latent`, and their names.

- `{"family": one of vae.families, ..., "as": form}`, independent and the same in every dimension.
  The form is one of `FORMS`, raw where it is left out:
  raw, the numbers as they are;
  standardised, moved and stretched to the mean and standard deviation of the model's prior;
  matched, Q(F(z)) with F the distribution's cumulative distribution function and Q the prior's
  quantile function. F(z) is uniform, so this is the prior exactly.
- `{"family": "prior"}`, the model's own p(z).
- `{"family": "gaussian"}`, the aggregate posterior as one Gaussian with full covariance;
  `{"family": "classes"}`, as one for each class, each class as likely as another;
  `{"family": "mixture"}`, as a mixture of Gaussians found without labels (`vae.sampling.mixture`).
- `{"family": "encodings"}`, the aggregate posterior itself: a sample of q(z|x) of an encoded digit.

The last four are read from the statistics in a checkpoint; see `vae.evaluation.statistics`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vae.families import FAMILIES, family_of

FORMS = ("raw", "standardised", "matched")
PRIOR = {"family": "prior"}


@dataclass(frozen=True)
class Fit:
    """A distribution fitted to the encodings: what it is called on a button, shortly and in a
    table, and the statistics that it needs."""

    button: str
    short: str
    label: str
    needs: tuple[str, ...]


FITTED = {
    "gaussian": Fit(
        "one Gaussian",
        "one Gaussian",
        "one Gaussian fitted to the encodings",
        ("mean", "covariance"),
    ),
    "classes": Fit(
        "per class",
        "a Gaussian per class",
        "a Gaussian fitted to each digit class",
        ("class_mean", "class_covariance"),
    ),
    "mixture": Fit(
        "mixture",
        "mixture of Gaussians",
        "a mixture of Gaussians fitted to the encodings",
        ("mixture.weight", "mixture.mean", "mixture.covariance"),
    ),
    "encodings": Fit(
        "encodings",
        "resampled encodings",
        "encodings of real digits, resampled",
        ("encodings.mean", "encodings.std"),
    ),
}
LABELS = {"prior": "the model's prior", **{name: fit.label for name, fit in FITTED.items()}}
# What the students' reports drew from, raw: N(0, 1), Gaussian(1, 2) and their five Betas.
REPORTED = tuple(
    FAMILIES[family].spec(*values)
    for family in ("normal", "beta")
    for values in FAMILIES[family].offered
)


def check(spec: Mapping[str, Any]) -> None:
    """Raises ValueError, saying what was expected, when nothing can be drawn from `spec`."""
    family, form = spec.get("family"), spec.get("as", "raw")
    if family not in FAMILIES and family not in LABELS:
        raise ValueError(
            f"family: expected one of {', '.join([*FAMILIES, *LABELS])}, got {family!r}"
        )
    if form not in FORMS:
        raise ValueError(f"as: expected one of {', '.join(FORMS)}, got {form!r}")
    if family in FAMILIES:
        FAMILIES[family].read(spec)
    elif form != "raw":
        raise ValueError(f"as: expected raw, for {family} is in the model's units, got {form!r}")


def reduce(spec: Mapping[str, Any], prior: Mapping[str, Any]) -> dict[str, Any]:
    """The simplest spec that gives the same z as `spec` in a model with this prior.

    What is matched is the prior; so is what is standardised and of the prior's shape. All
    distributions of a location-scale family are alike when standardised.
    """
    if spec["family"] not in FAMILIES:
        return dict(spec)
    family, form = family_of(spec), spec.get("as", "raw")
    plain = {key: value for key, value in spec.items() if key != "as"}
    alike = form == "standardised" and family.location_scale
    if alike:
        plain = family.spec(*family.standard)
    same_shape = plain == prior or (alike and family is family_of(prior))
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
    family, form = family_of(spec), spec.get("as", "raw")
    text = family.label(family.read(spec))
    return text if form == "raw" else f"{text}, {form}"
