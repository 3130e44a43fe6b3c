"""Which digit dominates when z comes from elsewhere than the prior, over training seeds.

`python -m vae.seeds` trains mlp-20 with other seeds than the shipped model's, lets the classifier
read what each of them generates, and writes weights/seeds.json:

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
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from vae import checkpoint, data, generation, latent, measures, runs, sampler, training
from vae.checkpoint import WEIGHTS
from vae.classifier import Classifier
from vae.data import Digits
from vae.model import VAE
from vae.presets import PRESETS

MODEL = "mlp-20"
SEEDS = (0, 1, 2, 3, 4)


def distributions() -> dict[str, dict[str, Any]]:
    """By name, the specs that the reports drew from, raw, and the prior beside them."""
    betas = ((0.25, 0.25), (1.0, 1.0), (1.1, 1.1), (1.1, 2.0), (4.0, 3.0))
    specs = [
        latent.STANDARD_NORMAL,
        {"family": "normal", "mean": 1.0, "std": 2.0},
        *({"family": "beta", "alpha": alpha, "beta": beta} for alpha, beta in betas),
    ]
    return {sampler.name(spec): spec for spec in specs}


def trained(seed: int, train: Digits, test: Digits, state: Path) -> VAE:
    """mlp-20 trained with that seed, as a checkpoint would hold it; `.test_total` is its loss."""
    preset = PRESETS[MODEL]
    preset = replace(preset, recipe=replace(preset.recipe, seed=seed), snapshots=False)
    run, path = runs.start(preset, torch.device("cpu")), state / f"{MODEL}-seed-{seed}.safetensors"
    if path.is_file():
        training.load_state(run, path)
    total = run.recipe.epochs * len(train)
    with tqdm(total=total, initial=run.epoch * len(train), desc=f"seed {seed}") as bar:
        training.train(run, train, test, path, lambda progress: bar.update(progress.images))
    model = checkpoint.round_to_half(run.result).eval()
    model.test_total = run.history[-1]["test_total"]
    return model


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


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m vae.seeds",
        description=f"Trains {MODEL} with {len(SEEDS)} seeds and reads what each generates.",
    )
    parser.add_argument("--samples", type=int, default=10_000, help="digits a distribution")
    parser.add_argument("--weights", metavar="DIR", type=Path, default=WEIGHTS)
    parser.add_argument(
        "--state", metavar="DIR", type=Path, default=Path("runs/seeds"), help="of the trainings"
    )
    parser.add_argument("--data", metavar="DIR", help="MNIST (default: $MNIST_ROOT, then data/)")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    models, rows = [], []
    try:
        root = data.folder(options.data)
        train, test = (data.load(root, train) for train in (True, False))
        classifier = checkpoint.load_classifier(options.weights)
        for seed in SEEDS:
            if seed == PRESETS[MODEL].recipe.seed:
                model = checkpoint.load(MODEL, options.weights)
                model.test_total = model.record.history[-1]["test_total"]
            else:
                model = trained(seed, train, test, options.state)
            models.append({"seed": seed, "test_total": round(model.test_total, 3)})
            found = readings(model, classifier, options.samples)
            rows += [{"seed": seed, **row} for row in found]
    except (ValueError, OSError, training.TrainingError) as error:
        print(f"vae.seeds: {error}", file=sys.stderr)
        return 1
    content = {
        "protocol": {
            "model": MODEL,
            "seeds": list(SEEDS),
            "samples": options.samples,
            "classifier": classifier.hash,
        },
        "distributions": {
            name: {"label": sampler.label(spec), "spec": spec}
            for name, spec in distributions().items()
        },
        "models": models,
        "rows": rows,
        "dominant": {
            name: [row["digit"] for row in rows if row["distribution"] == name]
            for name in distributions()
        },
    }
    checkpoint.write_json(options.weights / "seeds.json", content)
    print(options.weights / "seeds.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
