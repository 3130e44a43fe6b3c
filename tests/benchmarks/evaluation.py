"""Seconds to measure one model under one distribution: 10,000 samples for each of 3 seeds.

    python tests/benchmarks/evaluation.py [MODEL ...] --data DIR

Seconds on the clock, and of processor time, which a busy machine does not lengthen.
"""

import argparse
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from vae import checkpoints, data
from vae.evaluation import SAMPLES, SEEDS, generation
from vae.evaluation.judge import Judge

TARGET = 60
DISTRIBUTIONS = ("prior", "beta-4-3", "mixture")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=["mlp-20", "conv-16"], metavar="MODEL")
    parser.add_argument("--data", metavar="DIR", help="MNIST (default: $MNIST_ROOT, then data/)")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    judge = Judge(
        checkpoints.load_classifier(),
        checkpoints.load_classifier(name=checkpoints.SECOND_CLASSIFIER),
        data.load("mnist", options.data)[1],
    )
    longest = 0.0
    for name in options.models:
        model, statistics = checkpoints.load(name), checkpoints.load_statistics(name)
        for one in DISTRIBUTIONS:
            spec = generation.distributions()[one]
            clock, processor = time.perf_counter(), time.process_time()
            figures = generation.evaluate(judge, model, spec, statistics, SAMPLES, SEEDS)
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
            longest = max(longest, clock)
            distance = figures["frechet_distance"]["mean"]
            print(
                f"{name:16}{one:10}{clock:7.1f} s, processor {processor:5.1f} s, "
                f"Fréchet distance {distance:.2f}",
                flush=True,
            )
    print(f"longest: {longest:.1f} s on the clock (target: under {TARGET})")


if __name__ == "__main__":
    main()
