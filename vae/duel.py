"""VAE against GAN: one decoder, trained both ways on equal batches for equal seconds.

`python -m vae.duel` writes weights/vae-against-gan.json. Seconds are processor seconds of training
alone, on one thread: neither a busy machine nor the measuring bends them. Every run counts; there
is no best of several. What settings suit each, `vae.tuning` says. The file holds

- `protocol`: seconds, times (the moments measured at, doubling), seeds, samples, batch_size,
  classifier (its hash) and reference, as in evaluation.json;
- `floor`: the figures of real digits against real digits;
- `entrants`, by name: `model` (the preset), `about`, `changes` (what differs from the preset) and
  `parameters` (of all that is trained);
- `samplers`, by name: `label`. A GAN has no encodings, and so no distribution fitted to them;
- `runs`, one for every entrant and seed: `entrant`, `seed`, `epochs` (trained, with a fraction),
  `history` (one entry for every whole epoch: epoch, seconds, train_ losses) and `looks` (one for
  each time: seconds, epochs and, by the name of the sampler, figures);
- `summary`, one row for every entrant and sampler: `entrant`, `sampler`; `curve`, a list of
  {seconds, mean, least, most} of the Frechet distance over the seeds; `reached`, by distance, the
  seconds of each seed, null where it never came that near; `end`, the figures at the last time as
  {mean, spread}; `dropped`, the digits of each seed with less than 1% of its last samples;
- `pictures`, one for every entrant, sampler and time, of the first seed: `entrant`, `sampler`,
  `seconds`, `png`, a base64 PNG of 4 rows of 8 digits, the same z at all times.

Figures are what `vae.generation.Judge.measure` gives.
"""

import argparse
import base64
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import log
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from vae import checkpoint, data, evaluation, generation, latent, race, runs, sampler, training
from vae.checkpoint import WEIGHTS
from vae.data import Digits
from vae.entrants import ENTRANTS
from vae.generation import Judge
from vae.model import VAE
from vae.presets import PRESETS, Preset

SECONDS = 120.0
SEEDS = (0, 1, 2)
LOOKS = 7
DISTANCES = (100, 50, 25, 15, 10)
DROPPED = 0.01
ROWS, COLUMNS = 4, 8


@dataclass(frozen=True)
class Arena:
    """What all runs share. classifier: the hash of the judge's. samples: digits drawn for a
    measurement."""

    train: Digits
    test: Digits
    judge: Judge
    classifier: str
    samples: int


def class_fits(model: VAE, digits: Digits, seed: int = 0) -> dict[str, Tensor]:
    """`class_mean` (10, D) and `class_covariance` (10, D, D) of one sample of q(z|x) a digit; of
    a model without encoder nothing."""
    if not model.config.encoder:
        return {}
    z = latent.rsample(evaluation.posterior(model, digits), torch.Generator().manual_seed(seed))
    of_class = [z[digits.labels == label] for label in range(10)]
    return {
        "class_mean": torch.stack([rows.mean(0) for rows in of_class]),
        "class_covariance": torch.stack([rows.T.cov() for rows in of_class]),
    }


def samplers(model: VAE) -> list[str]:
    """The names in `vae.sampler.LABELS` of where z is drawn from here."""
    return ["prior", "classes"] if model.config.encoder else ["prior"]


def measure(arena: Arena, model: VAE, fits: Mapping[str, Tensor]) -> dict[str, dict[str, Any]]:
    """The figures of the model's samples, by sampler."""
    return {
        name: arena.judge.measure(_generate(model, name, fits, arena.samples))
        for name in samplers(model)
    }


def compete(preset: Preset, times: Sequence[float], arena: Arena) -> tuple[dict, list[dict]]:
    """One run by the protocol: its entry of `runs`, and its `pictures`, without its name."""
    run = runs.start(preset, torch.device("cpu"))
    looks, pictures = [], []

    def look(seconds: float, epochs: float) -> None:
        model = run.shipped
        fits = class_fits(model, arena.train)
        figures = measure(arena, model, fits)
        looks.append({"seconds": seconds, "epochs": round(epochs, 3), **short(figures)})
        for name in samplers(model):
            x = torch.cat([*_generate(model, name, fits, ROWS * COLUMNS)])
            pictures.append({"sampler": name, "seconds": seconds, "png": png(x)})

    epochs = race.train_for(run, arena.train, times, race.Stopwatch(), look)
    entry = {"seed": preset.recipe.seed, "epochs": round(epochs, 3)}
    return {**entry, "history": short(run.history), "looks": looks}, pictures


def _generate(model: VAE, name: str, fits: Mapping[str, Tensor], count: int) -> Iterator[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return generation.generate(model, {"family": name}, fits, count, generator)


def png(x: Tensor) -> str:
    """A grid of pictures x (ROWS * COLUMNS, 1, 28, 28) in [0, 1] as a base64 PNG."""
    side = x.shape[-1]
    grid = x.view(ROWS, COLUMNS, side, side).transpose(1, 2).reshape(ROWS * side, COLUMNS * side)
    file = io.BytesIO()
    Image.fromarray((grid * 255).round().byte().numpy()).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


def summary(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `summary` from the entries of `runs`."""
    rows = []
    for entrant in dict.fromkeys(run["entrant"] for run in found):
        own = [run["looks"] for run in found if run["entrant"] == entrant]
        for name in (key for key in own[0][0] if key in sampler.LABELS):
            last = [looks[-1][name] for looks in own]
            rows.append(
                {
                    "entrant": entrant,
                    "sampler": name,
                    "curve": [_spread(looks, name) for looks in zip(*own, strict=True)],
                    "reached": {
                        str(distance): [reached(looks, name, distance) for looks in own]
                        for distance in DISTANCES
                    },
                    "end": generation.summary(last),
                    "dropped": [
                        [digit for digit, share in enumerate(end["classes"]) if share < DROPPED]
                        for end in last
                    ],
                }
            )
    return rows


def reached(looks: Sequence[Mapping[str, Any]], name: str, distance: float) -> float | None:
    """The seconds after which a run first came to a Frechet distance, None if it never did.

    Between two looks the logarithm of the distance is taken as linear in that of the seconds.
    """
    before = None
    for look in looks:
        here = look["seconds"], look[name]["frechet_distance"]
        if here[1] <= distance:
            if before is None:
                return here[0]
            share = log(before[1] / distance) / log(before[1] / max(here[1], 1e-9))
            return round(before[0] * (here[0] / before[0]) ** share, 2)
        before = here
    return None


def _spread(looks: Sequence[Mapping[str, Any]], name: str) -> dict[str, float]:
    values = [look[name]["frechet_distance"] for look in looks]
    mean = sum(values) / len(values)
    return short(
        {
            "seconds": looks[0]["seconds"],
            "mean": mean,
            "least": min(values),
            "most": max(values),
        }
    )


def short(value: Any) -> Any:
    """Numbers to 5 significant digits, anywhere in plain data."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [short(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def duel(times: Sequence[float], arena: Arena, report: Callable[[str], None]) -> dict[str, Any]:
    """Every entrant with every seed: the content of the file, less its protocol and its floor."""
    found, pictures = [], []
    # Seed by seed, so that what else the machine does falls on all entrants alike.
    for seed, (name, entrant) in product(SEEDS, ENTRANTS.items()):
        preset = entrant.preset
        preset = replace(preset, recipe=replace(preset.recipe, seed=seed))
        entry, drawn = compete(preset, times, arena)
        found.append({"entrant": name, **entry})
        if seed == SEEDS[0]:
            pictures += [{"entrant": name, **picture} for picture in drawn]
        report(f"{name}, seed {seed}: {in_words(entry['looks'][-1])}")
    return {
        "entrants": {name: entrant.describe() for name, entrant in ENTRANTS.items()},
        "samplers": {name: sampler.LABELS[name] for name in ("prior", "classes")},
        "runs": found,
        "summary": summary(found),
        "pictures": pictures,
    }


def in_words(figures: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {figures[name]['frechet_distance']:.1f}"
        for name in sampler.LABELS
        if name in figures
    )


def parser(prog: str, description: str, seconds: float) -> argparse.ArgumentParser:
    """The options that the duel shares with its tuning; `seconds` is the default of one."""
    result = argparse.ArgumentParser(prog=prog, description=description)
    result.add_argument(
        "--seconds", type=float, default=seconds, help=f"of a run (default: {seconds:g})"
    )
    result.add_argument("--samples", type=int, default=10_000, help="digits a measurement")
    result.add_argument("--weights", metavar="DIR", type=Path, default=WEIGHTS)
    result.add_argument("--data", metavar="DIR", help="MNIST (default: $MNIST_ROOT, then data/)")
    return result


def arena(options: argparse.Namespace) -> Arena:
    """What the options ask for. Raises ValueError, FileNotFoundError or CheckpointError."""
    for name in ("seconds", "samples"):
        if not getattr(options, name) > 0:
            raise ValueError(f"--{name}: expected above 0, got {getattr(options, name)}")
    # Processor seconds of several threads would pass faster than those of a clock.
    torch.set_num_threads(1)
    root = data.folder(options.data)
    train, test = (data.load(root, train) for train in (True, False))
    classifier = checkpoint.load_classifier(options.weights)
    return Arena(train, test, Judge(classifier, test), classifier.hash, options.samples)


def protocol(arena: Arena, times: Sequence[float], seeds: Sequence[int]) -> dict[str, Any]:
    """What the figures depend on beside the entrants."""
    return {
        "seconds": times[-1],
        "times": list(times),
        "seeds": list(seeds),
        "samples": arena.samples,
        "batch_size": PRESETS["gan"].recipe.batch_size,
        "classifier": arena.classifier,
        "reference": f"the {len(arena.test):,} test digits of MNIST",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser(
        "python -m vae.duel",
        "Trains the VAE and the GAN for equal seconds and measures their samples.",
        SECONDS,
    ).parse_args(arguments)
    try:
        place, times = arena(options), race.moments(options.seconds, LOOKS)
        content = {
            "protocol": protocol(place, times, SEEDS),
            "floor": generation.floor(place.judge, place.train, place.samples, SEEDS),
            **duel(times, place, lambda line: print(line, flush=True)),
        }
        path = options.weights / "vae-against-gan.json"
        checkpoint.write_json(path, content)
    except (ValueError, OSError, training.TrainingError) as error:
        print(f"vae.duel: {error}", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
