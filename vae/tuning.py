"""Settings of the VAE and of the GAN tried out in short runs, for the best samples of each.

`python -m vae.tuning` writes weights/vae-against-gan-tuning.json:

- `protocol`, as in vae-against-gan.json (`vae.duel`);
- `rows`, one for every run, best first by the Frechet distance under its best sampler: `model`,
  `changes` (what differs from the preset), `epochs` and, by the name of the sampler, figures.

One run of each, with one seed: two rows that are near each other may change places with another.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from vae import checkpoint, duel, race, runs, sampler, training
from vae.duel import Arena
from vae.entrants import changed
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


def tune(seconds: float, arena: Arena, report: Callable[[str], None]) -> list[dict[str, Any]]:
    """The rows of the table."""
    rows = []
    for model, variants in VARIANTS.items():
        for changes in variants:
            run = runs.start(changed(PRESETS[model], changes), torch.device("cpu"))
            epochs = race.train_for(
                run, arena.train, [seconds], race.Stopwatch(), lambda seconds, epochs: None
            )
            figures = duel.measure(arena, run.shipped, duel.class_fits(run.shipped, arena.train))
            rows.append(
                duel.short({"model": model, "changes": changes, "epochs": epochs, **figures})
            )
            report(f"{model} {changes}: {duel.in_words(figures)}")
    return sorted(rows, key=_best)


def _best(row: Mapping[str, Any]) -> float:
    return min(row[name]["frechet_distance"] for name in sampler.LABELS if name in row)


def main(arguments: Sequence[str] | None = None) -> int:
    options = duel.parser(
        "python -m vae.tuning", "Short runs of the VAE and the GAN with many settings.", SECONDS
    ).parse_args(arguments)
    try:
        arena = duel.arena(options)
        rows = tune(options.seconds, arena, lambda line: print(line, flush=True))
        path = options.weights / "vae-against-gan-tuning.json"
        content = {"protocol": duel.protocol(arena, [options.seconds], [0]), "rows": rows}
        checkpoint.write_json(path, content)
    except (ValueError, OSError, training.TrainingError) as error:
        print(f"vae.tuning: {error}", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
