"""MNIST from its files. The only module that imports torchvision."""

import os
from pathlib import Path
from urllib.error import URLError

from vae.data.images import Digits

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


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
