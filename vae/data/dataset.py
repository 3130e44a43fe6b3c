"""What a data set is: a name, classes, and images of 28 x 28 pixels to train and to test on."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from vae.data.examples import DIGITS, Examples
from vae.networks import IMAGE

# Labels are stored as bytes.
MOST_CLASSES = 256


class DataError(ValueError):
    """A data set that cannot be trained on; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class DataSet(ABC):
    """name: in commands and in the names of files. title: for people. classes: the names of the
    classes, in the order of the labels. source: who made it, when, and what it may be used for.
    counts: how many images it has to train and to test on, where that is known beforehand."""

    name: str
    title: str
    classes: tuple[str, ...]
    source: str
    counts: tuple[int, int] | None = None

    @property
    def digits(self) -> bool:
        """Whether its classes are the ten digits."""
        return self.classes == DIGITS

    @abstractmethod
    def load(self, place: str | Path | None = None) -> tuple[Examples, Examples]:
        """The images to train and to test on. place: the folder of the files, where the set does
        not name one itself.

        Raises FileNotFoundError when files are missing, DataError when they are no such set.
        """

    def checked(self, train: Examples, test: Examples) -> tuple[Examples, Examples]:
        """Both parts, when a model can be trained on the one and tested on the other."""
        if len(self.classes) > MOST_CLASSES:
            raise DataError(
                f"{self.title}: expected at most {MOST_CLASSES} classes, got {len(self.classes)}"
            )
        for part, found in (("train", train), ("test", test)):
            if found.images.shape[1:] != IMAGE:
                size = " x ".join(map(str, found.images.shape[2:]))
                raise DataError(f"{self.title}: expected images of 28 x 28 pixels, got {size}")
            if len(found) < 2:
                raise DataError(
                    f"{self.title}: expected two images or more to {part} on, got {len(found)}"
                )
        seen = train.labels.bincount(minlength=len(self.classes)).tolist()
        if missing := [name for name, count in zip(self.classes, seen, strict=True) if not count]:
            raise DataError(
                f"{self.title}: expected images of every class to train on, got none of "
                f"{missing[0]!r}"
            )
        return train, test
