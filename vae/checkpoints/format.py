"""The file of a checkpoint: what is in it, written and read strictly.

Metadata: `format`, `version`, `kind` ("vae", "classifier" or "snapshots"), `config` (what the
network is built from) and `record` (`vae.checkpoints.record`), both JSON. Tensors: the weights,
float16, by their names in torch, and `statistics.*` of where the model puts the images.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from vae import files
from vae.checkpoints.record import Record
from vae.classifier import Classifier
from vae.model import Decoder

FORMAT = "vae-explorer"
VERSION = "1"
STATISTICS = "statistics."


class CheckpointError(ValueError):
    """A file that is not a checkpoint that this program can use; the message names the file."""


def round_to_half(model: nn.Module) -> nn.Module:
    """Rounds the weights to what a checkpoint stores (float16), in place."""
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half())
    return model


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """The tensors that decide what the model computes; the batch counter of a norm does not."""
    state = model.state_dict()
    return {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}


def half_weights(model: nn.Module) -> dict[str, Tensor]:
    """The same as they are stored: float16, on the CPU."""
    return {name: value.cpu().half().contiguous() for name, value in weights_of(model).items()}


def save(
    path: Path,
    model: Decoder | Classifier,
    record: Record,
    statistics: Mapping[str, Tensor] | None = None,
) -> None:
    """Writes a checkpoint, never half of it."""
    tensors = half_weights(model)
    tensors |= {
        STATISTICS + name: tensor.contiguous() for name, tensor in (statistics or {}).items()
    }
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "kind": "classifier" if isinstance(model, Classifier) else "vae",
        "config": json.dumps(model.config.to_dict()),
        "record": json.dumps(vars(record)),
    }
    write(path, tensors, metadata)


def write(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Writes a safetensors file, never half of it."""
    files.replace(path, lambda there: save_file(dict(tensors), there, dict(metadata)))


def read(path: Path, kind: str = "vae") -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and tensors of a checkpoint; CheckpointError when it is none of this version and
    kind."""
    metadata = read_metadata(path)
    if (found := metadata.get("kind", "vae")) != kind:
        expected, got = (one if one.endswith("s") else f"a {one}" for one in (kind, found))
        raise CheckpointError(f"{path}: expected {expected}, got {got}")
    try:
        with safe_open(path, framework="pt") as file:
            return metadata, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: cannot be read ({error})") from error


def read_metadata(path: Path) -> dict[str, str]:
    """The header's metadata alone, without reading a tensor."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path}: is truncated or is not a safetensors file ({error})"
        ) from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(f"{path}: is a safetensors file, but not a checkpoint of a VAE")
    if metadata.get("version") != VERSION:
        raise CheckpointError(
            f"{path}: expected version {VERSION}, got {metadata.get('version')}; "
            "train it again with this version of train.py"
        )
    return metadata


def fill(model: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copies a file's tensors into a network, statistics left out; CheckpointError, naming the
    file, when they are not those that its layers have a place for."""
    wanted = weights_of(model)
    stored = {name: value for name, value in tensors.items() if not name.startswith(STATISTICS)}
    if missing := sorted(wanted.keys() - stored.keys()):
        raise CheckpointError(f"{path}: lacks the tensor {missing[0]}")
    if unknown := sorted(stored.keys() - wanted.keys()):
        raise CheckpointError(f"{path}: holds {unknown[0]}, which its layers have no place for")
    for name, tensor in wanted.items():
        if tensor.shape != stored[name].shape:
            raise CheckpointError(
                f"{path}: {name} should have the shape {tuple(tensor.shape)}, "
                f"but has {tuple(stored[name].shape)}"
            )
    with torch.no_grad():
        for name, tensor in wanted.items():
            tensor.copy_(stored[name])
