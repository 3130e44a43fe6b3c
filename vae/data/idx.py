"""Data sets in LeCun's IDX files, as MNIST and its kin come: two zero bytes, the type (8, bytes),
the number of dimensions, their sizes as four big-endian bytes each, and the numbers.

The files lie where torchvision puts them and are downloaded by it when they are missing. They are
read here: torchvision's reader takes seconds to import, prefers an older copy of another format
where one lies beside them, and meets a damaged file with an assertion.
"""

import gzip
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import numpy as np
import torch
from torch import Tensor

from vae.data.dataset import DataError, DataSet
from vae.data.examples import Examples

DEFAULT = Path("data")
VARIABLE = "MNIST_ROOT"
# Of the training and the test part, as MNIST's files call them.
PARTS = ("train", "t10k")


@dataclass(frozen=True, kw_only=True)
class IDXSet(DataSet):
    """torchvision: the name of its class, which names the folder, too; options: what this class
    is asked for. prefixes: what the names of the files of the two parts begin with. first_label:
    the label of the first class in the files. transposed: rows and columns of each image are
    exchanged there. checksums: the SHA-256 of the `files`, uncompressed, where they are known."""

    torchvision: str
    options: Mapping[str, str] = field(default_factory=dict)
    prefixes: tuple[str, str] = PARTS
    first_label: int = 0
    transposed: bool = False
    checksums: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Images and labels to train on, then those to test on."""
        kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
        return tuple(f"{prefix}-{kind}" for prefix in self.prefixes for kind in kinds)

    def folder(self, root: Path) -> Path:
        """Where the files lie below `root`."""
        return root / self.torchvision / "raw"

    def load(self, place: str | Path | None = None) -> tuple[Examples, Examples]:
        """The two parts from the files below `place`, which are downloaded when they are missing;
        see `root` for the default."""
        top = root(place)
        if missing := [path.name for path in self.paths(top) if not path.is_file()]:
            self._download(top, missing)
        paths = self.paths(top)
        return self.checked(self._part(*paths[:2]), self._part(*paths[2:]))

    def paths(self, top: Path) -> list[Path]:
        """The `files` as they lie below `top`, some perhaps compressed and some missing."""
        return [_existing(self.folder(top) / name) for name in self.files]

    def _download(self, top: Path, missing: list[str]) -> None:
        from torchvision import datasets  # slow to import, and rarely needed

        try:
            with _without_empty_folders(self.folder(top)):
                for train in (True, False):
                    one = getattr(datasets, self.torchvision)
                    one(str(top), train=train, download=True, **self.options)
        except (URLError, OSError, RuntimeError) as error:
            raise FileNotFoundError(
                f"{self.title} is not in {top} and could not be downloaded: put the files "
                f"{', '.join(missing)} (or their .gz) into {self.folder(top)}, or name the folder "
                f"that holds {self.torchvision}/raw with --data or the variable {VARIABLE}"
            ) from error

    def _part(self, images: Path, labels: Path) -> Examples:
        x, y = read(images, 3), read(labels, 1)
        if len(x) != len(y):
            raise DataError(
                f"{labels}: expected a label for each of the {len(x):,} images of {images.name}, "
                f"got {len(y):,} labels"
            )
        y = y.long() - self.first_label
        if len(y) and not 0 <= y.min() <= y.max() < len(self.classes):
            last = self.first_label + len(self.classes) - 1
            wrong = y[(y < 0) | (y >= len(self.classes))][0] + self.first_label
            raise DataError(
                f"{labels}: expected labels from {self.first_label} to {last}, as {self.title} "
                f"has, got {wrong}: is it the file of another set?"
            )
        x = (x.transpose(1, 2) if self.transposed else x).unsqueeze(1).contiguous()
        return Examples(x, y, self.classes, self.name)


def root(place: str | Path | None = None) -> Path:
    """The folder of the sets' files: `place`, else the variable MNIST_ROOT, else `data/`.

    Raises FileNotFoundError when one that a person has named is no folder: it may be mistyped, so
    it is not created.
    """
    named = {"--data": place, VARIABLE: os.environ.get(VARIABLE)}
    for origin, folder in named.items():
        if folder:
            if not Path(folder).is_dir():
                raise FileNotFoundError(
                    f"{origin}: expected a folder, got {folder}, which does not exist or is none; "
                    "create it if the set is to be downloaded there"
                )
            return Path(folder)
    return DEFAULT


def content(path: Path) -> bytes:
    """What is in a file, or in a compressed one. Raises DataError, naming it, when it is empty or
    its compression is damaged."""
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, "a whole compressed file", "a damaged one") from error
    if not data:
        raise _damaged(path, "an IDX file", "an empty one")
    return data


def read(path: Path, dimensions: int) -> Tensor:
    """The bytes of an IDX file as a tensor of that many dimensions. Raises DataError as `content`
    does, and when it is cut off or of another kind."""
    data, start = content(path), 4 + 4 * dimensions
    if data[:4] != bytes([0, 0, 8, dimensions]) or len(data) < start:
        raise _damaged(path, f"an IDX file of bytes in {dimensions} dimension(s)", "another file")
    sizes = np.frombuffer(data[4:start], ">u4").tolist()
    if len(data) - start != math.prod(sizes):
        shape = " x ".join(f"{size:,}" for size in sizes)
        raise _damaged(path, f"{shape} bytes after its header", f"{len(data) - start:,}")
    return torch.frombuffer(bytearray(data), dtype=torch.uint8)[start:].view(sizes)


def _damaged(path: Path, expected: str, got: str) -> DataError:
    return DataError(f"{path}: expected {expected}, got {got}: delete it and load it again")


def _existing(path: Path) -> Path:
    """The file, or its compressed copy where only that is there."""
    compressed = path.with_name(f"{path.name}.gz")
    return compressed if compressed.is_file() and not path.is_file() else path


@contextmanager
def _without_empty_folders(folder: Path) -> Iterator[None]:
    """When what is done inside fails, `folder` and its parents are removed where they are new and
    empty: nothing was downloaded into them."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        yield
    except BaseException:
        for one in new:
            if one.is_dir() and not any(one.iterdir()):
                one.rmdir()
        raise
