"""The training loop: epochs over MNIST in memory, a state after each.

All randomness of an epoch comes from a generator seeded by the recipe's seed and the epoch's
number, so a run that is resumed ends with the weights of one that never stopped.
"""

import json
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.optim import Adam, Optimizer
from torch.optim.swa_utils import AveragedModel

from vae import checkpoint, snapshots
from vae.checkpoint import Record
from vae.data import Digits
from vae.presets import Preset, Recipe
from vae.snapshots import Snapshot

STATE_FORMAT = "vae-explorer-training"


class TrainingError(RuntimeError):
    """A run that cannot go on; the message says where it stopped and what to do."""


@dataclass(frozen=True)
class Progress:
    """After a batch: the `images` of this step, and the means of its losses, by name."""

    epoch: int
    images: int
    losses: dict[str, float]


class Run(ABC):
    """Networks in training: weights, their moving average, optimisers, and the history.

    A subclass says what a step is, how the result is tested, and what its checkpoint holds.
    """

    def __init__(self, preset: Preset, device: torch.device):
        self.preset, self.recipe, self.device = preset, preset.recipe, device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.recipe.seed)
            self.model = self.build().to(device)
        self.average = AveragedModel(self.model, avg_fn=_moving_average(self.recipe.averaging))
        self.optimizers = self.build_optimizers()
        self.history: list[dict[str, float]] = []
        self.snapshots: list[Snapshot] = []

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return len(self.history)

    @property
    def result(self) -> nn.Module:
        """The network to keep: the averaged one where the recipe asks for averaging."""
        return self.average.module if self.recipe.averaging else self.model

    @property
    def shipped(self) -> nn.Module:
        """What of the result goes into the checkpoint."""
        return self.result

    @abstractmethod
    def build(self) -> nn.Module:
        """The network, with torch's default initial weights."""

    def build_optimizers(self) -> list[Optimizer]:
        return [self.adam(self.model)]

    def adam(self, network: nn.Module) -> Adam:
        return Adam(network.parameters(), betas=(self.recipe.momentum, 0.999), fused=True)

    def autocast(self) -> torch.autocast:
        enabled = self.recipe.mixed_precision
        return torch.autocast(self.device.type, torch.bfloat16, enabled=enabled)

    def schedule(self, epoch: int) -> dict[str, float]:
        """What the recipe prescribes for the epoch after `epoch` whole ones, for the history."""
        return {"learning_rate": learning_rate(self.recipe, epoch)}

    @abstractmethod
    def step(
        self, images: Tensor, labels: Tensor, generator: torch.Generator, epoch: float
    ) -> dict[str, Tensor]:
        """Updates the weights on a batch, images (B, 1, 28, 28) uint8, labels (B,).

        Gives the means of the losses before the update, by name; "total" is one of them. Without
        an update when one of them is not finite.
        """

    @abstractmethod
    def test(self, digits: Digits) -> dict[str, float]:
        """The figures of the result that the history keeps, by name."""

    @abstractmethod
    def export(self, train_digits: Digits, test_digits: Digits, path: Path) -> Record:
        """Writes the checkpoint, with figures measured on the weights as they are stored."""

    def descend(self, loss: Tensor, epoch: float, optimizer: int = 0) -> None:
        """One step of an optimiser down the gradient of `loss`."""
        chosen = self.optimizers[optimizer]
        chosen.zero_grad()
        loss.backward()
        if self.recipe.gradient_clip:
            parameters = [p for group in chosen.param_groups for p in group["params"]]
            torch.nn.utils.clip_grad_norm_(parameters, self.recipe.gradient_clip)
        for group in chosen.param_groups:
            group["lr"] = learning_rate(self.recipe, epoch)
        chosen.step()


def learning_rate(recipe: Recipe, epoch: float) -> float:
    """The learning rate after `epoch` epochs, a fraction of one included."""
    if recipe.schedule == "constant":
        return recipe.learning_rate
    if recipe.schedule == "halved":
        return recipe.learning_rate * (1 if epoch < recipe.epochs / 2 else 0.5)
    if recipe.schedule == "cosine":
        warmup = min(1.0, epoch + 0.01)
        return recipe.learning_rate * warmup * (1 + math.cos(math.pi * epoch / recipe.epochs)) / 2
    raise ValueError(f"schedule: expected constant, halved or cosine, got {recipe.schedule!r}")


def train(
    run: Run,
    train_digits: Digits,
    test_digits: Digits,
    state: Path,
    report: Callable[[Progress], None],
) -> nn.Module:
    """Trains until the recipe's last epoch, writing `state` after every one; gives the result.

    Raises TrainingError when a loss is not finite.
    """
    due = snapshots.epochs(run.recipe.epochs) if run.preset.snapshots else []
    if due and run.epoch == 0:
        untrained = {f"test_{name}": value for name, value in run.test(test_digits).items()}
        entry = {"epoch": 0, "seconds": 0.0, **untrained}
        run.snapshots = [snapshots.take(run.shipped, test_digits, entry)]
    while run.epoch < run.recipe.epochs:
        start = time.perf_counter()
        losses = run_epoch(run, train_digits, report)
        seconds = time.perf_counter() - start + (run.history[-1]["seconds"] if run.history else 0)
        test = run.test(test_digits)
        if not all(map(math.isfinite, test.values())):
            raise _not_finite(run, "test")
        run.history.append(
            {
                "epoch": run.epoch + 1,
                "seconds": round(seconds, 2),
                **run.schedule(run.epoch),
                **{f"train_{name}": value for name, value in losses.items()},
                **{f"test_{name}": value for name, value in test.items()},
            }
        )
        if run.epoch in due:
            run.snapshots.append(snapshots.take(run.shipped, test_digits, run.history[-1]))
        save_state(run, state)
    return run.result.eval()


def run_epoch(run: Run, digits: Digits, report: Callable[[Progress], None]) -> dict[str, float]:
    """One pass over the digits; the means of the losses seen on the way.

    Adds nothing to the history, by whose length the next epoch is known. Raises TrainingError when
    a loss is not finite.
    """
    recipe = run.recipe
    run.model.train()
    generator = torch.Generator(run.device).manual_seed(recipe.seed * 1_000_003 + run.epoch)
    order = torch.randperm(len(digits), generator=generator, device=run.device)
    batches = order.split(recipe.batch_size)
    sums: dict[str, float] = {}
    for number, rows in enumerate(batches):
        now = run.epoch + number / len(batches)
        terms = run.step(digits.images[rows], digits.labels[rows], generator, now)
        losses = dict(zip(terms, torch.stack([*terms.values()]).tolist(), strict=True))
        if not all(map(math.isfinite, losses.values())):
            raise _not_finite(run, f"batch {number + 1}")
        if recipe.averaging:
            run.average.update_parameters(run.model)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + value * len(rows)
        report(Progress(run.epoch + 1, len(rows), losses))
    return {name: total / len(digits) for name, total in sums.items()}


def _not_finite(run: Run, where: str) -> TrainingError:
    kept = f" The state after epoch {run.epoch} is kept." if run.epoch else ""
    return TrainingError(
        f"{run.preset.name}: the loss is not finite in epoch {run.epoch + 1}, {where}: "
        f"try a lower --learning-rate (now {run.recipe.learning_rate:g}).{kept}"
    )


def _moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """An exponential moving average whose memory is short at first, so that it starts useful."""

    def update(average: Tensor, current: Tensor, count: Tensor) -> Tensor:
        kept = min(decay, (1 + float(count)) / (10 + float(count)))
        return average.lerp(current, 1 - kept)

    return update


def save_state(run: Run, path: Path) -> None:
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
    checkpoint.write_atomically(path, copies, metadata)


def load_state(run: Run, path: Path) -> None:
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


def _settings(run: Run) -> dict:
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
