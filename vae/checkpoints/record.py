"""How a model came to be, as its checkpoint tells it."""

from dataclasses import dataclass, field
from typing import Any

from vae.data import DIGITS


@dataclass(frozen=True)
class Record:
    """How a model was trained and what came out.

    recipe: the preset's recipe. history: one entry an epoch, losses in nats per image.
    figures: the final measurements, by name. data_set: what it was trained on; images: how many of
    them; classes: the names of their classes. A file without these is of MNIST.
    """

    name: str
    about: str
    recipe: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    data_set: str = "mnist"
    images: int = 60_000
    classes: tuple[str, ...] = DIGITS

    def __post_init__(self):
        object.__setattr__(self, "classes", tuple(self.classes))  # JSON has lists alone

    @property
    def of_digits(self) -> bool:
        """Whether the classes are the ten digits, which the shipped classifier reads."""
        return self.classes == DIGITS
