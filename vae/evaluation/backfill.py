"""`python -m vae.evaluation.backfill` adds to checkpoints made by an older train.py the statistics
that newer ones have. Weights, record and the other statistics stay as they are, bit by bit."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from vae import checkpoints, cli
from vae.checkpoints import STATISTICS
from vae.data import Examples
from vae.evaluation import losses, statistics
from vae.model import VAE


def complete(path: Path, train: Examples, test: Examples) -> bool:
    """Adds `statistics.mixture_statistics` and `statistics.percentiles` to a checkpoint that lacks
    them; whether it did.

    The file is replaced in one step. A model without an encoder has none, and one of another set
    than `train` is left alone: its statistics are of images that are not here. Raises
    CheckpointError when the file cannot be used.
    """
    model = checkpoints.load(path)
    if model.record.data_set != train.data_set:
        return False
    metadata, tensors = checkpoints.read(path)
    found = {}
    if isinstance(model, VAE) and f"{STATISTICS}mixture.weight" not in tensors:
        found |= statistics.mixture_statistics(losses.posterior(model, train))
    if isinstance(model, VAE) and f"{STATISTICS}percentiles.kl" not in tensors:
        found |= statistics.percentiles(model, test)
    if not found:
        return False
    tensors |= {STATISTICS + name: tensor for name, tensor in found.items()}
    checkpoints.write(path, tensors, metadata)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser("vae.evaluation.backfill", __doc__, threads=False)
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names (default: all)")
    options = parser.parse_args(arguments)
    try:
        train, test = cli.digits(options)
        with tqdm(options.models or checkpoints.list_models(options.weights)) as bar:
            for name in bar:
                bar.set_description(name)
                complete(options.weights / f"{name}.safetensors", train, test)
    except (ValueError, OSError) as error:
        print(f"vae.evaluation.backfill: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
