"""Short trainings of tiny models, and whether two of them came to the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae.data import Examples
from vae.training import loop, snapshots, trainers
from vae.training.presets import Preset, Recipe
from vae.training.trainer import Progress, Trainer

CPU = torch.device("cpu")
RECIPES = {
    "normal": Recipe(epochs=3, batch_size=48),
    "beta": Recipe(epochs=3, batch_size=48, schedule="cosine", gradient_clip=100.0),
    "noisy": Recipe(epochs=3, batch_size=48, kl_warmup=2.0, schedule="halved"),
    "batch norm": Recipe(
        epochs=3,
        batch_size=48,
        schedule="cosine",
        averaging=0.99,
        binarised=True,
        mixed_precision=True,
    ),
}
ADVERSARIAL = Recipe(epochs=3, batch_size=48, momentum=0.5, averaging=0.99)
each_recipe = pytest.mark.parametrize("kind", RECIPES)
each_recipe_and_a_gan = pytest.mark.parametrize("kind", [*RECIPES, "gan"])


def ignore(progress: Progress) -> None:
    pass


def finish(preset: Preset, digits: tuple[Examples, Examples], state: Path) -> Trainer:
    run = trainers.start(preset, CPU)
    loop.train(run, *digits, state, ignore)
    return run


def tensors(run: Trainer) -> dict[str, Tensor]:
    """Everything that decides how a run goes on."""
    optimizer = {
        f"optimizer.{number}.{index}.{key}": value
        for number, optimizer in enumerate(run.optimizers)
        for index, moments in optimizer.state_dict()["state"].items()
        for key, value in moments.items()
    }
    average = {f"average.{key}": value for key, value in run.average.state_dict().items()}
    kept = snapshots.pack(run.snapshots)
    return {**run.model.state_dict(), **average, **optimizer, **kept}


def figures(run: Trainer) -> list[dict[str, float]]:
    """The history and the snapshots' but for the time that it took."""
    entries = [*run.history, *(snapshot.entry for snapshot in run.snapshots)]
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in entries]


def assert_same(one: Trainer, other: Trainer) -> None:
    assert figures(one) == figures(other)
    left, right = tensors(one), tensors(other)
    assert left.keys() == right.keys()
    for name in left:
        assert torch.equal(left[name], right[name]), name


def stop_in(epoch: int, after: int = 1) -> Callable[[Progress], None]:
    """A report that interrupts the run after some batches of an epoch, as Ctrl-C does."""
    seen = []

    def report(progress: Progress) -> None:
        seen.append(progress.epoch)
        if seen.count(epoch) == after:
            raise KeyboardInterrupt

    return report
