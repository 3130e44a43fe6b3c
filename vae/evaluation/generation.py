"""What a model generates from a distribution of z, measured beside real images."""

from collections.abc import Iterable, Iterator, Mapping
from statistics import mean, stdev
from typing import Any

import torch
from torch import Tensor

from vae import sampling
from vae.data import Examples, grey
from vae.evaluation.judge import BATCH, MEASURES, Judge
from vae.families import FAMILIES
from vae.model import Decoder


def distributions() -> dict[str, dict[str, Any]]:
    """Every distribution of the table, by name: the specs that `vae.sampling` reads.

    Uniform(0, 1) is Beta(1, 1). What is equal in a model by `sampling.reduce` is measured once.
    """
    standard, wide, *betas = sampling.REPORTED
    plain = [standard, wide, FAMILIES["normal"].spec(1, 2**0.5), *betas]
    forms = [{**spec, "as": form} for spec in plain for form in sampling.FORMS[1:]]
    fitted = [{"family": family} for family in sampling.LABELS]
    return {sampling.name(spec): spec for spec in [*fitted, *plain, *forms]}


@torch.no_grad()
def generate(
    model: Decoder,
    spec: Mapping[str, Any],
    statistics: Mapping[str, Tensor],
    count: int,
    generator: torch.Generator,
) -> Iterator[Tensor]:
    """`count` pictures, the means of p(x|z) for z drawn from `spec`, in batches (B, 1, 28, 28).

    A conditional model is asked for every digit as often as another, at random. Raises ValueError
    as `sampling.sample` does.
    """
    z = sampling.sample(spec, model.config, statistics, count, generator)
    y = torch.randint(model.config.classes or 1, (count,), generator=generator)
    for batch, labels in zip(z.split(BATCH), y.split(BATCH), strict=True):
        yield model.decode(batch, labels if model.config.classes else None).mean


def evaluate(
    judge: Judge,
    model: Decoder,
    spec: Mapping[str, Any],
    statistics: Mapping[str, Tensor],
    count: int,
    seeds: Iterable[int],
) -> dict[str, Any]:
    """The mean and the spread, over sampling seeds, of every measure of `count` generated digits;
    see `summary`."""
    return summary(
        [
            judge.measure(
                generate(model, spec, statistics, count, torch.Generator().manual_seed(seed))
            )
            for seed in seeds
        ]
    )


def floor(judge: Judge, digits: Examples, count: int, seeds: Iterable[int]) -> dict[str, Any]:
    """The same of `count` real digits, drawn from others than the reference: what a perfect model
    would reach, for two samples of real digits differ, too."""
    found = []
    for seed in seeds:
        order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(seed))
        found.append(judge.measure(map(grey, digits.images[order[:count]].split(BATCH))))
    return summary(found)


def summary(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several measurements: {"mean", "spread"} of each measure, where the spread is the standard
    deviation (0 of a single one), and the mean `classes`. To 5 significant digits."""
    result: dict[str, Any] = {}
    for name in MEASURES:
        values = [figures[name] for figures in found]
        spread = stdev(values) if len(values) > 1 else 0.0
        result[name] = short({"mean": mean(values), "spread": spread})
    shares = zip(*(figures["classes"] for figures in found), strict=True)
    return {**result, "classes": short([mean(share) for share in shares])}


def short(value: Any) -> Any:
    """Numbers to 5 significant digits, anywhere in plain data."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [short(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
