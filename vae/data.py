"""MNIST, held in memory as bytes. The only module that imports torchvision."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import torch
from torch import Tensor

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


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


def folder(argument: str | None = None) -> Path:
    """Where MNIST lies: the argument, else the variable MNIST_ROOT, else `data/`."""
    return Path(argument or os.environ.get("MNIST_ROOT") or "data")


def load(root: Path, train: bool) -> Digits:
    """The 60,000 training or the 10,000 test digits below `root`, downloaded when missing.

    Raises FileNotFoundError, saying which files to put where, when they can neither be found nor
    downloaded.
    """
    from torchvision import datasets  # slow to import, and only training needs it

    try:
        mnist = datasets.MNIST(str(root), train=train, download=not _complete(root))
    except (URLError, OSError, RuntimeError) as error:
        raise FileNotFoundError(
            f"MNIST is not in {root} and could not be downloaded: put the files "
            f"{', '.join(FILES)} (or their .gz) into {root / 'MNIST' / 'raw'}, or name the folder "
            "that holds MNIST/raw with --data or the variable MNIST_ROOT"
        ) from error
    return Digits(mnist.data.unsqueeze(1), mnist.targets)


def _complete(root: Path) -> bool:
    return all((root / "MNIST" / "raw" / name).is_file() for name in FILES)
