"""One `.safetensors` file a model: weights, configuration, training record and statistics.

Nothing in it can execute code. The page reads the same file: the header's metadata carries the
layer list, so neither side hard-codes an architecture.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from vae.classifier import Classifier, ClassifierConfig
from vae.model import VAE, VAEConfig
from vae.networks import IMAGE
from vae.presets import PRESETS

FORMAT = "vae-explorer"
VERSION = "1"
WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
STATISTICS = "statistics."
# The instrument that reads digits; every other file of the folder is a model.
CLASSIFIER = "classifier"


class CheckpointError(ValueError):
    """A file that is not a checkpoint that this program can use; the message names the file."""


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
    model: VAE | Classifier,
    record: Record,
    statistics: Mapping[str, Tensor] | None = None,
) -> None:
    """Writes a checkpoint by way of a temporary file, so that `path` is never half-written."""
    tensors = half_weights(model)
    tensors |= {
        STATISTICS + name: tensor.contiguous() for name, tensor in (statistics or {}).items()
    }
    metadata = {
        "format": FORMAT,
        "version": VERSION,
        "kind": _kind(model),
        "config": json.dumps(model.config.to_dict()),
        "record": json.dumps(vars(record)),
    }
    write_atomically(path, tensors, metadata)


def write_atomically(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".partial")
    save_file(tensors, temporary, metadata)
    temporary.chmod(0o644)  # safetensors lets nobody but the owner read
    os.replace(temporary, path)


def write_json(path: Path, content: Any) -> None:
    """Writes plain data by way of a temporary file; NaN and infinity, which JSON lacks, raise
    ValueError."""
    text = json.dumps(content, indent=1, allow_nan=False)
    temporary = path.with_suffix(".partial")
    temporary.write_text(text + "\n", encoding="utf-8")
    os.replace(temporary, path)


def load(name_or_path: str | Path, weights: Path = WEIGHTS) -> VAE:
    """The model of a checkpoint, in evaluation mode, with its training record as `.record`.

    name_or_path: a name that `list_models` gives, or a path to a `.safetensors` file. Raises
    FileNotFoundError when there is no such model, CheckpointError when the file cannot be used.
    """
    path = _find(name_or_path, Path(weights))
    metadata, tensors = read(path)
    try:
        model = VAE(VAEConfig(**json.loads(metadata["config"]))).eval()
        model.record = Record(**json.loads(metadata["record"]))
        _check_layers(model)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: its configuration cannot be used ({error})") from error
    fill(model, tensors, path)
    return model


def load_classifier(weights: Path = WEIGHTS) -> Classifier:
    """The shipped classifier, in evaluation mode, with its training record as `.record` and the
    first 12 hexadecimal digits of its file's SHA-256 as `.hash`.

    Raises FileNotFoundError or CheckpointError, naming the file, when it cannot be used.
    """
    path = Path(weights) / f"{CLASSIFIER}.safetensors"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; python train.py {CLASSIFIER} makes it")
    metadata, tensors = read(path, CLASSIFIER)
    try:
        model = Classifier(ClassifierConfig(**json.loads(metadata["config"]))).eval()
        model.record = Record(**json.loads(metadata["record"]))
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: its configuration cannot be used ({error})") from error
    fill(model, tensors, path)
    model.hash = file_hash(path)
    return model


def file_hash(path: Path) -> str:
    """The first 12 hexadecimal digits of a file's SHA-256: which weights a figure belongs to."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def load_statistics(name_or_path: str | Path, weights: Path = WEIGHTS) -> dict[str, Tensor]:
    """The statistics stored beside the weights; see `vae.evaluation.statistics`."""
    _, tensors = read(_find(name_or_path, Path(weights)))
    return {
        name.removeprefix(STATISTICS): tensor
        for name, tensor in tensors.items()
        if name.startswith(STATISTICS)
    }


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


def list_models(weights: Path = WEIGHTS) -> list[str]:
    """The names of the checkpoints in a folder, in alphabetical order."""
    names = sorted(path.stem for path in Path(weights).glob("*.safetensors"))
    return [name for name in names if name != CLASSIFIER]


@dataclass(frozen=True)
class Zoo:
    """The models of a folder that can be used, and why each of the others cannot. hashes: the
    first 12 hexadecimal digits of the SHA-256 of every model's file."""

    models: dict[str, VAE]
    left_out: dict[str, str]
    folder: Path
    hashes: dict[str, str] = field(default_factory=dict)


def open_zoo(weights: Path = WEIGHTS) -> Zoo:
    """Every model of a folder, presets first; a broken file is left out, never raised."""
    models, left_out, hashes = {}, {}, {}
    names = list_models(weights)
    for name in [*filter(names.__contains__, PRESETS), *filter(lambda n: n not in PRESETS, names)]:
        try:
            models[name] = load(name, weights)
            hashes[name] = file_hash(_find(name, Path(weights)))
        except CheckpointError as error:
            left_out[name] = str(error)
    return Zoo(models, left_out, Path(weights), hashes)


def _kind(model: nn.Module) -> str:
    return CLASSIFIER if isinstance(model, Classifier) else "vae"


def _find(name_or_path: str | Path, weights: Path) -> Path:
    path = Path(name_or_path)
    if path.suffix != ".safetensors":
        path = weights / f"{name_or_path}.safetensors"
    if not path.is_file():
        known = ", ".join(list_models(path.parent)) or "none"
        raise FileNotFoundError(f"{path}: no such checkpoint; {path.parent} holds {known}")
    return path


@torch.no_grad()
def _check_layers(model: VAE) -> None:
    """Sends one image there and one picture back; raises when layers do not fit each other."""
    if model.config.encoder:
        encoded = model.encode(torch.zeros(1, *IMAGE)).mean.shape[1]
        if encoded != model.config.latents:
            raise ValueError(f"encoder: expected {model.config.latents} latents, got {encoded}")
    y = torch.zeros(1, dtype=torch.long) if model.config.classes else None
    picture = tuple(model.decode(model.prior.mean.unsqueeze(0), y).mean.shape[1:])
    if picture != IMAGE:
        raise ValueError(f"decoder: expected pictures of shape {IMAGE}, got {picture}")
