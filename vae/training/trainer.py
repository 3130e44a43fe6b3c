"""What is trained: networks, their weights' moving average, optimisers, and the history so far.

`trainers` fills it in for a VAE, a GAN and the classifier; `loop` and `resume` ask no more of it.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer
from torch.optim.swa_utils import AveragedModel

from vae.checkpoints import Record
from vae.data import Examples
from vae.training.recipe import Preset, Recipe
from vae.training.snapshots import Snapshot


class TrainingError(RuntimeError):
    """A run that cannot go on; the message says where it stopped and what to do."""


@dataclass(frozen=True)
class Progress:
    """After a batch: the `images` of this step, and the means of its losses, by name."""

    epoch: int
    images: int
    losses: dict[str, float]


class Trainer(ABC):
    """Networks in training: weights, their moving average, optimisers, and the history.

    A subclass says what a step is, how the result is tested, and what its checkpoint holds.
    """

    def __init__(self, preset: Preset, device: torch.device):
        self.preset, self.recipe, self.device = preset, preset.recipe, device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.recipe.seed)
            self.model = self.build().to(device)
        self.average = AveragedModel(self.model, avg_fn=_moving_average(self.recipe.averaging))
        self.optimizers = self.build_optimizers()
        self.history: list[dict[str, float]] = []
        self.snapshots: list[Snapshot] = []

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return len(self.history)

    @property
    def result(self) -> nn.Module:
        """The network to keep: the averaged one where the recipe asks for averaging."""
        return self.average.module if self.recipe.averaging else self.model

    @property
    def shipped(self) -> nn.Module:
        """What of the result goes into the checkpoint."""
        return self.result

    @abstractmethod
    def build(self) -> nn.Module:
        """The network, with torch's default initial weights."""

    def build_optimizers(self) -> list[Optimizer]:
        return [self.adam(self.model)]

    def adam(self, network: nn.Module) -> Adam:
        return Adam(network.parameters(), betas=(self.recipe.momentum, 0.999), fused=True)

    def autocast(self) -> torch.autocast:
        enabled = self.recipe.mixed_precision
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    def schedule(self, epoch: int) -> dict[str, float]:
        """What the recipe prescribes for the epoch after `epoch` whole ones, for the history."""
        return {"learning_rate": learning_rate(self.recipe, epoch)}

    @abstractmethod
    def step(
        self, images: Tensor, labels: Tensor, generator: torch.Generator, epoch: float
    ) -> dict[str, Tensor]:
        """Updates the weights on a batch, images (B, 1, 28, 28) uint8, labels (B,).

        Gives the means of the losses before the update, by name; "total" is one of them. Without
        an update when one of them is not finite.
        """

    @abstractmethod
    def test(self, digits: Examples) -> dict[str, float]:
        """The figures of the result that the history keeps, by name."""

    def learnt(self, train_digits: Examples) -> Examples:
        """Which of the training images the weights are learnt from: all."""
        return train_digits

    @abstractmethod
    def export(self, train_digits: Examples, test_digits: Examples, path: Path) -> Record:
        """Writes the checkpoint, with figures measured on the weights as they are stored."""

    def descend(self, loss: Tensor, epoch: float, optimizer: int = 0) -> None:
        """One step of an optimiser down the gradient of `loss`."""
        chosen = self.optimizers[optimizer]
        chosen.zero_grad()
        loss.backward()
        if self.recipe.gradient_clip:
            parameters = [p for group in chosen.param_groups for p in group["params"]]
            torch.nn.utils.clip_grad_norm_(parameters, self.recipe.gradient_clip)
        for group in chosen.param_groups:
            group["lr"] = learning_rate(self.recipe, epoch)
        chosen.step()


def learning_rate(recipe: Recipe, epoch: float) -> float:
    """The learning rate after `epoch` epochs, a fraction of one included."""
    if recipe.schedule == "constant":
        return recipe.learning_rate
    if recipe.schedule == "halved":
        return recipe.learning_rate * (1 if epoch < recipe.epochs / 2 else 0.5)
    if recipe.schedule == "cosine":
        warmup = min(1.0, epoch + 0.01)
        return recipe.learning_rate * warmup * (1 + math.cos(math.pi * epoch / recipe.epochs)) / 2
    raise ValueError(f"schedule: expected constant, halved or cosine, got {recipe.schedule!r}")


def _moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """An exponential moving average whose memory is short at first, so that it starts useful."""

    def update(average: Tensor, current: Tensor, count: Tensor) -> Tensor:
        kept = min(decay, (1 + float(count)) / (10 + float(count)))
        return average.lerp(current, 1 - kept)

    return update
