"""What a finding looks like: rows of digits to compare, with what there is to see in them.

weights/exhibits.json holds

- `exhibits`, by name: `title`, `see` (a sentence) and `rows`, each with `model`, `words`
  (what sets it apart) and `picture`;
- `pictures`, by name: `png`, a base64 PNG of 2 rows of 10 digits, 28 x 28 pixels each, or of a
  plane of codes, and `alt`, what the classifier reads in them or what the plane is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae import latent
from vae.classifier import Classifier
from vae.pictures import base64_png, grid
from vae.studies.claims.rows import (
    COLUMNS,
    Row,
    as_trained,
    at_epoch,
    at_mean,
    drawn,
    encoded,
    log_variance,
)
from vae.studies.claims.scatter import neighbours, principal, scattered

STANDARD = latent.STANDARD_NORMAL
WIDE = {"family": "normal", "mean": 1.0, "std": 2.0}


def beta(alpha: float, beta: float, form: str = "raw") -> dict[str, Any]:
    return {"family": "beta", "alpha": alpha, "beta": beta, "as": form}


@dataclass(frozen=True)
class Exhibit:
    """see: in a sentence, what there is to see. rows: of one exhibit, to be compared."""

    title: str
    see: str
    rows: tuple[Row, ...]


EXHIBITS = {
    "kl": Exhibit(
        "Without the KL term",
        "Of test digits the autoencoder makes sharper copies than mlp-20, and of N(0, 1) no digit: "
        "its codes lie elsewhere.",
        (
            drawn("autoencoder", STANDARD),
            drawn("mlp-20", STANDARD),
            encoded("autoencoder", "test digits encoded", "encoded", as_trained),
            encoded("mlp-20", "test digits encoded", "encoded", as_trained),
        ),
    ),
    "epochs": Exhibit(
        "Epoch 1 and epoch 30",
        "The same z at three epochs: the strokes sharpen, and some digits become others.",
        tuple(at_epoch("mlp-20", epoch) for epoch in (1, 4, 30)),
    ),
    "mlp-20": Exhibit(
        "mlp-20 and where z is drawn from",
        "N(0, 1) makes all digits, and some that lie between two; N(1, 2²) overdone and broken "
        "strokes; the Betas the same few digits again and again.",
        tuple(drawn("mlp-20", spec) for spec in (STANDARD, WIDE, beta(0.25, 0.25), beta(4, 3))),
    ),
    "mlp-2": Exhibit(
        "Two latents and where z is drawn from",
        "The Betas fill one small corner of the plane, and show the few digits that lie there.",
        tuple(
            drawn("mlp-2", spec)
            for spec in (STANDARD, WIDE, beta(1.1, 1.1), beta(1.1, 2), beta(4, 3))
        ),
    ),
    "mlp-100": Exhibit(
        "Beta(0.25, 0.25): raw, and at the prior's mean and variance",
        "Raw, it makes a 3 of most z. Standardised, of the same shape but with mean 0 and variance "
        "1, it makes nearly the digits of N(0, 1).",
        tuple(
            drawn("mlp-100", spec)
            for spec in (
                STANDARD,
                WIDE,
                beta(0.25, 0.25),
                beta(0.25, 0.25, "standardised"),
                beta(4, 3),
            )
        ),
    ),
    "squared-error": Exhibit(
        "Cross-entropy and squared error",
        "Squared error makes the softer digits under N(0, 1); under Beta 5, 8 and 9 where "
        "cross-entropy has 3, no sharper and as much alike.",
        tuple(
            drawn(model, spec)
            for spec in (STANDARD, WIDE, beta(0.25, 0.25))
            for model in ("mlp-100", "mlp-100-mse")
        ),
    ),
    "noisy": Exhibit(
        "A posterior whose parameters are drawn",
        "N(0, 1) makes hardly a digit; N(1, 2²), which reaches further, makes more, for the codes "
        "are larger. Of encoded digits some are lost in the noise of the training; at the "
        "posterior's mean all can be read.",
        (
            drawn("mlp-100", STANDARD),
            *(drawn("mlp-100-noisy", spec) for spec in (STANDARD, WIDE, beta(0.25, 0.25))),
            encoded("mlp-100", "test digits encoded", "encoded", as_trained),
            encoded("mlp-100-noisy", "test digits encoded, with the noise", "encoded", as_trained),
            encoded("mlp-100-noisy", "the posterior's mean", "mean", at_mean),
        ),
    ),
    "betas": Exhibit(
        "Whose digit is it?",
        "The same Beta(4, 3) in five models: two digits have at least 70% of what each makes, and "
        "they are not the same two.",
        tuple(
            drawn(model, beta(4, 3))
            for model in ("mlp-20", "mlp-100", "mlp-100-mse", "mlp-2", "conv-beta")
        ),
    ),
    "annealing": Exhibit(
        "Annealed and not",
        "Of the same z both make nearly the same digits, and neither makes grainy ones.",
        tuple(
            drawn(model, spec)
            for spec in (STANDARD, WIDE, beta(4, 3))
            for model in ("mlp-2", "mlp-2-annealed")
        ),
    ),
    "conv-beta": Exhibit(
        "The convolutional model and where z is drawn from",
        "Under N(1, 2²) it makes what lies towards (1, 1, 1, 1) and beyond: here most often 7, "
        "then 8, where the report had 0. The next code to a test digit's is of its own class for "
        "86% in the four latents and in t-SNE's plane, for 67% in that of the principal "
        "components.",
        (
            *(drawn("conv-beta", spec) for spec in (STANDARD, WIDE, beta(0.25, 0.25), beta(4, 3))),
            encoded("conv-beta", "test digits encoded", "encoded", as_trained),
            scattered("conv-beta", "four latents by PCA", "pca", principal),
            scattered("conv-beta", "four latents by t-SNE", "t-sne", neighbours),
        ),
    ),
    "gan": Exhibit(
        "One decoder, trained as a VAE and as a GAN",
        "Between two digits the VAE blurs, where the GAN draws crisp strokes that may be no digit. "
        "From a fit to its codes the VAE makes cleaner ones. Under Beta the GAN, too, makes one "
        "digit of everything.",
        (
            drawn("mlp-20", STANDARD),
            drawn("mlp-20", {"family": "classes"}),
            *(drawn("gan", spec) for spec in (STANDARD, WIDE, beta(4, 3))),
        ),
    ),
    "log-variance": Exhibit(
        "The log-variance in place of the standard deviation",
        "In mlp-20, which was trained rightly, the mistake drowns the codes: where std is 0.1, the "
        "log-variance is -4.6. A training with the mistake goes to a log-variance of 0, and so to "
        "no noise at all, the last row.",
        (
            encoded("mlp-20", "mean + std ε", "encoded", as_trained),
            encoded("mlp-20", "mean + log-variance ε", "log-variance", log_variance),
            encoded("mlp-20", "mean + 0 ε", "mean", at_mean),
        ),
    ),
}


def rows() -> dict[str, Row]:
    """Every row of every exhibit, by its picture's name."""
    return {row.name: row for exhibit in EXHIBITS.values() for row in exhibit.rows}


def draw(weights: Path) -> dict[str, Tensor]:
    """What every row draws, by its picture's name. Raises FileNotFoundError or CheckpointError when
    a model is missing."""
    return {name: row.draw(weights) for name, row in rows().items()}


def content(pictures: Mapping[str, Tensor], classifier: Classifier) -> dict[str, Any]:
    """exhibits.json."""
    of = rows()
    return {
        "exhibits": {
            name: {
                "title": exhibit.title,
                "see": exhibit.see,
                "rows": [
                    {"model": row.model, "words": row.words, "picture": row.name}
                    for row in exhibit.rows
                ],
            }
            for name, exhibit in EXHIBITS.items()
        },
        "pictures": {
            name: {
                "png": base64_png(grid(x, of[name].columns)),
                "alt": of[name].alt or read(x, classifier),
            }
            for name, x in pictures.items()
        },
    }


@torch.no_grad()
def read(x: Tensor, classifier: Classifier) -> str:
    """What the classifier makes of a picture, for those who cannot see it."""
    lines = classifier(x).argmax(1).view(-1, COLUMNS).tolist()
    digits = " / ".join(" ".join(map(str, line)) for line in lines)
    return f"{len(x)} digits, which the classifier reads as {digits}"
