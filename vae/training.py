"""The training loop: epochs over MNIST in memory, a state after each, a checkpoint at the end.

All randomness of an epoch comes from a generator seeded by the recipe's seed and the epoch's
number, so a run that is resumed ends with the weights of one that never stopped.
"""

import json
import math
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from vae import checkpoint, evaluation
from vae.checkpoint import Record
from vae.data import Digits, binarise, grey
from vae.model import VAE, VAEConfig
from vae.objective import elbo, kl_weight
from vae.presets import Preset, Recipe

STATE_FORMAT = "vae-explorer-training"
BOUND_SAMPLES = 500


class TrainingError(RuntimeError):
    """A run that cannot go on; the message says where it stopped and what to do."""


@dataclass(frozen=True)
class Progress:
    """After a batch: `images` seen in this step, and means of its losses, in nats per image."""

    epoch: int
    images: int
    reconstruction: float
    kl: float


class Run:
    """A model in training: weights, their moving average, the optimiser, and the history."""

    def __init__(self, preset: Preset, device: torch.device):
        self.preset, self.recipe, self.device = preset, preset.recipe, device
        self.model = initialise(preset.config, self.recipe.seed).to(device)
        self.average = AveragedModel(self.model, avg_fn=_moving_average(self.recipe.averaging))
        self.optimizer = torch.optim.Adam(self.model.parameters(), fused=True)
        self.history: list[dict[str, float]] = []

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return len(self.history)

    @property
    def result(self) -> VAE:
        """The model to keep: the averaged one where the recipe asks for averaging."""
        return self.average.module if self.recipe.averaging else self.model


def initialise(config: VAEConfig, seed: int) -> VAE:
    """A model with torch's default initial weights for this seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return VAE(config)


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
) -> VAE:
    """Trains until the recipe's last epoch, writing `state` after every one; gives the model.

    Raises TrainingError when a loss is not finite.
    """
    while run.epoch < run.recipe.epochs:
        start = time.perf_counter()
        losses = _epoch(run, train_digits, report)
        seconds = time.perf_counter() - start + (run.history[-1]["seconds"] if run.history else 0)
        test = evaluation.losses(run.result.eval(), test_digits, run.recipe.binarised)
        if not all(map(math.isfinite, test.values())):
            raise _not_finite(run, "test")
        run.history.append(
            {
                "epoch": run.epoch + 1,
                "seconds": round(seconds, 2),
                "learning_rate": learning_rate(run.recipe, run.epoch),
                "kl_weight": kl_weight(run.recipe.kl_weight, run.recipe.kl_warmup, run.epoch + 1),
                **{f"train_{name}": value for name, value in losses.items()},
                **{f"test_{name}": value for name, value in test.items()},
            }
        )
        save_state(run, state)
    return run.result.eval()


def _epoch(run: Run, digits: Digits, report: Callable[[Progress], None]) -> dict[str, float]:
    """One pass over the digits; the means of the losses seen on the way, in nats per image."""
    recipe = run.recipe
    run.model.train()
    generator = torch.Generator(run.device).manual_seed(recipe.seed * 1_000_003 + run.epoch)
    order = torch.randperm(len(digits), generator=generator, device=run.device)
    batches = order.split(recipe.batch_size)
    sums = torch.zeros(2, dtype=torch.float64)
    for number, rows in enumerate(batches):
        images = digits.images[rows]
        x = binarise(images, generator) if recipe.binarised else grey(images)
        now = run.epoch + number / len(batches)
        terms = _step(run, x, generator, now)
        if not terms.isfinite().all():
            raise _not_finite(run, f"batch {number + 1}")
        sums += terms.double() * len(rows)
        report(Progress(run.epoch + 1, len(rows), *terms.tolist()))
    reconstruction, kl = (sums / len(digits)).tolist()
    return {"reconstruction": reconstruction, "kl": kl, "total": reconstruction + kl}


def _not_finite(run: Run, where: str) -> TrainingError:
    kept = f" The state after epoch {run.epoch} is kept." if run.epoch else ""
    return TrainingError(
        f"{run.preset.name}: the loss is not finite in epoch {run.epoch + 1}, {where}: "
        f"try a lower --learning-rate (now {run.recipe.learning_rate:g}).{kept}"
    )


def _step(run: Run, x: Tensor, generator: torch.Generator, epoch: float) -> Tensor:
    """One update of the weights; gives the means of (-log p(x|z), KL) before it."""
    recipe = run.recipe
    with torch.autocast(run.device.type, torch.bfloat16, enabled=recipe.mixed_precision):
        terms = elbo(run.model, x, generator)
    reconstruction, kl = -terms.log_px.mean(), terms.kl.sum(-1).mean()
    # A weight of 0 must not let an infinite KL through as 0 * inf.
    weight = kl_weight(recipe.kl_weight, recipe.kl_warmup, epoch)
    loss = reconstruction + weight * kl if weight else reconstruction
    losses = torch.stack([reconstruction, kl]).detach().cpu()
    if not losses.isfinite().all():
        return losses
    run.optimizer.zero_grad()
    loss.backward()
    if recipe.gradient_clip:
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), recipe.gradient_clip)
    for group in run.optimizer.param_groups:
        group["lr"] = learning_rate(recipe, epoch)
    run.optimizer.step()
    if recipe.averaging:
        run.average.update_parameters(run.model)
    return losses


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
    for index, moments in run.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{key}": value for key, value in moments.items()}
    metadata = {
        "format": STATE_FORMAT,
        "settings": json.dumps(_settings(run)),
        "history": json.dumps(run.history),
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
    stored, wanted = json.loads(metadata["settings"]), _settings(run)
    if changed := [key for key in wanted if stored.get(key) != wanted[key]]:
        raise TrainingError(
            f"{path}: was trained with another {', '.join(changed)}; "
            "give the same options as then, or train without --resume"
        )
    run.model.load_state_dict(_under("model.", tensors))
    if run.recipe.averaging:
        run.average.load_state_dict(_under("average.", tensors))
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under("optimizer.", tensors).items():
        index, key = name.split(".", 1)
        moments.setdefault(int(index), {})[key] = tensor
    groups = run.optimizer.state_dict()["param_groups"]
    run.optimizer.load_state_dict({"state": moments, "param_groups": groups})
    run.history = json.loads(metadata["history"])


def _settings(run: Run) -> dict:
    # By way of JSON, so that tuples and lists compare equal after a round trip.
    settings = {**asdict(run.recipe), "network": run.preset.config.to_dict()}
    return json.loads(json.dumps(settings))


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def export(run: Run, train_digits: Digits, test_digits: Digits, path: Path) -> Record:
    """Writes the checkpoint of a finished run, with figures measured on the rounded weights."""
    model = checkpoint.round_to_half(deepcopy(run.result)).eval()
    binarised = run.recipe.binarised
    statistics = evaluation.statistics(model, train_digits, test_digits)
    figures = {
        **evaluation.losses(model, test_digits, binarised),
        "active_units": int((statistics["activity"] > evaluation.ACTIVE).sum()),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "seconds": run.history[-1]["seconds"],
    }
    if binarised:
        figures["bound"] = evaluation.bound(model, test_digits, BOUND_SAMPLES)
        figures["bound_samples"] = BOUND_SAMPLES
    record = Record(run.preset.name, run.preset.about, asdict(run.recipe), run.history, figures)
    checkpoint.save(path, model, record, statistics)
    return record
