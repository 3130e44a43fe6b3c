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


# A header may be this long, by the format of safetensors itself.
LARGEST_HEADER = 100_000_000
# Of weights and statistics; the page reads the same.
TYPES = {
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float32: "F32",
    torch.float64: "F64",
    torch.uint8: "U8",
}
# How PyTorch's files begin, in their present and in their older format.
PYTORCH = (b"PK\x03\x04", b"\x80\x02")


class CheckpointError(ValueError):
    """A file that is not a checkpoint that this program can use; the message names the file.

    reason: the rest of the message, which says which kind of fault it is: the file is foreign, of
    another version, or damaged.
    """

    def __init__(self, path: Path, reason: str):
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


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
    """Writes a safetensors file, never half of it. Raises OSError, naming the file, where there is
    no room for it."""

    def write_beside(there: Path) -> None:
        try:
            save_file(dict(tensors), there, dict(metadata))
        except SafetensorError as error:
            raise OSError(str(error)) from error

    files.replace(path, write_beside)


def read(path: Path, kind: str = "vae") -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and tensors of a checkpoint; CheckpointError when it is damaged, none of this
    version and kind, or a number in it is not finite."""
    try:
        files.check(path)
    except ValueError as error:
        raise CheckpointError(path, str(error).removeprefix(f"{path}: ")) from error
    metadata = read_metadata(path)
    if (found := metadata.get("kind", "vae")) != kind:
        expected, got = (one if one.endswith("s") else f"a {one}" for one in (kind, found))
        raise CheckpointError(path, f"expected {expected}, got {got}")
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(path, f"cannot be read ({error})") from error
    for name, tensor in tensors.items():
        _check_numbers(path, name, tensor)
    return metadata, tensors


def read_metadata(path: Path) -> dict[str, str]:
    """The header's metadata alone, without reading a tensor. Raises CheckpointError."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise CheckpointError(path, _fault(path, error)) from error
    if metadata.get("format") != FORMAT:
        raise CheckpointError(
            path,
            "is foreign: a safetensors file, but not a checkpoint of a VAE that this program "
            f"wrote; {advice(path)}",
        )
    if metadata.get("version") != VERSION:
        raise CheckpointError(
            path,
            f"is of another version: expected version {VERSION}, got {metadata.get('version')}; "
            "train it again with this version of train.py",
        )
    return metadata


def advice(path: Path) -> str:
    """What a person can do with the weights of another program."""
    return f"if it holds a VAE's weights, python -m vae.convert {path.name} makes a model of them"


def pytorch(path: Path) -> str:
    """Why a file of PyTorch's is not read."""
    return (
        "is foreign: PyTorch's files can hold code, so a .safetensors file is expected; "
        + advice(path)
    )


def _fault(path: Path, error: Exception) -> str:
    """Why safetensors cannot open a file."""
    if not path.is_file():
        return f"cannot be read ({error})"
    with path.open("rb") as file:
        first, size = file.read(9), path.stat().st_size
    if first.startswith(PYTORCH):
        return pytorch(path)
    if size > 8 and (int.from_bytes(first[:8], "little") > LARGEST_HEADER or first[8:] != b"{"):
        return f"is foreign: it is not a safetensors file ({error})"
    return f"is damaged: it has {size:,} bytes and is cut off or changed ({error}); copy it again"


def _check_numbers(path: Path, name: str, tensor: Tensor) -> None:
    if tensor.dtype not in TYPES:
        expected = f"{', '.join([*TYPES.values()][:-1])} or {[*TYPES.values()][-1]}"
        raise CheckpointError(
            path, f"is foreign: {name} has numbers of {tensor.dtype}, expected {expected}"
        )
    if not tensor.isfinite().all():
        raise CheckpointError(
            path,
            f"is damaged: {name} holds a number that is not finite; copy it again, or train the "
            "model again",
        )


def fill(model: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copies a file's tensors into a network, statistics left out; CheckpointError, naming the
    file, when they are not those that its layers have a place for."""
    wanted = weights_of(model)
    stored = {name: value for name, value in tensors.items() if not name.startswith(STATISTICS)}
    if missing := sorted(wanted.keys() - stored.keys()):
        raise CheckpointError(path, f"is damaged: it lacks the tensor {missing[0]}")
    if unknown := sorted(stored.keys() - wanted.keys()):
        raise CheckpointError(
            path, f"is damaged: it holds {unknown[0]}, which its layers have no place for"
        )
    for name, tensor in wanted.items():
        if tensor.shape != stored[name].shape:
            raise CheckpointError(
                path,
                f"is damaged: {name} should have the shape {tuple(tensor.shape)}, "
                f"but has {tuple(stored[name].shape)}",
            )
    with torch.no_grad():
        for name, tensor in wanted.items():
            tensor.copy_(stored[name])
