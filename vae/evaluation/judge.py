"""Generated images seen through two frozen classifiers, held against real ones."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from vae.classifier import Classifier
from vae.data import Examples, grey
from vae.evaluation import measures

BATCH = 500
# By name: what a table shows for it, which way is better, and a plain sentence.
MEASURES = {
    "frechet_distance": {
        "label": "Fréchet distance",
        "better": "lower",
        "definition": "How far the generated digits as a whole are from the real ones: the "
        "distance between two Gaussians, one fitted to what the classifier sees in each.",
    },
    "second_frechet_distance": {
        "label": "Fréchet distance, second classifier",
        "better": "lower",
        "definition": "The same by the features of another classifier, which no model was trained "
        "with. Its unit is another: compare models with models, not one classifier with the other.",
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


class Judge:
    """Two frozen classifiers and the real digits that generated ones are held against. By the
    second, the Frechet distance alone is measured."""

    def __init__(self, classifier: Classifier, second: Classifier, reference: Examples):
        self.classifier, self.second = classifier, second
        features, _, self.second_reference = self._see(map(grey, reference.images.split(BATCH)))
        self.reference = measures.neighbourhoods(features)

    def measure(self, pictures: Iterable[Tensor]) -> dict[str, Any]:
        """Every measure of `MEASURES`, and `classes`, the share of each digit (10,), of pictures
        that come in batches (B, 1, 28, 28) in [0, 1]."""
        features, probabilities, by_second = self._see(pictures)
        classes = probabilities.argmax(1)
        found = measures.neighbourhoods(features)
        return {
            "frechet_distance": measures.frechet_distance(self.reference.points, features),
            "second_frechet_distance": measures.frechet_distance(self.second_reference, by_second),
            **asdict(measures.fidelity(self.reference, found)),
            "class_entropy": measures.class_entropy(classes),
            "smallest_class_share": measures.smallest_class_share(classes),
            "confidence": measures.confidence(probabilities),
            "classes": measures.class_shares(classes).tolist(),
        }

    @torch.no_grad()
    def _see(self, pictures: Iterable[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Features (N, F), class probabilities (N, 10), and the features of the second (N, G)."""
        seen = [(self.classifier.features(x), self.second.features(x)) for x in pictures]
        features, by_second = (torch.cat(part) for part in zip(*seen, strict=True))
        # The logits are a linear function of the features, so nothing is computed twice.
        return features, self.classifier.layers[-1](features).softmax(1), by_second
