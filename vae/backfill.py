"""`python -m vae.backfill` adds to checkpoints made by an older train.py the statistics that newer
ones have. Weights, record and the other statistics stay as they are, bit by bit."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from vae import checkpoint, command, evaluation
from vae.checkpoint import STATISTICS
from vae.data import Digits


def complete(path: Path, train: Digits, test: Digits) -> bool:
    """Adds `evaluation.mixture_statistics` and `evaluation.percentiles` to a checkpoint that lacks
    them; whether it did.

    The file is replaced in one step. A model without an encoder has none. Raises CheckpointError
    when the file cannot be used.
    """
    model = checkpoint.load(path)
    metadata, tensors = checkpoint.read(path)
    found = {}
    if model.config.encoder and f"{STATISTICS}mixture.weight" not in tensors:
        found |= evaluation.mixture_statistics(evaluation.posterior(model, train))
    if model.config.encoder and f"{STATISTICS}percentiles.kl" not in tensors:
        found |= evaluation.percentiles(model, test)
    if not found:
        return False
    tensors |= {STATISTICS + name: tensor for name, tensor in found.items()}
    checkpoint.write_atomically(path, tensors, metadata)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("vae.backfill", __doc__, threads=False)
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names (default: all)")
    options = parser.parse_args(arguments)
    try:
        train, test = command.digits(options)
        with tqdm(options.models or checkpoint.list_models(options.weights)) as bar:
            for name in bar:
                bar.set_description(name)
                complete(options.weights / f"{name}.safetensors", train, test)
    except (ValueError, OSError) as error:
        print(f"vae.backfill: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
