"""A decoder as it was at some epochs of its training, so that a page can scrub through them.

One file a model, `snapshots/NAME.safetensors` beside the checkpoints, of their format and of the
kind "snapshots". Its metadata holds `config`, that of a `Decoder`, and `snapshots`, a
list with one entry a snapshot: epoch, seconds, and the losses of the history's entry of that epoch
(of epoch 0, the untrained network, only those on the test digits). Its tensors are

- `snapshot.I.decoder.*`: the weights, float16, of entry I, counted from 0;
- `snapshot.I.encodings` (1000, D): E[z|x] of the first test digits, float16, where there is an
  encoder; and once for all, `encodings.label` (1000,), uint8: which digits those are.

The tensors of one snapshot lie side by side, so that a page fetches it as one range of bytes. The
last snapshot is the checkpoint's decoder, bit for bit. Encoders would double the size of a file.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from torch import Tensor

from vae import checkpoints
from vae.checkpoints import WEIGHTS, CheckpointError
from vae.data import Examples, grey
from vae.model import VAE, Decoder, DecoderConfig, from_config

KIND = "snapshots"
COUNT = 9
ENCODINGS = 1000
LABELS = "encodings.label"


@dataclass(frozen=True)
class Snapshot:
    """model: its weights rounded as a checkpoint rounds them. encodings: (N, D) float16, E[z|x] of
    the first N test digits; None where there is no encoder."""

    entry: dict[str, float]
    model: Decoder
    encodings: Tensor | None


def epochs(last: int) -> list[int]:
    """The epochs to keep: 0 and, evenly spaced in their logarithm, those from 1 to `last`."""
    return [0, *sorted({round(last ** (i / (COUNT - 2))) for i in range(COUNT - 1)})]


@torch.no_grad()
def take(model: Decoder, test: Examples, entry: dict[str, float]) -> Snapshot:
    """The model as it is now; `model` itself is left alone."""
    rounded = checkpoints.round_to_half(deepcopy(model)).eval()
    encodings = None
    if isinstance(rounded, VAE):
        encodings = rounded.encode(grey(test.images[:ENCODINGS])).mean.cpu().half()
    kept = _empty(model.config)
    kept.decoder.load_state_dict(rounded.decoder.state_dict())
    return Snapshot(entry, kept, encodings)


def pack(snapshots: list[Snapshot]) -> dict[str, Tensor]:
    """The tensors of snapshots by their names in a file, float16 on the CPU."""
    tensors = {}
    for index, snapshot in enumerate(snapshots):
        prefix = f"snapshot.{index}."
        for name, tensor in checkpoints.half_weights(snapshot.model).items():
            tensors[prefix + name] = tensor
        if snapshot.encodings is not None:
            tensors[prefix + "encodings"] = snapshot.encodings.contiguous()
    return tensors


def unpack(
    config: DecoderConfig,
    entries: list[dict[str, float]],
    tensors: Mapping[str, Tensor],
    path: Path,
) -> list[Snapshot]:
    """What `pack` packed. Raises CheckpointError, naming the file, when a tensor does not fit."""
    snapshots = []
    for index, entry in enumerate(entries):
        prefix, model = f"snapshot.{index}.", _empty(config)
        own = {
            name.removeprefix(prefix): tensor
            for name, tensor in tensors.items()
            if name.startswith(prefix)
        }
        encodings = own.pop("encodings", None)
        checkpoints.fill(model, own, path)
        snapshots.append(Snapshot(entry, model, encodings))
    return snapshots


def save(path: Path, snapshots: list[Snapshot], test: Examples) -> None:
    """Writes the file of a model's snapshots, never half of it."""
    tensors = pack(snapshots)
    encodings = snapshots[0].encodings
    if encodings is not None:
        tensors[LABELS] = test.labels[: len(encodings)].cpu().byte()
    metadata = {
        "format": checkpoints.FORMAT,
        "version": checkpoints.VERSION,
        "kind": KIND,
        "config": json.dumps(snapshots[0].model.config.to_dict()),
        "snapshots": json.dumps([snapshot.entry for snapshot in snapshots]),
    }
    checkpoints.write(path, tensors, metadata)


def load(name_or_path: str | Path, weights: Path = WEIGHTS) -> list[Snapshot]:
    """The snapshots of a model, by its name or by the path of their file, the untrained one first.

    Raises FileNotFoundError when there are none, CheckpointError when the file cannot be used.
    """
    path = Path(name_or_path)
    if path.suffix != ".safetensors":
        path = path_of(str(name_or_path), Path(weights))
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.safetensors")))
        raise FileNotFoundError(f"{path}: no such snapshots; {path.parent} holds {known or 'none'}")
    metadata, tensors = checkpoints.read(path, KIND)
    try:
        config = from_config(json.loads(metadata["config"])).config
        return unpack(config, json.loads(metadata["snapshots"]), tensors, path)
    except CheckpointError:
        raise
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise CheckpointError(path, f"its snapshots cannot be used ({error})") from error


def path_of(name: str, weights: Path) -> Path:
    """Where the snapshots of a model of that name lie."""
    return weights / "snapshots" / f"{name}.safetensors"


def _empty(config: DecoderConfig) -> Decoder:
    """The decoder of a model of this configuration, to be filled."""
    own = {one.name: getattr(config, one.name) for one in fields(DecoderConfig)}
    return Decoder(DecoderConfig(**own)).eval().requires_grad_(False)
