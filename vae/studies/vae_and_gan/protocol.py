"""What the comparison of VAE and GAN and the tuning of both share.

Both train on one thread against processor seconds and have their samples measured by one judge.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae import checkpoints, cli, sampling
from vae.data import Examples
from vae.evaluation import generation
from vae.evaluation.judge import Judge
from vae.evaluation.losses import posterior
from vae.evaluation.statistics import class_fits, mixture_statistics
from vae.model import VAE, Decoder
from vae.training.presets import PRESETS


@dataclass(frozen=True)
class Conditions:
    """What all runs share. samples: digits drawn for a measurement."""

    train: Examples
    test: Examples
    judge: Judge
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
            "classifier": self.judge.classifier.hash,
            "second_classifier": self.judge.second.hash,
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
    second = checkpoints.load_classifier(options.weights, checkpoints.SECOND_CLASSIFIER)
    judge = Judge(classifier, second, test)
    return Conditions(train, test, judge, options.samples)


def samplers(model: Decoder) -> list[str]:
    """The names in `sampling.LABELS` of where z is drawn from here."""
    return ["prior", "mixture", "classes"] if isinstance(model, VAE) else ["prior"]


def fits(model: Decoder, digits: Examples) -> dict[str, Tensor]:
    """Of the digits' encodings, a mixture, which needs no labels, and a Gaussian for each class; of
    a model without encoder nothing."""
    if not isinstance(model, VAE):
        return {}
    q = posterior(model, digits)
    return class_fits(q, digits.labels, len(digits.classes)) | mixture_statistics(q)


def generate(model: Decoder, name: str, fits: Mapping[str, Tensor], count: int) -> Iterator[Tensor]:
    """`count` pictures from the sampler of that name, always the same, in batches."""
    generator = torch.Generator().manual_seed(0)
    return generation.generate(model, {"family": name}, fits, count, generator)


def kept(path: Path, key: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """What an interrupted command has written: nothing, where it was by another protocol."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return before if before.get("protocol") == described and key in before else {}


def in_words(figures: Mapping[str, Any]) -> str:
    """The Frechet distance under each sampler."""
    return ", ".join(
        f"{name} {figures[name]['frechet_distance']:.1f}"
        for name in sampling.LABELS
        if name in figures
    )
