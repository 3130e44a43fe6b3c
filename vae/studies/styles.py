"""How the digits are drawn that models generate: sharp or soft, thick or thin, upright or slanted.

`python -m vae.studies.styles` writes weights/styles.json:

- `protocol`: samples, sampling seeds;
- `real`, of the test digits, and `models`, by name and by the name of the distribution: of every
  style in `vae.evaluation.style`, `mean`; `low` and `high`, its 5th and its 95th percentile; and
  `range`, the one less the other: how varied it is. Each is a list, one number a sampling seed;
- `orientations`: what a higher alpha and a higher beta do in mlp-2 when its plane is turned; see
  `orientations` below.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vae import checkpoints, cli, files, sampling
from vae.data import grey
from vae.evaluation import generation
from vae.evaluation.generation import short
from vae.evaluation.judge import BATCH
from vae.evaluation.style import STYLES
from vae.families import FAMILIES
from vae.model import Decoder

SAMPLES, SEEDS = 5_000, (0, 1, 2)
TURNED, TURNS = "mlp-2", 8


def describe(x: Tensor) -> dict[str, dict[str, float]]:
    """Of images x (N, 1, 28, 28) in [0, 1]: each style's mean and percentiles."""
    found = {}
    for name, style in STYLES.items():
        values = style(x).double()
        low, high = values.quantile(values.new_tensor([0.05, 0.95])).tolist()
        found[name] = {"mean": values.mean().item(), "low": low, "high": high, "range": high - low}
    return found


def gathered(found: Iterable[dict[str, dict[str, float]]]) -> dict[str, dict[str, list[float]]]:
    """Several of the above as one, a list for every number."""
    found = [*found]
    return {
        name: {key: short([one[name][key] for one in found]) for key in found[0][name]}
        for name in STYLES
    }


def of_model(model: Decoder) -> dict[str, Any]:
    """By the name of each distribution that the reports drew from."""
    result = {}
    for spec in sampling.REPORTED:
        drawn = (
            torch.cat(
                [
                    *generation.generate(
                        model, spec, {}, SAMPLES, torch.Generator().manual_seed(seed)
                    )
                ]
            )
            for seed in SEEDS
        )
        result[sampling.name(spec)] = gathered(map(describe, drawn))
    return result


@torch.no_grad()
def orientations(model: Decoder) -> dict[str, list[float]]:
    """What changes when alpha, or beta, of Beta(alpha, beta) goes from 1.1 to 4 and the other is 2,
    one number for each of `TURNS` turns of the plane of a model with two latents.

    A prior that is the same in every direction could as well have led training to any of them.
    By name: "alpha, edge strength", "beta, edge strength", of the mean edge strength; and "alpha,
    variation", "beta, variation", of the range of the ink.
    """
    result: dict[str, list[float]] = {}
    for turn in range(TURNS):
        angle = torch.tensor(2 * torch.pi * turn / TURNS)
        cos, sin = angle.cos(), angle.sin()
        turned = torch.stack([torch.stack([cos, -sin]), torch.stack([sin, cos])])

        def drawn(alpha: float, beta: float, turned: Tensor = turned) -> dict[str, Any]:
            spec = FAMILIES["beta"].spec(alpha, beta)
            generator = torch.Generator().manual_seed(0)
            z = sampling.sample(spec, model.config, {}, SAMPLES, generator)
            pictures = [model.decode(part @ turned.T).mean for part in z.split(BATCH)]
            return describe(torch.cat(pictures))

        for name, low, high in (
            ("alpha", drawn(1.1, 2), drawn(4, 2)),
            ("beta", drawn(2, 1.1), drawn(2, 4)),
        ):
            edges = high["edge strength"]["mean"] - low["edge strength"]["mean"]
            result.setdefault(f"{name}, edge strength", []).append(edges)
            varied = high["ink"]["range"] - low["ink"]["range"]
            result.setdefault(f"{name}, variation", []).append(varied)
    return short(result)


def write(options: argparse.Namespace) -> Path:
    """Describes the digits of every model and writes the file; its path."""
    _, test = cli.digits(options)
    models = {}
    for name in checkpoints.list_models(options.weights):
        model = checkpoints.load(name, options.weights)
        if model.record.of_digits:
            models[name] = of_model(model)
    content = {
        "protocol": {"samples": SAMPLES, "seeds": list(SEEDS)},
        "real": gathered([describe(grey(test.images))]),
        "models": models,
        "orientations": orientations(checkpoints.load(TURNED, options.weights)),
    }
    path = options.weights / "styles.json"
    files.write_json(path, content)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser("vae.studies.styles", "Describes how the digits of every model are drawn.")
    return cli.run("vae.studies.styles", lambda: write(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
