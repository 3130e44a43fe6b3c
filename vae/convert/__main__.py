"""`python -m vae.convert FILE` makes a checkpoint of the weights that somebody else's VAE has in a
PyTorch state dict (.pt, .pth or .safetensors), and says what its reconstructions are worth."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from vae import checkpoints, cli
from vae.checkpoints import Record
from vae.convert import check
from vae.convert.check import ACTIVATIONS
from vae.convert.recognise import recognise
from vae.convert.state_dict import ConversionError, read
from vae.data import Examples
from vae.evaluation import statistics
from vae.model import BERNOULLI, VAE, gaussian


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = cli.parser("vae.convert", __doc__)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--name", help="of the model (default: that of the file)")
    parser.add_argument(
        "--activation",
        choices=ACTIVATIONS,
        help="between its layers (default: the one with which it reconstructs digits best)",
    )
    parser.add_argument(
        "--spread",
        choices=("logvar", "log-std"),
        help="what its second head gives (default: what its name says, else logvar)",
    )
    parser.add_argument(
        "--variance",
        type=float,
        help="for a model trained by squared error: of p(x|z), half the weight of its KL",
    )
    parser.add_argument(
        "--images", metavar="IMAGE", nargs="+", type=Path, help="check it on these, not on MNIST"
    )
    parser.add_argument(
        "--unchecked", action="store_true", help="write it whatever its reconstructions are worth"
    )
    return parser.parse_args(arguments)


def convert(options: argparse.Namespace) -> Path:
    """Writes the checkpoint and prints what it is worth. Raises ValueError or OSError, in a
    sentence for a person."""
    name = options.name or options.file.stem
    path = options.weights / f"{name}.safetensors"
    if path.exists():
        raise ConversionError(f"{path}: is there already; choose another name with --name")
    likelihood = BERNOULLI if options.variance is None else gaussian(options.variance)
    build = partial(recognise, read(options.file), likelihood=likelihood, spread=options.spread)
    build(ACTIVATIONS["relu"])  # says at once when it is none of ours
    found = _digits(options)
    activation = options.activation or (
        check.best_activation(build, found[-1]) if found else "relu"
    )
    model = checkpoints.round_to_half(build(ACTIVATIONS[activation]))
    print(f"{name}: {model.config.latents} latents, {activation} between its layers")
    figures, stored = _worth(model, found, options)
    record = Record(name, f"Converted from {options.file.name}.", figures=figures)
    checkpoints.save(path, model, record, stored)
    return path


def _digits(options: argparse.Namespace) -> tuple[Examples, ...]:
    """What to check it on: training and test digits, or a person's pictures alone; or nothing."""
    if options.images:
        from vae import image  # OpenCV, which MNIST does not need

        opened = [image.prepare(image.open_picture(one)) for one in options.images]
        return (check.as_examples(opened),)
    try:
        return cli.digits(options)
    except FileNotFoundError as error:
        if options.data:
            raise
        print(f"not checked, and without statistics for the page's map: {error}", file=sys.stderr)
        return ()


def _worth(
    model: VAE, found: tuple[Examples, ...], options: argparse.Namespace
) -> tuple[dict[str, float], dict]:
    """Figures and statistics for the checkpoint, as train.py stores them."""
    figures: dict[str, float] = {
        "parameters": sum(parameter.numel() for parameter in model.parameters())
    }
    if not found:
        return figures, {}
    measured = check.measured(model, found[-1], strict=not options.unchecked)
    print(check.sentence(measured, len(found[-1])), flush=True)
    if len(found) < 2:
        return figures, {}
    stored = statistics.collect(model, *found)
    active = int((stored["activity"] > statistics.ACTIVE).sum())
    return figures | measured | {"active_units": active}, stored


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    return cli.run("vae.convert", lambda: convert(options))


if __name__ == "__main__":
    sys.exit(main())
