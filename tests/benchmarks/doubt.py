"""How often "this may be no digit" is said: of real digits, and of what is none.

    python tests/benchmarks/doubt.py [SET ...]

The environment variable DIGITS_DIR names the folder of strangers' sets, MNIST_ROOT the one of
MNIST. Every file goes the road of an upload, which may find several digits in it; MNIST's test
digits are taken as they are. `negatives` holds letters, other numerals and print, and one plot in
which a 7 is.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import reading
import strokes

from vae import checkpoints, data
from vae.evaluation.doubt import FILE, Doubt
from vae.handwriting import find_digits, open_picture

REAL = ("mnist", "canvas", "photos", "photos_crops", "scans_grid", "photos_multi", "strokes")
NONE = "negatives"
# Percent of real digits, at most.
MOST = 1.0


def inputs(name: str, folder: Path) -> Tensor:
    """The pictures of a set as a model sees them, (N, 1, 28, 28) in [0, 1]."""
    if name == "mnist":
        return data.grey(data.load("mnist")[1].images)
    if name == "strokes":
        pen = strokes.replay(folder / "strokes" / "pen.json", False)
        return torch.cat([seen for _, seen, _ in pen])
    found = []
    for case in reading.file_cases(folder, name):
        try:
            found += [digit.image for digit in find_digits(open_picture(case.source))]
        except ValueError:
            continue
    return torch.stack(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", choices=[*REAL, NONE, []], metavar="SET")
    parser.add_argument("--weights", type=Path, default=checkpoints.WEIGHTS, metavar="DIR")
    options = parser.parse_args()
    if "DIGITS_DIR" not in os.environ:
        parser.error("DIGITS_DIR names no folder of strangers' digits: set it")
    torch.set_num_threads(1)
    known = json.loads((options.weights / FILE).read_text(encoding="utf-8"))
    doubt = Doubt(known["entropy"], known["reconstruction"], known["kl"])
    classifier = checkpoints.load_classifier(options.weights)
    model = checkpoints.load(known["model"], options.weights)
    percentiles = checkpoints.load_statistics(known["model"], options.weights)
    if classifier.hash != known["classifier"]:
        print(f"{FILE} is of another classifier: run python -m vae.evaluation.doubt")
    print(f"{'set':14}{'n':>7}{'in doubt':>10}{'%':>8}")
    for name in options.sets or (*REAL, NONE):
        pictures = inputs(name, Path(os.environ["DIGITS_DIR"])).clamp(0, 1).split(500)
        flags = torch.cat([doubt.about(x, classifier, model, percentiles) for x in pictures])
        count, percent = int(flags.sum()), 100 * flags.float().mean().item()
        missed = "   MISSED" if name != NONE and percent > MOST else ""
        print(f"{name:14}{len(flags):>7}{count:>10}{percent:>8.2f}{missed}", flush=True)


if __name__ == "__main__":
    main()
