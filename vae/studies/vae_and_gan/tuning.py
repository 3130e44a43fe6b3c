"""Settings of the VAE and of the GAN tried out in short runs, for the best samples of each.

`python -m vae.studies.vae_and_gan.tuning` writes weights/vae-against-gan-tuning.json:

- `protocol`, as in vae-against-gan.json (`python -m vae.studies.vae_and_gan`);
- `rows`, one for every run, best first by the Frechet distance under its best sampler: `model`,
  `changes` (what differs from the preset), `epochs` and, by the name of the sampler, figures.

One run of each, with one seed: two rows that are near each other may change places with another.
On both sides of the best rate there is to be a worse one. Interrupted, the command goes on.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from vae import cli, files, sampling
from vae.evaluation.generation import short
from vae.studies.vae_and_gan import protocol, stopwatch
from vae.studies.vae_and_gan.contenders import changed
from vae.studies.vae_and_gan.protocol import Conditions
from vae.training import trainers
from vae.training.presets import PRESETS
from vae.training.trainer import TrainingError

SECONDS = 30.0
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "mlp-20": [
        {},
        *({"learning_rate": rate} for rate in (5e-4, 2e-3, 4e-3, 8e-3)),
        {"kl_weight": 2.0},
        {"latents": 10},
    ],
    "gan": [
        {},
        *({"learning_rate": rate} for rate in (5e-4, 1e-3, 2e-3, 4e-3, 8e-3)),
        {"learning_rate": 1e-3, "penalty": 8.0},
        {"learning_rate": 1e-3, "momentum": 0.0},
        {"learning_rate": 1e-3, "latents": 64},
    ],
}


def tune(
    seconds: float, conditions: Conditions, model: str, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """A row of the table."""
    run = trainers.start(changed(PRESETS[model], changes), torch.device("cpu"))
    epochs = stopwatch.train_for(
        run, conditions.train, [seconds], stopwatch.Stopwatch(), lambda seconds, epochs: None
    )
    figures = conditions.measure(run.shipped, protocol.fits(run.shipped, conditions.train))
    return short({"model": model, "changes": dict(changes), "epochs": epochs, **figures})


def _best(row: Mapping[str, Any]) -> float:
    return min(row[name]["frechet_distance"] for name in sampling.LABELS if name in row)


def write(options: argparse.Namespace) -> Path:
    """Tries every setting that the file lacks, and writes it after each; its path."""
    conditions = protocol.prepare(options)
    path = options.weights / "vae-against-gan-tuning.json"
    described = conditions.describe([options.seconds], [0])
    rows = protocol.kept(path, "rows", described).get("rows", [])
    for model, variants in VARIANTS.items():
        for changes in variants:
            if any((row["model"], row["changes"]) == (model, changes) for row in rows):
                continue
            row = tune(options.seconds, conditions, model, changes)
            print(f"{model} {changes}: {protocol.in_words(row)}", flush=True)
            rows = sorted([*rows, row], key=_best)
            files.write_json(path, {"protocol": described, "rows": rows})
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    options = protocol.parser(
        "vae.studies.vae_and_gan.tuning",
        "Short runs of the VAE and the GAN with many settings.",
        SECONDS,
    ).parse_args(arguments)
    return cli.run("vae.studies.vae_and_gan.tuning", lambda: write(options), TrainingError)


if __name__ == "__main__":
    sys.exit(main())
