"""The state of a training, after every epoch: what a run that was interrupted goes on from."""

import json
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from vae import checkpoints
from vae.training import snapshots
from vae.training.recipe import Recipe
from vae.training.trainer import Trainer, TrainingError

STATE_FORMAT = "vae-explorer-training"


def save_state(run: Trainer, path: Path) -> None:
    """Everything that a resumed run needs, as one safetensors file, replaced in one step."""
    tensors = {f"model.{key}": value for key, value in run.model.state_dict().items()}
    if run.recipe.averaging:
        tensors |= {f"average.{key}": value for key, value in run.average.state_dict().items()}
    for number, optimizer in enumerate(run.optimizers):
        for index, moments in optimizer.state_dict()["state"].items():
            prefix = f"optimizer.{number}.{index}"
            tensors |= {f"{prefix}.{key}": value for key, value in moments.items()}
    tensors |= snapshots.pack(run.snapshots)
    metadata = {
        "format": STATE_FORMAT,
        "settings": json.dumps(_settings(run)),
        "history": json.dumps(run.history),
        "snapshots": json.dumps([snapshot.entry for snapshot in run.snapshots]),
    }
    # Cloned: safetensors refuses tensors that share memory.
    copies = {key: value.detach().cpu().clone().contiguous() for key, value in tensors.items()}
    checkpoints.write(path, copies, metadata)


def load_state(run: Trainer, path: Path) -> None:
    """Puts `run` where the run that wrote `path` was. TrainingError when it was another run."""
    try:
        with safe_open(path, framework="pt", device=str(run.device)) as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise TrainingError(f"{path}: cannot be read ({error}); train without --resume") from error
    if metadata.get("format") != STATE_FORMAT:
        raise TrainingError(f"{path}: is not the state of a training; train without --resume")
    # A setting that is younger than the state had its default when the state was written.
    stored = {**asdict(Recipe(0)), "snapshots": False, **json.loads(metadata["settings"])}
    wanted = _settings(run)
    if changed := [key for key in wanted if stored.get(key) != wanted[key]]:
        raise TrainingError(
            f"{path}: was trained with another {', '.join(changed)}; "
            "give the same options as then, or train without --resume"
        )
    run.model.load_state_dict(_under("model.", tensors))
    if run.recipe.averaging:
        run.average.load_state_dict(_under("average.", tensors))
    for number, optimizer in enumerate(run.optimizers):
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under(f"optimizer.{number}.", tensors).items():
            index, key = name.split(".", 1)
            moments.setdefault(int(index), {})[key] = tensor
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": moments, "param_groups": groups})
    run.history = json.loads(metadata["history"])
    if run.preset.snapshots:
        entries = json.loads(metadata["snapshots"])
        run.snapshots = snapshots.unpack(run.shipped.config, entries, tensors, path)


def _settings(run: Trainer) -> dict:
    # By way of JSON, so that tuples and lists compare equal after a round trip.
    preset = run.preset
    settings = {
        **asdict(preset.recipe),
        "network": preset.config.to_dict(),
        "snapshots": preset.snapshots,
    }
    return json.loads(json.dumps(settings))


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
