"""A checkpoint of a tiny model, on disk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_checkpoint import RECORD, STATISTICS

from vae import checkpoints


@pytest.fixture
def saved(tmp_path: Path, tiny: Callable) -> Path:
    """A checkpoint that can be used."""
    path = tmp_path / "weights" / "tiny.safetensors"
    checkpoints.save(path, tiny("normal"), RECORD, STATISTICS)
    return path
