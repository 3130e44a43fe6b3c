"""Labelled images as bytes, and the two ways in which a model is shown them: grey or binarised."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Digits:
    """images: (N, 1, 28, 28) uint8, ink 255 on 0. labels: (N,) int64 in 0..9."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.images)

    def to(self, device: torch.device | str) -> "Digits":
        return Digits(self.images.to(device), self.labels.to(device))


def grey(images: Tensor) -> Tensor:
    """Bytes to intensities in [0, 1], float32."""
    return images.float() / 255


def binarise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Every pixel 1 with the probability of its grey value, else 0; float32, same shape.

    Dynamic binarisation as in Salakhutdinov and Murray, 2008, when drawn afresh every epoch.
    """
    return torch.bernoulli(grey(images), generator=generator)
