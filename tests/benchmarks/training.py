"""Images a second in training: this project's loop against the usual DataLoader and ToTensor.

    python tests/benchmarks/training.py --data DIR

The network (mlp-20), the optimiser, the batches and the objective are the same, and so is the
run: one epoch of each in turn. Only how a digit gets from the file into a batch differs, and the
project's own loop also pays for its state and its test loss.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from vae import data
from vae.data import Examples
from vae.objective import elbo
from vae.training import loop, trainers
from vae.training.presets import PRESETS

TARGET = 3
PRESET = PRESETS["mlp-20"]
PRESET = replace(PRESET, recipe=replace(PRESET.recipe, epochs=1, averaging=0.0))


def ours(train_digits: Examples, test_digits: Examples) -> tuple[float, float]:
    """Seconds and mean loss of one epoch of `vae.training.train`."""
    run = trainers.start(PRESET, torch.device("cpu"))
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        loop.train(run, train_digits, test_digits, Path(folder) / "state", lambda progress: None)
        seconds = time.perf_counter() - start
    return seconds, run.history[-1]["train_total"]


def usual(images: datasets.MNIST) -> tuple[float, float]:
    """Seconds and mean loss of one epoch as tutorials write it."""
    recipe, generator = PRESET.recipe, torch.Generator().manual_seed(0)
    model = trainers.start(PRESET, torch.device("cpu")).model
    optimizer = torch.optim.Adam(model.parameters(), recipe.learning_rate, fused=True)
    torch.manual_seed(recipe.seed)  # of the loader's order
    loader = DataLoader(images, recipe.batch_size, shuffle=True, num_workers=0)
    total = 0.0
    start = time.perf_counter()
    for x, _ in loader:
        loss = -elbo(model, x, generator).value.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return time.perf_counter() - start, total / len(images)


def loading(train_digits: Examples, images: datasets.MNIST) -> tuple[float, float]:
    """Seconds an epoch for the batches alone: indexed in memory, and by the usual loader."""
    size = PRESET.recipe.batch_size
    start = time.perf_counter()
    for rows in torch.randperm(len(train_digits)).split(size):
        data.grey(train_digits.images[rows])
    middle = time.perf_counter()
    for _ in DataLoader(images, size, shuffle=True, num_workers=0):
        pass
    return middle - start, time.perf_counter() - middle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", metavar="DIR", help="MNIST (default: $MNIST_ROOT, then data/)")
    parser.add_argument("--rounds", type=int, default=2, help="epochs of each, in turn")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    root = data.root(options.data)
    digits = data.load("mnist", root)
    images = datasets.MNIST(str(root), train=True, transform=transforms.ToTensor())

    best = {"this project": 0.0, "DataLoader": 0.0}
    for _ in range(options.rounds):
        for name, epoch in (
            ("this project", lambda: ours(*digits)),
            ("DataLoader", lambda: usual(images)),
        ):
            seconds, loss = epoch()
            rate = len(images) / seconds
            best[name] = max(best[name], rate)
            print(f"{name:13}{rate:8,.0f} images/s  {seconds:6.2f} s  loss {loss:.1f}", flush=True)
    ratio = best["this project"] / best["DataLoader"]
    indexed, loaded = loading(digits[0], images)
    print(f"the batches alone: {indexed:.2f} s against {loaded:.2f} s an epoch")
    print(f"ratio of the best of each: {ratio:.2f} (target: at least {TARGET})")


if __name__ == "__main__":
    main()
