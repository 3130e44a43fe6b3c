"""The frozen classifier p(y|x), which reads digits; its features measure generated ones."""

from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor, nn
from torch.distributions import Categorical

from vae.networks import Layer, build

CLASSES = 10


@dataclass(frozen=True)
class ClassifierConfig:
    """The layers up to and including the logits; the input of the last is the features."""

    layers: list[Layer]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Classifier(nn.Module):
    """p(y|x) for digits y in 0..9, and the features it is read from. record: of its training, and
    hash: of its file, where it comes from a checkpoint."""

    record: Any = None
    hash: str = ""

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
