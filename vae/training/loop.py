"""The training loop: epochs over images in memory, a state after each.

All randomness of an epoch comes from a generator seeded by the recipe's seed and the epoch's
number, so a run that is resumed ends with the weights of one that never stopped.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from vae.data import Examples
from vae.training import snapshots
from vae.training.resume import save_state
from vae.training.trainer import Progress, Trainer, TrainingError


def train(
    run: Trainer,
    train_digits: Examples,
    test_digits: Examples,
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
        losses = run_epoch(run, run.learnt(train_digits), report)
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


def run_epoch(
    run: Trainer, digits: Examples, report: Callable[[Progress], None]
) -> dict[str, float]:
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


def _not_finite(run: Trainer, where: str) -> TrainingError:
    kept = f" The state after epoch {run.epoch} is kept." if run.epoch else ""
    return TrainingError(
        f"{run.preset.name}: the loss is not finite in epoch {run.epoch + 1}, {where}: "
        f"try a lower --learning-rate (now {run.recipe.learning_rate:g}).{kept}"
    )
