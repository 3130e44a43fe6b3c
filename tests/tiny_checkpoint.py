"""What the checkpoints of the tests say, and what lies in a file of one."""

from pathlib import Path

import torch
from safetensors import safe_open

from vae.checkpoints import Record

RECORD = Record(
    "tiny",
    "A model for the tests.",
    recipe={"epochs": 2, "schedule": "cosine"},
    history=[{"epoch": 1, "train_total": 200.5}, {"epoch": 2, "train_total": 150.25}],
    figures={"total": 150.125, "active_units": 3},
)
STATISTICS = {"kl": torch.tensor([0.5, 1.5, 2.5]), "encodings.label": torch.arange(4).byte()}


def contents(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Tensors and metadata, read by safetensors alone."""
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118
