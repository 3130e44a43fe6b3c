"""What the comparison of VAE and GAN and the tuning of both share.

Both train on one thread against processor seconds and have their samples measured by one judge.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vae import checkpoints, cli, sampling
from vae.data import Examples
from vae.evaluation import generation
from vae.evaluation.judge import Judge
from vae.evaluation.losses import posterior
from vae.evaluation.statistics import class_fits
from vae.model import VAE, Decoder
from vae.training.presets import PRESETS


@dataclass(frozen=True)
class Conditions:
    """What all runs share. classifier: the hash of the judge's. samples: digits drawn for a
    measurement."""

    train: Examples
    test: Examples
    judge: Judge
    classifier: str
    samples: int

    def measure(self, model: Decoder, fits: Mapping[str, Tensor]) -> dict[str, dict[str, Any]]:
        """The figures of the model's samples, by sampler. fits: what `fits` gives."""
        return {
            name: self.judge.measure(generate(model, name, fits, self.samples))
            for name in samplers(model)
        }

    def describe(self, times: Sequence[float], seeds: Sequence[int]) -> dict[str, Any]:
        """What the figures depend on beside the contenders."""
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
    result = cli.parser(name, description, threads=False)
    result.add_argument(
        "--seconds", type=float, default=seconds, help=f"of a run (default: {seconds:g})"
    )
    result.add_argument("--samples", type=int, default=10_000, help="digits a measurement")
    return result


def prepare(options: argparse.Namespace) -> Conditions:
    """What the options ask for. Raises ValueError, FileNotFoundError or CheckpointError."""
    for name in ("seconds", "samples"):
        if not getattr(options, name) > 0:
            raise ValueError(f"--{name}: expected above 0, got {getattr(options, name)}")
    # Processor seconds of several threads would pass faster than those of a clock.
    torch.set_num_threads(1)
    train, test = cli.digits(options)
    classifier = checkpoints.load_classifier(options.weights)
    return Conditions(train, test, Judge(classifier, test), classifier.hash, options.samples)


def samplers(model: Decoder) -> list[str]:
    """The names in `sampling.LABELS` of where z is drawn from here."""
    return ["prior", "classes"] if isinstance(model, VAE) else ["prior"]


def fits(model: Decoder, digits: Examples) -> dict[str, Tensor]:
    """A Gaussian for each class of the digits' encodings; of a model without encoder nothing."""
    if not isinstance(model, VAE):
        return {}
    return class_fits(posterior(model, digits), digits.labels, len(digits.classes))


def generate(model: Decoder, name: str, fits: Mapping[str, Tensor], count: int) -> Iterator[Tensor]:
    """`count` pictures from the sampler of that name, always the same, in batches."""
    generator = torch.Generator().manual_seed(0)
    return generation.generate(model, {"family": name}, fits, count, generator)


def in_words(figures: Mapping[str, Any]) -> str:
    """The Frechet distance under each sampler."""
    return ", ".join(
        f"{name} {figures[name]['frechet_distance']:.1f}"
        for name in sampling.LABELS
        if name in figures
    )
