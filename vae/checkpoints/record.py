"""How a model came to be, as its checkpoint tells it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Record:
    """How a model was trained and what came out.

    recipe: the preset's recipe. history: one entry an epoch, losses in nats per image.
    figures: the final measurements, by name.
    """

    name: str
    about: str
    recipe: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
