"""Rows of digits to compare, drawn from the shipped files alone: no MNIST, no training.

All rows use the same random numbers, so that what is in one column differs in nothing but what the
rows are named after.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Normal

from vae import checkpoints, sampling
from vae.evaluation import generation
from vae.model import VAE
from vae.training import snapshots

COUNT, COLUMNS = 20, 10
Posterior = Callable[[VAE, Normal, torch.Generator], Tensor]


@dataclass(frozen=True)
class Row:
    """words: what sets it apart. name: of the picture, as its file's. draw: gives its parts, in
    [0, 1], from a folder of weights: the means of p(x|z), (COUNT, 1, 28, 28), or a single picture.
    columns: of parts. alt: for those who cannot see it; by default what the classifier reads."""

    model: str
    words: str
    name: str
    draw: Callable[[Path], Tensor]
    columns: int = COLUMNS
    alt: str = ""


def seeded() -> torch.Generator:
    """The same random numbers for every row."""
    return torch.Generator().manual_seed(0)


def drawn(model: str, spec: Mapping[str, Any]) -> Row:
    """Samples of a model, z drawn from what `vae.sampling` reads."""

    def draw(weights: Path) -> Tensor:
        fitted = spec["family"] in sampling.FITTED
        statistics = checkpoints.load_statistics(model, weights) if fitted else {}
        return _samples(checkpoints.load(model, weights), spec, statistics)

    return Row(model, sampling.label(spec), f"{model}-{sampling.name(spec)}", draw)


def at_epoch(model: str, epoch: int) -> Row:
    """Samples of a model's prior as it was at an epoch of its training; 0 is before it."""

    def draw(weights: Path) -> Tensor:
        film = snapshots.load(model, weights)
        kept = next(one.model for one in film if one.entry["epoch"] == epoch)
        return _samples(kept, sampling.PRIOR, {})

    return Row(model, f"epoch {epoch}", f"{model}-epoch-{epoch}", draw)


def encoded(model: str, words: str, name: str, z: Posterior) -> Row:
    """What a model with a normal posterior decodes of two test digits of every class, 0 to 9, for
    z(model, q(z|x), generator)."""

    @torch.no_grad()
    def draw(weights: Path) -> Tensor:
        found, network = (
            checkpoints.load_statistics(model, weights),
            checkpoints.load(model, weights),
        )
        of_class = [(found["encodings.label"] == digit).nonzero().flatten() for digit in range(10)]
        rows = torch.stack([own[:2] for own in of_class], 1).flatten()
        mean, std = (found[f"encodings.{name}"][rows].float() for name in ("mean", "std"))
        q = Normal(mean, std, validate_args=False)  # in half precision a std may be 0
        return network.decode(z(network, q, seeded())).mean

    return Row(model, words, f"{model}-{name}", draw)


def as_trained(model: VAE, q: Normal, generator: torch.Generator) -> Tensor:
    """z as in training: mean + std eps, and in a noisy model its noise."""
    return model.sample_posterior(q, generator)


def at_mean(model: VAE, q: Normal, generator: torch.Generator) -> Tensor:
    """z = mean."""
    return q.mean


def log_variance(model: VAE, q: Normal, generator: torch.Generator) -> Tensor:
    """z = mean + log-variance eps: the mistake."""
    return q.mean + 2 * q.stddev.log() * torch.randn(q.batch_shape, generator=generator)


def _samples(model: VAE, spec: Mapping[str, Any], statistics: Mapping[str, Tensor]) -> Tensor:
    return torch.cat([*generation.generate(model, spec, statistics, COUNT, seeded())])
