"""Where the VAE and the GAN meet: what their duel and its tuning share.

Both train on one thread against processor seconds and have their samples measured by one judge.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vae import checkpoint, command, evaluation, generation, latent, sampler
from vae.data import Digits
from vae.generation import Judge
from vae.model import VAE
from vae.presets import PRESETS


@dataclass(frozen=True)
class Arena:
    """What all runs share. classifier: the hash of the judge's. samples: digits drawn for a
    measurement."""

    train: Digits
    test: Digits
    judge: Judge
    classifier: str
    samples: int

    def measure(self, model: VAE, fits: Mapping[str, Tensor]) -> dict[str, dict[str, Any]]:
        """The figures of the model's samples, by sampler. fits: what `class_fits` gives."""
        return {
            name: self.judge.measure(generate(model, name, fits, self.samples))
            for name in samplers(model)
        }

    def protocol(self, times: Sequence[float], seeds: Sequence[int]) -> dict[str, Any]:
        """What the figures depend on beside the entrants."""
        return {
            "seconds": times[-1],
            "times": list(times),
            "seeds": list(seeds),
            "samples": self.samples,
            "batch_size": PRESETS["gan"].recipe.batch_size,
            "classifier": self.classifier,
            "reference": f"the {len(self.test):,} test digits of MNIST",
        }


def parser(name: str, description: str, seconds: float) -> argparse.ArgumentParser:
    """The options of `python -m NAME`; `seconds` is the default of one."""
    result = command.parser(name, description, threads=False)
    result.add_argument(
        "--seconds", type=float, default=seconds, help=f"of a run (default: {seconds:g})"
    )
    result.add_argument("--samples", type=int, default=10_000, help="digits a measurement")
    return result


def enter(options: argparse.Namespace) -> Arena:
    """What the options ask for. Raises ValueError, FileNotFoundError or CheckpointError."""
    for name in ("seconds", "samples"):
        if not getattr(options, name) > 0:
            raise ValueError(f"--{name}: expected above 0, got {getattr(options, name)}")
    # Processor seconds of several threads would pass faster than those of a clock.
    torch.set_num_threads(1)
    train, test = command.digits(options)
    classifier = checkpoint.load_classifier(options.weights)
    return Arena(train, test, Judge(classifier, test), classifier.hash, options.samples)


def samplers(model: VAE) -> list[str]:
    """The names in `vae.sampler.LABELS` of where z is drawn from here."""
    return ["prior", "classes"] if model.config.encoder else ["prior"]


def class_fits(model: VAE, digits: Digits, seed: int = 0) -> dict[str, Tensor]:
    """`class_mean` (10, D) and `class_covariance` (10, D, D) of one sample of q(z|x) a digit; of
    a model without encoder nothing."""
    if not model.config.encoder:
        return {}
    z = latent.rsample(evaluation.posterior(model, digits), torch.Generator().manual_seed(seed))
    of_class = [z[digits.labels == label] for label in range(10)]
    return {
        "class_mean": torch.stack([rows.mean(0) for rows in of_class]),
        "class_covariance": torch.stack([rows.T.cov() for rows in of_class]),
    }


def generate(model: VAE, name: str, fits: Mapping[str, Tensor], count: int) -> Iterator[Tensor]:
    """`count` pictures from the sampler of that name, always the same, in batches."""
    generator = torch.Generator().manual_seed(0)
    return generation.generate(model, {"family": name}, fits, count, generator)


def in_words(figures: Mapping[str, Any]) -> str:
    """The Frechet distance under each sampler."""
    return ", ".join(
        f"{name} {figures[name]['frechet_distance']:.1f}"
        for name in sampler.LABELS
        if name in figures
    )
