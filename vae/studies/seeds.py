"""Which digit dominates when z comes from elsewhere than the prior, over training seeds.

`python -m vae.studies.seeds` trains mlp-20 with other seeds than the shipped model's, lets the
classifier read what each of them generates, and writes weights/seeds.json:

- `protocol`: model, seeds, samples, classifier (its hash);
- `distributions`, by name: `label` and `spec`, as in evaluation.json;
- `models`, one for every seed: `seed`, `test_total` in nats per image;
- `rows`, one for every distribution and seed: `distribution`, `seed`, `digit` (the one read most
  often), `share` of it, and `classes`, the shares of all ten;
- `dominant`, by distribution: the `digit` of each seed, in their order.

The trainings leave their states in a folder of their own, and go on from there when repeated.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from vae import checkpoints, cli, files, sampling
from vae.classifier import Classifier
from vae.data import Examples
from vae.evaluation import generation, measures
from vae.model import VAE
from vae.training import loop, resume, trainers
from vae.training.presets import PRESETS
from vae.training.trainer import TrainingError

MODEL = "mlp-20"
SEEDS = (0, 1, 2, 3, 4)


def distributions() -> dict[str, dict[str, Any]]:
    """By name, the specs that the reports drew from, raw, and the prior beside them."""
    return {sampling.name(spec): spec for spec in sampling.REPORTED}


def trained(seed: int, train: Examples, test: Examples, state: Path) -> tuple[VAE, float]:
    """mlp-20 trained with that seed, as a checkpoint would hold it, and its test loss."""
    preset = PRESETS[MODEL]
    preset = replace(preset, recipe=replace(preset.recipe, seed=seed), snapshots=False)
    run, path = (
        trainers.start(preset, torch.device("cpu")),
        state / f"{MODEL}-seed-{seed}.safetensors",
    )
    if path.is_file():
        resume.load_state(run, path)
    total = run.recipe.epochs * len(train)
    with tqdm(total=total, initial=run.epoch * len(train), desc=f"seed {seed}") as bar:
        loop.train(run, train, test, path, lambda progress: bar.update(progress.images))
    return checkpoints.round_to_half(run.result).eval(), run.history[-1]["test_total"]


@torch.no_grad()
def readings(model: VAE, classifier: Classifier, samples: int) -> list[dict[str, Any]]:
    """One row for every distribution, without the seed."""
    rows = []
    for name, spec in distributions().items():
        generator = torch.Generator().manual_seed(0)
        pictures = generation.generate(model, spec, {}, samples, generator)
        read = torch.cat([classifier(x).argmax(1) for x in pictures])
        shares = [round(share, 4) for share in measures.class_shares(read).tolist()]
        digit = max(range(10), key=shares.__getitem__)
        row = {"distribution": name, "digit": digit, "share": shares[digit], "classes": shares}
        rows.append(row)
    return rows


def models(
    train: Examples, test: Examples, weights: Path, state: Path
) -> Iterator[tuple[int, VAE, float]]:
    """Of every seed the model, the shipped one for its own, and its test loss."""
    for seed in SEEDS:
        if seed == PRESETS[MODEL].recipe.seed:
            model = checkpoints.load(MODEL, weights)
            yield seed, model, model.record.history[-1]["test_total"]
        else:
            yield seed, *trained(seed, train, test, state)


def write(options: argparse.Namespace) -> Path:
    """Trains what is not trained yet, reads, and writes the file; its path."""
    digits = cli.digits(options)
    classifier = checkpoints.load_classifier(options.weights)
    losses, rows = [], []
    for seed, model, total in models(*digits, options.weights, options.state):
        losses.append({"seed": seed, "test_total": round(total, 3)})
        rows += [{"seed": seed, **row} for row in readings(model, classifier, options.samples)]
    specs = distributions()
    content = {
        "protocol": {
            "model": MODEL,
            "seeds": list(SEEDS),
            "samples": options.samples,
            "classifier": classifier.hash,
        },
        "distributions": {
            name: {"label": sampling.label(spec), "spec": spec} for name, spec in specs.items()
        },
        "models": losses,
        "rows": rows,
        "dominant": {
            name: [row["digit"] for row in rows if row["distribution"] == name] for name in specs
        },
    }
    path = options.weights / "seeds.json"
    files.write_json(path, content)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser(
        "vae.studies.seeds",
        f"Trains {MODEL} with {len(SEEDS)} seeds and reads what each generates.",
    )
    parser.add_argument("--samples", type=int, default=10_000, help="digits a distribution")
    parser.add_argument(
        "--state", metavar="DIR", type=Path, default=Path("runs/seeds"), help="of the trainings"
    )
    options = parser.parse_args(arguments)
    return cli.run("vae.studies.seeds", lambda: write(options), TrainingError)


if __name__ == "__main__":
    sys.exit(main())
