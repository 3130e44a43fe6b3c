"""VAE against GAN: one decoder, trained both ways on equal batches for equal seconds.

`python -m vae.studies.vae_and_gan` writes weights/vae-against-gan.json. Seconds are processor
seconds of training alone, on one thread, so the measuring takes none; and the contenders take
turns, for a busy machine does less in a processor second. Every run counts; there is no best of
several. Both have the settings that `tuning` found best. Interrupted, the command goes on after the
last run that ended. The file holds

- `protocol`: seconds, times (the moments measured at, doubling), seeds, samples, batch_size,
  classifier (its hash) and reference, as in evaluation.json;
- `floor`: the figures of real digits against real digits;
- `contenders`, by name: `model` (the preset), `about`, `changes` (what differs from the preset) and
  `parameters` (of all that is trained);
- `samplers`, their labels by name. A GAN has no encodings, and so no distribution fitted to them;
- `runs`, one for every contender and seed: `contender`, `seed`, `epochs` (trained, with a
  fraction), `history` (one entry for every whole epoch: epoch, seconds, train_ losses) and
  `measurements` (one for each time: seconds, epochs and, by the name of the sampler, figures);
- `summary`, one row for every contender and sampler: `contender`, `sampler`; `curve`, a list of
  {seconds, mean, least, most} of the Frechet distance over the seeds; `reached`, by distance, the
  seconds of the first measurement at which each seed was that near, null where it never was; `end`,
  the figures at the last time as {mean, spread}; `dropped`, the digits of each seed with less than
  1% of its last samples;
- `pictures`, one for every contender, sampler and time, of the first seed: `contender`, `sampler`,
  `seconds`, `png`, a base64 PNG of 4 rows of 8 digits, the same z at all times.

Figures are what `vae.evaluation.judge.Judge.measure` gives.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import torch

from vae import cli, files, sampling
from vae.evaluation import generation
from vae.evaluation.generation import short
from vae.pictures import base64_png, grid
from vae.studies.vae_and_gan import protocol, stopwatch
from vae.studies.vae_and_gan.contenders import CONTENDERS
from vae.studies.vae_and_gan.protocol import Conditions
from vae.training import trainers
from vae.training.recipe import Preset
from vae.training.trainer import TrainingError

SECONDS = 120.0
SEEDS = (0, 1, 2, 3, 4)
LOOKS = 7
DISTANCES = (100, 50, 25, 15, 10)
DROPPED = 0.01
ROWS, COLUMNS = 4, 8


def run(preset: Preset, times: Sequence[float], conditions: Conditions) -> tuple[dict, list[dict]]:
    """One run by the protocol: its entry of `runs`, and its `pictures`, without its name."""
    trainer = trainers.start(preset, torch.device("cpu"))
    measurements, pictures = [], []

    def look(seconds: float, epochs: float) -> None:
        model = trainer.shipped
        fits = protocol.fits(model, conditions.train)
        figures = conditions.measure(model, fits)
        measurements.append({"seconds": seconds, "epochs": round(epochs, 3), **short(figures)})
        for name in protocol.samplers(model):
            x = torch.cat([*protocol.generate(model, name, fits, ROWS * COLUMNS)])
            png = base64_png(grid(x, COLUMNS))
            pictures.append({"sampler": name, "seconds": seconds, "png": png})

    epochs = stopwatch.train_for(trainer, conditions.train, times, stopwatch.Stopwatch(), look)
    entry = {"seed": preset.recipe.seed, "epochs": round(epochs, 3)}
    return {**entry, "history": short(trainer.history), "measurements": measurements}, pictures


def summary(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of `summary` from the entries of `runs`."""
    rows = []
    for contender in dict.fromkeys(run["contender"] for run in found):
        own = [run["measurements"] for run in found if run["contender"] == contender]
        for name in (key for key in own[0][0] if key in sampling.LABELS):
            last = [measurements[-1][name] for measurements in own]
            rows.append(
                {
                    "contender": contender,
                    "sampler": name,
                    "curve": [
                        _spread(measurements, name) for measurements in zip(*own, strict=True)
                    ],
                    "reached": {
                        str(distance): [
                            reached(measurements, name, distance) for measurements in own
                        ]
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


def reached(measurements: Sequence[Mapping[str, Any]], name: str, distance: float) -> float | None:
    """The seconds of the first measurement of a run at a Frechet distance of at most `distance`,
    None if there is none."""
    near = (look["seconds"] for look in measurements if look[name]["frechet_distance"] <= distance)
    return next(near, None)


def _spread(measurements: Sequence[Mapping[str, Any]], name: str) -> dict[str, float]:
    values = [look[name]["frechet_distance"] for look in measurements]
    mean = sum(values) / len(values)
    return short(
        {
            "seconds": measurements[0]["seconds"],
            "mean": mean,
            "least": min(values),
            "most": max(values),
        }
    )


def begin(conditions: Conditions, described: Mapping[str, Any]) -> dict[str, Any]:
    """The content of the file before the first run."""
    return {
        "protocol": described,
        "floor": generation.floor(conditions.judge, conditions.train, conditions.samples, SEEDS),
        "contenders": {name: contender.describe() for name, contender in CONTENDERS.items()},
        "samplers": {name: sampling.LABELS[name] for name in ("prior", "mixture", "classes")},
        "runs": [],
        "summary": [],
        "pictures": [],
    }


def write(options: argparse.Namespace) -> Path:
    """Trains and measures what the file lacks, and writes it after every run; its path."""
    conditions, times = protocol.prepare(options), stopwatch.moments(options.seconds, LOOKS)
    path, described = options.weights / "vae-against-gan.json", conditions.describe(times, SEEDS)
    content = protocol.kept(path, "runs", described) or begin(conditions, described)
    done = {(one["contender"], one["seed"]) for one in content["runs"]}
    # Seed by seed, so that what else the machine does falls on all contenders alike.
    for seed, (name, contender) in product(SEEDS, CONTENDERS.items()):
        if (name, seed) in done:
            continue
        preset = contender.preset
        preset = replace(preset, recipe=replace(preset.recipe, seed=seed))
        entry, drawn = run(preset, times, conditions)
        content["runs"].append({"contender": name, **entry})
        if seed == SEEDS[0]:
            content["pictures"] += [{"contender": name, **picture} for picture in drawn]
        content["summary"] = summary(content["runs"])
        files.write_json(path, content)
        print(f"{name}, seed {seed}: {protocol.in_words(entry['measurements'][-1])}", flush=True)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    options = protocol.parser(
        "vae.studies.vae_and_gan",
        "Trains the VAE and the GAN for equal seconds and measures their samples.",
        SECONDS,
    ).parse_args(arguments)
    return cli.run("vae.studies.vae_and_gan", lambda: write(options), TrainingError)
