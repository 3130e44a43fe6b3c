"""Labelled images as bytes, and the two ways in which a model is shown them: grey or binarised."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Examples:
    """What a model is trained or tested on.

    images: (N, 1, 28, 28) uint8, ink 255 on 0. labels: (N,) int64, indices into `classes`, the
    classes' names. data_set: the name of the set that they are of.
    """

    images: Tensor
    labels: Tensor
    classes: tuple[str, ...] = DIGITS
    data_set: str = "mnist"

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: Tensor | slice) -> "Examples":
        """Those in `rows`: a slice, indices or a mask."""
        return replace(self, images=self.images[rows], labels=self.labels[rows])

    def to(self, device: torch.device | str) -> "Examples":
        return replace(self, images=self.images.to(device), labels=self.labels.to(device))


def grey(images: Tensor) -> Tensor:
    """Bytes to intensities in [0, 1], float32."""
    return images.float() / 255


def binarise(images: Tensor, generator: torch.Generator) -> Tensor:
    """Every pixel 1 with the probability of its grey value, else 0; float32, same shape.

    Dynamic binarisation as in Salakhutdinov and Murray, 2008, when drawn afresh every epoch.
    """
    return torch.bernoulli(grey(images), generator=generator)
