"""What becomes of a claim when the training is repeated: every variant over seeds.

`python -m vae.studies.trainings` trains what `vae.studies.variants` lists and writes
weights/trainings.json:

- `protocol`: samples, classifier (its hash);
- `variants`, by name: `epochs`, `runs`, one for every seed, in their order. A run has

  - `seed`, `history`, one entry an epoch: epoch, train_total, the mean of what was descended where
    that is no bound, and otherwise test_total and the terms in nats per image;
  - `diverged`, the sentence with which a training ended early, or "";
  - `terms`, of the test digits, in nats per image, where the loss is a bound, and
    `without_noise`, of a noisy model, those of the same weights with its noise left out;
  - `codes`, `shares` and `centre`, of a training that ended well; see `codes` and `shares` below,
    and what the mean of all codes is read as when it is decoded.

Seeds go round before variants do, so that an interrupted command has as many of each as could be.
Finished trainings keep their states in a folder of their own: repeated, the command measures them
anew, and trains only what is not there.
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
from vae.data import Examples, grey
from vae.evaluation import generation, losses, measures
from vae.evaluation.generation import short
from vae.model import VAE
from vae.studies.variants import VARIANTS, Variant
from vae.training import loop, resume
from vae.training.trainer import TrainingError
from vae.training.trainers import VAETrainer

SAMPLES = 2_000


def trained(
    name: str, variant: Variant, seed: int, digits: tuple[Examples, Examples], state: Path
) -> tuple[VAETrainer, str]:
    """The run of one seed, as far as it got, and why it got no further."""
    preset = replace(variant.preset, recipe=replace(variant.preset.recipe, seed=seed))
    run = variant.trainer(preset, torch.device("cpu"))
    path = state / f"{name}-seed-{seed}.safetensors"
    if path.is_file():
        resume.load_state(run, path)
    try:
        loop.train(run, *digits, path, lambda progress: None)
    except TrainingError as error:
        return run, str(error)
    return run, ""


@torch.no_grad()
def codes(model: VAE, digits: Examples) -> dict[str, float]:
    """Of the test digits, from the means of their posteriors:

    spread: the variance of a latent, a mean over the latents. separation: the share of that which
    lies between the classes' means, from 0, all classes alike, to 1. log_variance: the mean of
    log sigma^2. squared_error: of what is decoded, summed over the pixels. varied: the variance of
    what is decoded, over that of the digits: 0 where all reconstructions are alike.
    """
    q = losses.posterior(model, digits)
    decoded = torch.cat([model.decode(z).mean for z in q.mean.split(losses.BATCH)])
    x, z = grey(digits.images), q.mean
    own = [z[digits.labels == label] for label in range(len(digits.classes))]
    between = sum(len(one) * (one.mean(0) - z.mean(0)).square() for one in own) / len(z)
    total = z.var(0, correction=0)
    return {
        "spread": total.mean().item(),
        "separation": (between.sum() / total.sum().clamp(min=1e-12)).item(),
        "log_variance": (2 * q.stddev.log()).mean().item(),
        "squared_error": (decoded - x).square().sum((1, 2, 3)).mean().item(),
        "varied": (decoded.var(0).sum() / x.var(0).sum()).item(),
    }


@torch.no_grad()
def shares(model: VAE, classifier: Classifier, samples: int) -> dict[str, list[float]]:
    """By the name of each distribution that the reports drew from, how often each digit is read."""
    found = {}
    for spec in sampling.REPORTED:
        generator = torch.Generator().manual_seed(0)
        pictures = generation.generate(model, spec, {}, samples, generator)
        read = torch.cat([classifier(x).argmax(1) for x in pictures])
        found[sampling.name(spec)] = measures.class_shares(read).tolist()
    return found


@torch.no_grad()
def centre(model: VAE, digits: Examples, classifier: Classifier) -> int:
    """What the classifier reads in the digit at the mean of all codes."""
    z = losses.posterior(model, digits).mean.mean(0, keepdim=True)
    return classifier(model.decode(z).mean).argmax(1).item()


def quiet(model: VAE) -> VAE:
    """The same weights, which disturb their posterior no more."""
    found = VAE(replace(model.config, noisy=False)).eval()
    found.load_state_dict(model.state_dict())
    return found


def measured(
    variant: Variant, run: VAETrainer, diverged: str, test: Examples, classifier: Classifier
) -> dict[str, Any]:
    """The entry of one run."""
    kept = ("epoch", "train_total", "test_total") if variant.bounded else ("epoch", "train_total")
    history = [{key: entry[key] for key in kept} for entry in run.history]
    entry = {"seed": run.recipe.seed, "history": history, "diverged": diverged}
    if diverged:
        return entry
    model = run.result.eval()
    if variant.bounded:
        entry["terms"] = losses.terms(model, test, False)
    if model.config.noisy:
        entry["without_noise"] = losses.terms(quiet(model), test, False)
    return {
        **entry,
        "codes": codes(model, test),
        "shares": shares(model, classifier, SAMPLES),
        "centre": centre(model, test, classifier),
    }


def runs(names: Sequence[str], most: int) -> Iterator[tuple[str, int]]:
    """Which variant is trained with which seed, `most` of each, in the order of the work."""
    for seed in range(min(most, max(VARIANTS[name].seeds for name in names))):
        yield from ((name, seed) for name in names if seed < VARIANTS[name].seeds)


def write(options: argparse.Namespace) -> Path:
    """Trains and measures what the file lacks, and writes it after every run; its path."""
    unknown = [name for name in options.variants if name not in VARIANTS]
    if unknown:
        raise ValueError(f"expected some of {', '.join(VARIANTS)}, got {unknown[0]!r}")
    digits = cli.digits(options)
    classifier = checkpoints.load_classifier(options.weights)
    path = options.weights / "trainings.json"
    content = {"protocol": {"samples": SAMPLES, "classifier": classifier.hash}, "variants": {}}
    if path.is_file():
        before = files.read_json(path)
        content = before if before["protocol"] == content["protocol"] else content
    with tqdm([*runs(options.variants or [*VARIANTS], options.seeds)], smoothing=0) as bar:
        for name, seed in bar:
            bar.set_description(f"{name}, seed {seed}")
            epochs = VARIANTS[name].preset.recipe.epochs
            entry = content["variants"].setdefault(name, {"epochs": epochs, "runs": []})
            if seed < len(entry["runs"]):
                continue
            run, diverged = trained(name, VARIANTS[name], seed, digits, options.state)
            found = measured(VARIANTS[name], run, diverged, digits[1], classifier)
            entry["runs"].append(short(found))
            files.write_json(path, content)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser("vae.studies.trainings", "Trains what the reports' claims are about.")
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help="names (default: all)")
    parser.add_argument("--seeds", type=int, default=10, help="of each at most (default: all)")
    parser.add_argument(
        "--state", metavar="DIR", type=Path, default=Path("runs/trainings"), help="of the trainings"
    )
    return cli.run("vae.studies.trainings", lambda: write(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
