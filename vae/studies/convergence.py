"""Do ReLU and Adam converge faster? mlp-20 with tanh or ReLU, Adam or gradient descent.

`python -m vae.studies.convergence` gives each pair the same few epochs, at learning rates from too
small to too large, and repeats the best of them with other seeds. It writes
weights/convergence.json:

- `protocol`: model, epochs, seeds, batch_size;
- `rows`, one for every run, best first: `activation`, `optimizer`, `learning_rate`, `seed`, `best`
  (whether it is the best learning rate of its pair), `diverged` (whether a loss was not finite),
  and `history`, one entry for every epoch: epoch, train_total and test_total in nats per image.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch.optim import SGD, Optimizer

from vae import cli, files
from vae.data import Examples
from vae.model import VAEConfig
from vae.networks import RELU, TANH, dense
from vae.training import loop
from vae.training.presets import PRESETS
from vae.training.recipe import Preset
from vae.training.trainer import TrainingError
from vae.training.trainers import VAETrainer

MODEL = "mlp-20"
ACTIVATIONS = {"relu": RELU, "tanh": TANH}
# The loss is a mean over the images of a batch and a sum over 784 pixels. On both sides of the best
# rate there is to be a worse one.
LEARNING_RATES = {
    "adam": (3e-4, 1e-3, 3e-3, 1e-2),
    "gradient descent": (1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "gradient descent with momentum 0.9": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
}
SEEDS = (0, 1, 2)


class DescentTrainer(VAETrainer):
    """A VAE trained by plain stochastic gradient descent instead of Adam."""

    momentum = 0.0

    def build_optimizers(self) -> list[Optimizer]:
        return [SGD(self.model.parameters(), self.recipe.learning_rate, self.momentum)]


class MomentumTrainer(DescentTrainer):
    """The same with a heavy ball: Polyak, 1964."""

    momentum = 0.9


KINDS = dict(zip(LEARNING_RATES, (VAETrainer, DescentTrainer, MomentumTrainer), strict=True))


def variant(activation: str, learning_rate: float, seed: int = 0) -> Preset:
    """mlp-20 with another activation and learning rate, its last weights kept, not their mean."""
    preset = PRESETS[MODEL]
    config = VAEConfig(20, **dense([400, 200], 20, ACTIVATIONS[activation]))
    recipe = replace(preset.recipe, learning_rate=learning_rate, averaging=0.0, seed=seed)
    return replace(preset, config=config, recipe=recipe)


def descend(run: VAETrainer, epochs: int, train: Examples, test: Examples) -> dict[str, Any]:
    """`diverged` and `history` of a run of a few epochs."""
    history = []
    try:
        for epoch in range(1, epochs + 1):
            losses = loop.run_epoch(run, train, lambda progress: None)
            entry = {
                "epoch": epoch,
                "train_total": round(losses["total"], 3),
                "test_total": round(run.test(test)["total"], 3),
            }
            run.history.append(entry)
            history.append(entry)
    except TrainingError:
        return {"diverged": True, "history": history}
    return {"diverged": False, "history": history}


def compare(epochs: int, train: Examples, test: Examples) -> list[dict[str, Any]]:
    """The rows of the table."""

    def row(activation: str, optimizer: str, rate: float, seed: int) -> dict[str, Any]:
        run = KINDS[optimizer](variant(activation, rate, seed), torch.device("cpu"))
        settings = {"activation": activation, "optimizer": optimizer, "learning_rate": rate}
        found = descend(run, epochs, train, test)
        entry = {**settings, "seed": seed, "best": False, **found}
        print(entry, flush=True)
        return entry

    rows = []
    for activation in ACTIVATIONS:
        for optimizer, rates in LEARNING_RATES.items():
            first, *others = SEEDS
            own = [row(activation, optimizer, rate, first) for rate in rates]
            best = min(own, key=_last)
            own += [row(activation, optimizer, best["learning_rate"], seed) for seed in others]
            for one in own:
                one["best"] = one["learning_rate"] == best["learning_rate"]
            rows += own
    return sorted(rows, key=_last)


def _last(row: dict[str, Any]) -> float:
    return float("inf") if row["diverged"] else row["history"][-1]["test_total"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser(
        "vae.studies.convergence",
        f"Trains {MODEL} for a few epochs with other activations and optimisers.",
    )
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args(arguments)
    return cli.run("vae.studies.convergence", lambda: write(options))


def write(options: argparse.Namespace) -> Path:
    """Measures, and writes the file; its path."""
    rows = compare(options.epochs, *cli.digits(options))
    recipe = PRESETS[MODEL].recipe
    protocol = {
        "model": MODEL,
        "epochs": options.epochs,
        "seeds": list(SEEDS),
        "batch_size": recipe.batch_size,
    }
    path = options.weights / "convergence.json"
    files.write_json(path, {"protocol": protocol, "rows": rows})
    return path


if __name__ == "__main__":
    sys.exit(main())
