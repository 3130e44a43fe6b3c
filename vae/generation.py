"""What a model generates from a distribution of z, measured beside real digits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from statistics import mean, stdev
from typing import Any

import torch
from torch import Tensor

from vae import latent, measures, sampler
from vae.classifier import Classifier
from vae.data import Digits, grey
from vae.model import VAE

BATCH = 500
# By name: what a table shows for it, which way is better, and a plain sentence.
MEASURES = {
    "frechet_distance": {
        "label": "Fréchet distance",
        "better": "lower",
        "definition": "How far the generated digits as a whole are from the real ones: the "
        "distance between two Gaussians, one fitted to what the classifier sees in each.",
    },
    "precision": {
        "label": "precision",
        "better": "higher",
        "definition": "The share of generated digits that lie as near to a real digit as its third "
        "nearest real neighbour does: clarity.",
    },
    "recall": {
        "label": "recall",
        "better": "higher",
        "definition": "The share of real digits that lie as near to a generated digit as its third "
        "nearest generated neighbour does: diversity.",
    },
    "density": {
        "label": "density",
        "better": "higher",
        "definition": "To how many real digits a generated one is nearer than their fifth nearest "
        "real neighbour, divided by five: about 1 for real digits, more where generated ones crowd "
        "among the most typical.",
    },
    "coverage": {
        "label": "coverage",
        "better": "higher",
        "definition": "The share of real digits that have a generated one as near as their fifth "
        "nearest real neighbour: diversity.",
    },
    "class_entropy": {
        "label": "class entropy",
        "better": "higher",
        "definition": "How evenly the classifier's ten readings are spread, in nats: 0 when all "
        "are the same digit, 2.303 when every digit is as frequent as another.",
    },
    "smallest_class_share": {
        "label": "rarest digit",
        "better": "higher",
        "definition": "The share of the digit that the classifier reads least often; 0.1 at most.",
    },
    "confidence": {
        "label": "confidence",
        "better": "higher",
        "definition": "The probability that the classifier gives to its own reading, on average: "
        "high also for what looks like no digit, so never to be read alone.",
    },
}


def distributions() -> dict[str, dict[str, Any]]:
    """Every distribution of the table, by name: the specs that `vae.sampler` reads.

    Uniform(0, 1) is Beta(1, 1). What is equal in a model by `sampler.reduce` is measured once.
    """
    plain = [
        latent.STANDARD_NORMAL,
        {"family": "normal", "mean": 1.0, "std": 2.0},
        {"family": "normal", "mean": 1.0, "std": 2.0**0.5},
        *(
            {"family": "beta", "alpha": alpha, "beta": beta}
            for alpha, beta in ((0.25, 0.25), (1.0, 1.0), (1.1, 1.1), (1.1, 2.0), (4.0, 3.0))
        ),
    ]
    forms = [{**spec, "as": form} for spec in plain for form in sampler.FORMS[1:]]
    fitted = [{"family": family} for family in sampler.LABELS]
    return {sampler.name(spec): spec for spec in [*fitted, *plain, *forms]}


class Judge:
    """A frozen classifier and the real digits that generated ones are held against."""

    def __init__(self, classifier: Classifier, reference: Digits):
        self.classifier = classifier
        features, _ = self._see(map(grey, reference.images.split(BATCH)))
        self.reference = measures.neighbourhoods(features)

    def measure(self, pictures: Iterable[Tensor]) -> dict[str, Any]:
        """Every measure of `MEASURES`, and `classes`, the share of each digit (10,), of pictures
        that come in batches (B, 1, 28, 28) in [0, 1]."""
        features, probabilities = self._see(pictures)
        classes = probabilities.argmax(1)
        found = measures.neighbourhoods(features)
        return {
            "frechet_distance": measures.frechet_distance(self.reference.points, features),
            **asdict(measures.fidelity(self.reference, found)),
            "class_entropy": measures.class_entropy(classes),
            "smallest_class_share": measures.smallest_class_share(classes),
            "confidence": measures.confidence(probabilities),
            "classes": measures.class_shares(classes).tolist(),
        }

    @torch.no_grad()
    def _see(self, pictures: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
        """Features (N, F) and class probabilities (N, 10)."""
        features = torch.cat([self.classifier.features(batch) for batch in pictures])
        # The logits are a linear function of the features, so nothing is computed twice.
        return features, self.classifier.layers[-1](features).softmax(1)


@torch.no_grad()
def generate(
    model: VAE,
    spec: Mapping[str, Any],
    statistics: Mapping[str, Tensor],
    count: int,
    generator: torch.Generator,
) -> Iterator[Tensor]:
    """`count` pictures, the means of p(x|z) for z drawn from `spec`, in batches (B, 1, 28, 28).

    A conditional model is asked for every digit as often as another, at random. Raises ValueError
    as `sampler.sample` does.
    """
    z = sampler.sample(spec, model.config, statistics, count, generator)
    y = torch.randint(model.config.classes or 1, (count,), generator=generator)
    for batch, labels in zip(z.split(BATCH), y.split(BATCH), strict=True):
        yield model.decode(batch, labels if model.config.classes else None).mean


def evaluate(
    judge: Judge,
    model: VAE,
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


def floor(judge: Judge, digits: Digits, count: int, seeds: Iterable[int]) -> dict[str, Any]:
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
