"""Models by name: the checkpoints of a folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from vae.checkpoints.format import STATISTICS, CheckpointError, fill, read
from vae.checkpoints.record import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.files import file_hash
from vae.model import VAE, Decoder, from_config
from vae.networks import IMAGE

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"
# The instrument that reads digits; every other file of the folder is a model.
CLASSIFIER = "classifier"


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
    return [name for name in names if name != CLASSIFIER]


@dataclass(frozen=True)
class Zoo:
    """The models of a folder that can be used, and why each of the others cannot. hashes: the
    first 12 hexadecimal digits of the SHA-256 of every model's file."""

    models: dict[str, Decoder]
    left_out: dict[str, str]
    folder: Path
    hashes: dict[str, str] = field(default_factory=dict)


def open_zoo(weights: Path = WEIGHTS, first: Sequence[str] = ()) -> Zoo:
    """Every model of a folder, those named `first` before the others; a broken file is left out,
    never raised."""
    models, left_out, hashes = {}, {}, {}
    names = list_models(weights)
    for name in [*filter(names.__contains__, first), *filter(lambda n: n not in first, names)]:
        try:
            models[name] = load(name, weights)
            hashes[name] = file_hash(_find(name, Path(weights)))
        except CheckpointError as error:
            left_out[name] = str(error)
    return Zoo(models, left_out, Path(weights), hashes)


def _find(name_or_path: str | Path, weights: Path) -> Path:
    path = Path(name_or_path)
    if path.suffix != ".safetensors":
        path = weights / f"{name_or_path}.safetensors"
    if not path.is_file():
        known = ", ".join(list_models(path.parent)) or "none"
        raise FileNotFoundError(f"{path}: no such checkpoint; {path.parent} holds {known}")
    return path


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
