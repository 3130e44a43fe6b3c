"""Settings of the VAE and of the GAN tried out in short runs, for the best samples of each.

`python -m vae.tuning` writes weights/vae-against-gan-tuning.json:

- `protocol`, as in vae-against-gan.json (`vae.duel`);
- `rows`, one for every run, best first by the Frechet distance under its best sampler: `model`,
  `changes` (what differs from the preset), `epochs` and, by the name of the sampler, figures.

One run of each, with one seed: two rows that are near each other may change places with another.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from vae import arena, checkpoint, command, race, runs, sampler, training
from vae.arena import Arena
from vae.entrants import changed
from vae.generation import short
from vae.presets import PRESETS

SECONDS = 30.0
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "mlp-20": [
        {},
        {"learning_rate": 5e-4},
        {"learning_rate": 2e-3},
        {"kl_weight": 0.5},
        {"kl_weight": 2.0},
        {"latents": 10},
    ],
    "gan": [
        {},
        {"penalty": 0.0},
        {"penalty": 0.5},
        {"penalty": 8.0},
        {"learning_rate": 5e-4},
        {"learning_rate": 1e-3},
        {"learning_rate": 2e-3},
        {"learning_rate": 1e-3, "penalty": 8.0},
        {"learning_rate": 1e-3, "momentum": 0.0},
        {"learning_rate": 1e-3, "latents": 64},
    ],
}


def tune(seconds: float, place: Arena, report: Callable[[str], None]) -> list[dict[str, Any]]:
    """The rows of the table."""
    rows = []
    for model, variants in VARIANTS.items():
        for changes in variants:
            run = runs.start(changed(PRESETS[model], changes), torch.device("cpu"))
            epochs = race.train_for(
                run, place.train, [seconds], race.Stopwatch(), lambda seconds, epochs: None
            )
            figures = place.measure(run.shipped, arena.class_fits(run.shipped, place.train))
            rows.append(short({"model": model, "changes": changes, "epochs": epochs, **figures}))
            report(f"{model} {changes}: {arena.in_words(figures)}")
    return sorted(rows, key=_best)


def _best(row: Mapping[str, Any]) -> float:
    return min(row[name]["frechet_distance"] for name in sampler.LABELS if name in row)


def write(options: argparse.Namespace) -> Path:
    """Tries every setting and writes the file; its path."""
    place = arena.enter(options)
    rows = tune(options.seconds, place, lambda line: print(line, flush=True))
    path = options.weights / "vae-against-gan-tuning.json"
    checkpoint.write_json(path, {"protocol": place.protocol([options.seconds], [0]), "rows": rows})
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    options = arena.parser(
        "vae.tuning", "Short runs of the VAE and the GAN with many settings.", SECONDS
    ).parse_args(arguments)
    return command.run("vae.tuning", lambda: write(options), training.TrainingError)


if __name__ == "__main__":
    sys.exit(main())
