"""Models by name: the checkpoints of a folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from vae.checkpoints.format import STATISTICS, CheckpointError, fill, pytorch, read
from vae.checkpoints.record import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.files import check, file_hash
from vae.model import VAE, Decoder, from_config
from vae.networks import IMAGE

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"
# The instruments that read digits; every other file of the folder is a model. No model learns from
# the second one, so what it sees in generated digits, none of them was made to please.
CLASSIFIER, SECOND_CLASSIFIER = "classifier", "second-classifier"
# What the files of PyTorch are called.
FOREIGN = (".pt", ".pth")


def load(name_or_path: str | Path, weights: Path = WEIGHTS) -> Decoder:
    """The model of a checkpoint, a `VAE` or, without an encoder, a `Decoder`; in evaluation mode,
    with its training record as `.record`.

    name_or_path: a name that `list_models` gives, or a path to a `.safetensors` file. Raises
    FileNotFoundError when there is no such model, CheckpointError when the file cannot be used.
    """
    path = _find(name_or_path, Path(weights))
    metadata, tensors = read(path)
    try:
        model = from_config(json.loads(metadata["config"])).eval()
        model.record = Record(**json.loads(metadata["record"]))
        _check_layers(model)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise _unusable(path, error) from error
    fill(model, tensors, path)
    return model


def load_classifier(weights: Path = WEIGHTS, name: str = CLASSIFIER) -> Classifier:
    """A shipped classifier, in evaluation mode, with its training record as `.record` and the
    first 12 hexadecimal digits of its file's SHA-256 as `.hash`.

    name: `CLASSIFIER` or `SECOND_CLASSIFIER`. Raises FileNotFoundError or CheckpointError, naming
    the file, when it cannot be used.
    """
    path = Path(weights) / f"{name}.safetensors"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; python train.py {name} makes it")
    metadata, tensors = read(path, "classifier")
    try:
        model = Classifier(ClassifierConfig(**json.loads(metadata["config"]))).eval()
        model.record = Record(**json.loads(metadata["record"]))
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise _unusable(path, error) from error
    fill(model, tensors, path)
    model.hash = file_hash(path)
    return model


def load_statistics(name_or_path: str | Path, weights: Path = WEIGHTS) -> dict[str, Tensor]:
    """The statistics stored beside the weights; see `vae.evaluation.statistics`."""
    _, tensors = read(_find(name_or_path, Path(weights)))
    return {
        name.removeprefix(STATISTICS): tensor
        for name, tensor in tensors.items()
        if name.startswith(STATISTICS)
    }


def list_models(weights: Path = WEIGHTS) -> list[str]:
    """The names of the checkpoints in a folder, in alphabetical order."""
    names = sorted(path.stem for path in Path(weights).glob("*.safetensors"))
    return [name for name in names if name not in (CLASSIFIER, SECOND_CLASSIFIER)]


@dataclass(frozen=True)
class Zoo:
    """The models of a folder that can be used, and why each of the others cannot, PyTorch's files
    among them. hashes: the first 12 hexadecimal digits of the SHA-256 of every model's file; files:
    of every checkpoint and JSON file of the folder, and of its snapshots, by their paths in it;
    damaged: what is wrong with those of them that are not as they were shipped, models aside."""

    models: dict[str, Decoder]
    left_out: dict[str, str]
    folder: Path
    hashes: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)


def open_zoo(weights: Path = WEIGHTS, first: Sequence[str] = ()) -> Zoo:
    """Every model of a folder, those named `first` before the others; a broken file is left out,
    never raised."""
    models, hashes = {}, {}
    left_out = {
        path.name: f"{path}: {pytorch(path)}"
        for path in sorted(Path(weights).glob("*"))
        if path.suffix in FOREIGN
    }
    files = _file_hashes(Path(weights))
    names = list_models(weights)
    for name in [*filter(names.__contains__, first), *filter(lambda n: n not in first, names)]:
        try:
            models[name] = load(name, weights)
            hashes[name] = files[f"{name}.safetensors"]
        except CheckpointError as error:
            left_out[name] = str(error)
    others = {
        path: files[path] for path in files if path.removesuffix(".safetensors") not in left_out
    }
    return Zoo(models, left_out, Path(weights), hashes, files, _damaged(Path(weights), others))


def _file_hashes(folder: Path) -> dict[str, str]:
    patterns = ("*.safetensors", "*.json", "snapshots/*.safetensors")
    files = sorted(path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in files}


def _damaged(folder: Path, hashes: dict[str, str]) -> dict[str, str]:
    """Which files of a folder are not as they are listed there, and what to do."""
    found = {}
    for path, known in hashes.items():
        try:
            check(folder / path, known)
        except ValueError as error:
            found[path] = str(error)
    return found


def _find(name_or_path: str | Path, weights: Path) -> Path:
    path = Path(name_or_path)
    if path.suffix != ".safetensors":
        stored = weights / f"{name_or_path}.safetensors"
        if not stored.is_file():
            _refuse(path)
        path = stored
    if not path.is_file():
        known = ", ".join(list_models(path.parent)) or "none"
        raise FileNotFoundError(f"{path}: no such checkpoint; {path.parent} holds {known}")
    return path


def _unusable(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        path,
        f"is damaged, or of another version: its configuration cannot be used ({error})",
    )


def _refuse(path: Path) -> None:
    """Says of a file that is there, and of one that is called like PyTorch's, what can be read."""
    if path.suffix in FOREIGN:
        raise CheckpointError(path, pytorch(path))
    if path.is_file():
        raise CheckpointError(path, "is foreign: expected a .safetensors file or a model's name")


@torch.no_grad()
def _check_layers(model: Decoder) -> None:
    """Sends one image there and one picture back; raises when layers do not fit each other."""
    if isinstance(model, VAE):
        encoded = model.encode(torch.zeros(1, *IMAGE)).mean.shape[1]
        if encoded != model.config.latents:
            raise ValueError(f"encoder: expected {model.config.latents} latents, got {encoded}")
    y = torch.zeros(1, dtype=torch.long) if model.config.classes else None
    picture = tuple(model.decode(model.prior.mean.unsqueeze(0), y).mean.shape[1:])
    if picture != IMAGE:
        raise ValueError(f"decoder: expected pictures of shape {IMAGE}, got {picture}")
