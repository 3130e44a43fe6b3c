"""The frozen classifier p(y|x), which reads digits; its features measure generated ones."""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from vae.data import Digits, grey
from vae.networks import Layer, build

CLASSES = 10
BATCH = 1000


@dataclass(frozen=True)
class ClassifierConfig:
    """The layers up to and including the logits; the input of the last is the features."""

    layers: list[Layer]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Classifier(nn.Module):
    """p(y|x) for digits y in 0..9, and the features it is read from."""

    def __init__(self, config: ClassifierConfig):
        super().__init__()
        self.config = config
        self.layers = build(config.layers)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (B, 10) of images x (B, 1, 28, 28) in [0, 1]."""
        return self.layers(x)

    def classify(self, x: Tensor) -> Categorical:
        """p(y|x), batch shape (B,)."""
        return Categorical(logits=self(x).float(), validate_args=False)

    def features(self, x: Tensor) -> Tensor:
        """What the logits are a linear function of, (B, F)."""
        return self.layers[:-1](x)

    @torch.no_grad()
    def figures(self, digits: Digits) -> dict[str, float]:
        """accuracy: the share read rightly. total: the mean of -log p(y|x), in nats."""
        right, nats = 0, 0.0
        for images, labels in zip(
            digits.images.split(BATCH), digits.labels.split(BATCH), strict=True
        ):
            p = self.classify(grey(images))
            right += (p.logits.argmax(-1) == labels).sum().item()
            nats -= p.log_prob(labels).sum().item()
        return {"accuracy": right / len(digits), "total": nats / len(digits)}
