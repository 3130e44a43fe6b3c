"""Trains the presets, on MNIST or another data set, and writes their checkpoints to weights/."""

import argparse
import difflib
import sys
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from vae import data
from vae.checkpoints import CLASSIFIER, WEIGHTS
from vae.training import loop, resume, snapshots, trainers
from vae.training.live import Live
from vae.training.presets import PRESETS, for_set
from vae.training.recipe import Preset
from vae.training.trainer import Progress, TrainingError


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", metavar="PRESET", help="names, or all")
    parser.add_argument("--list", action="store_true", help="list the presets and stop")
    parser.add_argument("--resume", action="store_true", help="continue where a run stopped")
    parser.add_argument(
        "--watch", action="store_true", help="let everybody follow it in the page's tab Train"
    )
    parser.add_argument("--epochs", type=int, help="instead of the preset's")
    parser.add_argument("--batch-size", type=int, help="instead of the preset's")
    parser.add_argument("--learning-rate", type=float, help="instead of the preset's")
    parser.add_argument("--seed", type=int, help="instead of the preset's")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    parser.add_argument("--device", default="auto", help="auto (default), cuda, mps or cpu")
    parser.add_argument(
        "--data-set",
        metavar="SET",
        default="mnist",
        help=f"one of {', '.join(data.SETS)}, or a folder whose sub-folders are the classes",
    )
    parser.add_argument(
        "--data", metavar="DIR", help="where the sets lie (default: $MNIST_ROOT, then data/)"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, default=WEIGHTS)
    parser.add_argument(
        "--state", metavar="DIR", type=Path, default=Path("runs"), help="for --resume"
    )
    return parser.parse_args(arguments)


def choose(names: list[str]) -> list[Preset]:
    """The presets with these names. Raises ValueError with the list and the nearest name."""
    if names == ["all"]:
        return list(PRESETS.values())
    for name in names:
        if name not in PRESETS:
            near = difflib.get_close_matches(name, PRESETS, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ValueError(f"no preset {name!r}.{hint} There are: {', '.join(PRESETS)}")
    return [PRESETS[name] for name in names]


def adapt(preset: Preset, options: argparse.Namespace) -> Preset:
    """The preset with the options given on the command line."""
    names = ("epochs", "batch_size", "learning_rate", "seed")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    for name, value in given.items():
        if not value > 0 and name != "seed":
            raise ValueError(f"--{name.replace('_', '-')}: expected above 0, got {value}")
    return replace(preset, recipe=replace(preset.recipe, **given))


def device(name: str) -> torch.device:
    """Where to train. Raises ValueError when torch cannot compute there."""
    if name != "auto":
        try:
            return torch.zeros(0, device=name).device
        except (AssertionError, RuntimeError) as error:
            raise ValueError(f"--device: {name} cannot be used here; try auto or cpu") from error
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def run_preset(preset: Preset, options: argparse.Namespace, examples: tuple) -> None:
    run = trainers.start(preset, device(options.device))
    state = options.state / f"{preset.name}.safetensors"
    if options.resume and state.is_file():
        resume.load_state(run, state)
    epochs, size = preset.recipe.epochs, len(examples[0])
    live = Live(run, size, examples[1], options.output) if options.watch else None
    with tqdm(
        total=epochs * size, initial=run.epoch * size, unit=" images", unit_scale=True
    ) as bar:

        def report(progress: Progress) -> None:
            bar.set_description(f"{preset.name} {progress.epoch}/{epochs}", refresh=False)
            losses = {name: f"{value:.4g}" for name, value in progress.losses.items()}
            bar.set_postfix(losses, refresh=False)
            bar.update(progress.images)
            if live:
                live.report(progress)

        try:
            loop.train(run, *examples, state, report)
        finally:
            if live:
                live.end()
    path = options.output / f"{preset.name}.safetensors"
    figures = run.export(*examples, path).figures
    if run.snapshots:
        snapshots.save(snapshots.path_of(preset.name, options.output), run.snapshots, examples[1])
    print(f"{path}: " + ", ".join(f"{name} {value:.5g}" for name, value in figures.items()))


def main() -> int:
    options = parse()
    if options.list or not options.presets:
        for preset in PRESETS.values():
            print(f"{preset.name:16}{preset.recipe.epochs:4} epochs  {preset.about}")
        return 0
    try:
        if options.threads is not None:
            if options.threads <= 0:
                raise ValueError(f"--threads: expected above 0, got {options.threads}")
            torch.set_num_threads(options.threads)
        presets = [adapt(preset, options) for preset in choose(options.presets)]
        if options.presets == ["all"] and options.data_set != "mnist":
            presets = [one for one in presets if one.name != CLASSIFIER]
        where = device(options.device)
        examples = tuple(part.to(where) for part in data.load(options.data_set, options.data))
        for preset in [for_set(preset, examples[0]) for preset in presets]:
            try:
                run_preset(preset, options, examples)
            except OSError as error:
                raise OSError(f"{error}; --resume continues after the last whole epoch") from error
    except (ValueError, OSError, TrainingError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "train.py: interrupted; --resume continues after the last whole epoch", file=sys.stderr
        )
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
