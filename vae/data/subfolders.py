"""A folder of pictures: each sub-folder is a class, its name the class's, its files the pictures.

An opaque picture of 28 x 28 pixels is taken as it is, turned round where its ground is bright; in
any other the one character is found and brought into MNIST's frame, as in an upload.

Of each class, in the order of the SHA-256 of the files' bytes, the first seventh (at least one) is
tested on and the rest is trained on: MNIST, too, has six images to train on for one to test on. So
the same pictures are split alike everywhere, whatever they are called, and not by who drew them.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vae import image
from vae.data.dataset import DataError, DataSet
from vae.data.examples import Examples
from vae.handwriting import open_picture

SHARE = 7
SIDE = 28
# What a file browser leaves behind.
CLUTTER = ("Thumbs.db", "desktop.ini")


@dataclass(frozen=True, kw_only=True)
class Subfolders(DataSet):
    """pictures: the files of every class, those to test on first; tested: how many these are."""

    pictures: tuple[tuple[Path, ...], ...]
    tested: tuple[int, ...]

    def load(self, place: str | Path | None = None) -> tuple[Examples, Examples]:
        """The pictures to train and to test on; `place` is not needed, for the set is a place."""
        train, test, broken = [], [], []
        for label, (files, tested) in enumerate(zip(self.pictures, self.tested, strict=True)):
            for index, file in enumerate(files):
                try:
                    (test if index < tested else train).append((read(file), label))
                except (ValueError, OSError) as error:
                    broken.append(f"{file.parent.name}/{file.name} ({error})")
        if broken:
            some = "; ".join(broken[:3])
            count = len(train) + len(test) + len(broken)
            raise DataError(
                f"{self.title}: expected a picture of one character in every file; "
                f"{len(broken)} of {count} are none: {some}. Mend or remove them"
            )
        return self.checked(self._gathered(train), self._gathered(test))

    def _gathered(self, pairs: list[tuple[Tensor, int]]) -> Examples:
        images = torch.stack([image for image, _ in pairs])
        labels = torch.tensor([label for _, label in pairs])
        return Examples(images, labels, self.classes, self.name)


def subfolders(folder: Path) -> Subfolders:
    """The set of the pictures in a folder. Raises DataError when there is no such folder, or it
    does not hold sub-folders with two pictures each or more."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise DataError(f"{folder}: expected a folder of pictures, got none")
    classes = sorted(one for one in folder.iterdir() if one.is_dir() and one.name[0] != ".")
    if not classes:
        raise DataError(
            f"{folder}: expected sub-folders, one a class, with its pictures in it; got none"
        )
    pictures = tuple(_in_order(one) for one in classes)
    tested = tuple(max(1, len(files) // SHARE) for files in pictures)
    count = sum(map(len, pictures))
    return Subfolders(
        name=re.sub(r"\W+", "-", folder.name.lower()).strip("-") or "folder",
        title=folder.name,
        classes=tuple(one.name for one in classes),
        source="Pictures in a folder of your own.",
        counts=(count - sum(tested), sum(tested)),
        pictures=pictures,
        tested=tested,
    )


def read(file: Path) -> Tensor:
    """The picture in a file as MNIST would have it, (1, 28, 28) uint8. Raises ValueError, in a
    sentence for a person, when it is none or shows several characters."""
    picture = open_picture(file)
    if picture.size != (SIDE, SIDE) or picture.getextrema()[3][0] < 255:
        return (255 * image.prepare(picture)).round().byte()
    return _as_it_is(picture).unsqueeze(0)


def _as_it_is(picture: Image.Image) -> Tensor:
    """(28, 28), bright on dark: the ground is what most of the edge has."""
    grey = np.array(picture.convert("L"))
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return torch.from_numpy(255 - grey if np.median(edge) > 127 else grey)


def _in_order(folder: Path) -> tuple[Path, ...]:
    """The files of a class in the order of their contents' SHA-256."""
    files = [
        one
        for one in folder.iterdir()
        if one.is_file() and one.name[0] != "." and one.name not in CLUTTER
    ]
    if len(files) < 2:
        raise DataError(
            f"{folder}: expected two pictures or more, one to train and one to test on, got "
            f"{len(files)}; pictures lie in their class's folder itself, in none below it"
        )
    return tuple(sorted(files, key=lambda one: hashlib.sha256(one.read_bytes()).digest()))
