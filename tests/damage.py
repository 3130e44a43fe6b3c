"""Shipped files with bytes changed at random places, and what is then said of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vae import checkpoints, files
from vae.checkpoints import WEIGHTS, CheckpointError
from vae.training import snapshots

SHIPPED = sorted(
    path.relative_to(WEIGHTS)
    for pattern in ("*.json", "*.safetensors", "snapshots/*.safetensors")
    for path in WEIGHTS.glob(pattern)
)


def corrupted(name: Path, folder: Path, places: int, seed: int = 0) -> Iterator[tuple[Path, int]]:
    """A copy of a shipped file in `folder`, `places` times over, each time with another byte
    changed: its path, and where. Lists of hashes come with it."""
    copy = folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(WEIGHTS / name.parent / files.SUMS, copy.parent)
    content = np.fromfile(WEIGHTS / name, np.uint8)
    generator = np.random.default_rng(seed)
    # The first bytes and the header decide most: half of the places lie there.
    most = np.where(np.arange(places) % 2, len(content), min(len(content), 20_000))
    for place in generator.integers(0, most):
        before = content[place]
        content[place] ^= generator.integers(1, 256, dtype=np.uint8)
        content.tofile(copy)
        content[place] = before
        yield copy, int(place)


def said(path: Path, weights: Path) -> str | None:
    """The sentence that refuses a file; None where it is loaded."""
    try:
        if path.suffix == ".json":
            files.read_json(path)
        elif path.parent != weights:
            snapshots.load(path)
        elif path.stem in (checkpoints.CLASSIFIER, checkpoints.SECOND_CLASSIFIER):
            checkpoints.load_classifier(weights, path.stem)
        else:
            checkpoints.load(path)
    except (CheckpointError, ValueError) as error:
        return str(error)
    return None
