"""What the commands that measure share: their options, the digits these name, how they end."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from vae import data
from vae.checkpoints import WEIGHTS
from vae.data import Examples


def parser(name: str, description: str, threads: bool = True) -> argparse.ArgumentParser:
    """The options of `python -m NAME`: --weights, --data and, where they are a person's choice,
    --threads."""
    result = argparse.ArgumentParser(prog=f"python -m {name}", description=description)
    result.add_argument("--weights", metavar="DIR", type=Path, default=WEIGHTS)
    result.add_argument("--data", metavar="DIR", help="MNIST (default: $MNIST_ROOT, then data/)")
    if threads:
        result.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    return result


def digits(options: argparse.Namespace) -> tuple[Examples, Examples]:
    """The training and the test digits, for as many threads as the options say. Raises ValueError
    or OSError, in a sentence for a person."""
    threads = getattr(options, "threads", None)
    if threads is not None:
        if threads <= 0:
            raise ValueError(f"--threads: expected above 0, got {threads}")
        torch.set_num_threads(threads)
    return data.load("mnist", options.data)


def done(path: Path) -> None:
    """Prints the path of the file that a command wrote, and on stderr what that took."""
    print(path)
    print(f"{time.process_time():,.0f} processor seconds", file=sys.stderr)


def run(name: str, work: Callable[[], Path], *failures: type[Exception]) -> int:
    """Does the work and ends as `done` does. What a person can mend, a
    ValueError, an OSError or one of `failures`, becomes a sentence and the exit status 1."""
    try:
        done(work())
    except (ValueError, OSError, *failures) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0
