"""How rightly strangers' digits are read, as the model sees them and as it reconstructs them.

    python tests/benchmarks/reading.py [SET ...] [--sheet PNG]

The environment variable DIGITS_DIR names the folder of the sets, MNIST_ROOT the one of MNIST.
Every file goes the road of an upload; the sets of strokes are replayed on the page's pad. What
comes out is read by the shipped classifier, and so are its reconstructions: from the mean of
q(z|x), which is what is asked for, and from the mode of p(z|x), to which `vae.inference` climbs.
The last figure is of all ten digits in the hand of each: how many are read as told.
"""

import argparse
import csv
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import nan
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import contact_sheet
import strokes
from contact_sheet import Exhibit

from vae import checkpoints, data, image
from vae.handwriting import open_picture
from vae.inference import laplace

MODEL, HAND = "conv-16", "cvae"
# Percent to be read rightly: of the inputs, and of their reconstructions where that is asked.
TARGETS = {
    "canvas": (98.5, 97.5),
    "photos": (97.5, 96.5),
    "photos_crops": (98.0, 97.0),
    "scans_grid": (98.0, 97.0),
    "strokes": (98.0, 97.0),
    "variants must": (100.0, None),
    "variants should": (90.0, None),
    "negatives": (100.0, None),
    "mnist": (99.7, None),
}
FILE_SETS = ("canvas", "photos", "photos_crops", "scans_grid", "variants", "photos_multi")
SETS = (*FILE_SETS, "negatives", "mnist", "strokes", "strokes_third")


@dataclass(frozen=True)
class Case:
    """A file and what should come of it; `group` is its line of the table.

    expected: "label", "label_or_error", "error", "label_or_wrong" or "one_of", as variants.csv
    has them; "digits", as many digits as there are labels; "anything" but a crash. No label is
    any.
    """

    name: str
    source: Path | bytes
    group: str
    expected: str
    labels: tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """What came of a case: `inputs` and `outputs` (N, 1, 28, 28), their readings, those of what
    the modes of p(z|x) decode to, and the sentence instead of them, or the type of an error that
    nobody should see."""

    case: Case
    inputs: Tensor
    outputs: Tensor
    read: list[int]
    read_again: list[int]
    read_at_mode: list[int]
    said: str = ""
    crash: str = ""

    def right(self, read: list[int]) -> bool:
        """Whether `read`, the readings of the inputs or of the outputs, is as expected."""
        labels, said = self.case.labels, bool(self.said)
        as_labelled = bool(read) and (not labels or read == list(labels))
        return (
            not self.crash
            and {
                "label": as_labelled,
                "error": said,
                "label_or_error": said or as_labelled,
                "label_or_wrong": True,
                "one_of": bool(read) and set(read) <= set(labels),
                "digits": len(read) == len(labels),
                "anything": True,
            }[self.case.expected]
        )

    def describe(self) -> str:
        wanted = "|".join(map(str, self.case.labels)) or "-"
        came = self.crash or self.said or f"{_line(self.read)} / {_line(self.read_again)}"
        return f"{self.case.name}: {self.case.expected} {wanted}, came {came}"


class Reader:
    """The shipped classifier, and the models whose pictures it reads too."""

    def __init__(self, weights: Path):
        self.classifier = checkpoints.load_classifier(weights)
        self.model, self.hand = (checkpoints.load(name, weights) for name in (MODEL, HAND))

    def read(self, images: Tensor) -> list[int]:
        """The classifier's readings of images (B, 1, 28, 28)."""
        return self.classifier(images).argmax(-1).tolist() if len(images) else []

    def reconstruct(self, images: Tensor) -> Tensor:
        """Images (B, 1, 28, 28), each decoded from its posterior's mean."""
        return self.model.decode(self.model.encode(images).mean).mean if len(images) else images

    def read_at_mode(self, images: Tensor, group: str) -> list[int]:
        """The readings from the modes of p(z|x); none where nobody asks for reconstructions."""
        if not len(images) or TARGETS.get(group, (0, 0))[1] is None:
            return []
        return self.read(self.model.decode(laplace(self.model, images.clamp(0, 1)).mean).mean)

    def share_of_ten(self, images: Tensor) -> float:
        """Percent of the ten digits in the hand of each of `images` that are read as told."""
        z, told = self.hand.encode(images.clamp(0, 1)).mean, torch.arange(10)
        read = self.read(self.hand.decode(z.repeat_interleave(10, 0), told.repeat(len(z))).mean)
        return 100 * (torch.tensor(read).view(-1, 10) == told).float().mean().item()

    def answer(self, case: Case) -> Answer:
        """What the road of an upload makes of a file."""
        none, said, crash = torch.zeros(0, 1, 28, 28), "", ""
        try:
            inputs = torch.stack([d.image for d in image.find_digits(open_picture(case.source))])
        except ValueError as error:
            inputs, said = none, str(error)
        except Exception as error:
            inputs, crash = none, repr(error)
        outputs = self.reconstruct(inputs)
        readings = self.read(inputs), self.read(outputs), self.read_at_mode(inputs, case.group)
        return Answer(case, inputs, outputs, *readings, said=said, crash=crash)


def _line(read: Iterable[int]) -> str:
    return " ".join(map(str, read))


def file_cases(folder: Path, name: str) -> list[Case]:
    """The cases of a set of files, as its manifest lists them."""
    with open(folder / f"{name}.csv", newline="", encoding="utf-8") as file:
        return [_case(folder, name, row) for row in csv.DictReader(file)]


def _case(folder: Path, name: str, row: dict[str, str]) -> Case:
    group, expected, label = name, row.get("expected", "label"), row.get("label", "")
    labels = tuple(int(digit) for digit in label.split("|") if digit)
    if name == "variants":
        group = f"{name} {row['must']}"
    elif name == "photos_multi":
        expected, labels = "digits", tuple(map(int, row["text"]))
    elif name == "negatives":
        expected = "anything"
    elif row.get("hard"):
        group = f"{name} hard"
    return Case(row["file"], folder / row["file"], group, expected, labels)


def mnist_cases(reader: Reader) -> list[Case]:
    """MNIST's test digits as files; the label is what is read without the road."""
    digits = data.load("mnist")[1].images
    cases = []
    for batch in digits.split(1000):
        for label, pixels in zip(reader.read(data.grey(batch)), batch, strict=True):
            file = io.BytesIO()
            Image.fromarray(pixels[0].numpy()).save(file, "PNG")
            cases.append(Case(f"test {len(cases)}", file.getvalue(), "mnist", "label", (label,)))
    return cases


def stroke_answers(reader: Reader, folder: Path, third: bool) -> list[Answer]:
    """What the page's pad and its own engine make of pen strokes."""
    name = "strokes_third" if third else "strokes"
    answers = []
    for drawing, inputs, outputs in strokes.replay(folder / "strokes" / "pen.json", third):
        case = Case(drawing["id"], b"", name, "label", (drawing["label"],))
        readings = reader.read(inputs), reader.read(outputs), reader.read_at_mode(inputs, name)
        answers.append(Answer(case, inputs, outputs, *readings))
    return answers


def share(answers: list[Answer], readings: Callable[[Answer], list[int]]) -> float:
    """Percent of the answers that are as expected."""
    return 100 * sum(answer.right(readings(answer)) for answer in answers) / len(answers)


def print_table(answers: list[Answer], reader: Reader) -> None:
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(answer.case.group, []).append(answer)
    rights = {
        name: tuple(
            share(members, of) if any(map(of, members)) else nan
            for of in (lambda a: a.read, lambda a: a.read_again, lambda a: a.read_at_mode)
        )
        for name, members in groups.items()
    }
    targets = dict(TARGETS)
    if "strokes" in rights:
        targets["strokes_third"] = tuple(value - 1 for value in rights["strokes"][:2])
    print(
        f"{'set':18}{'n':>7}{'input %':>10}{'reconstruction %':>19}{'from the mode %':>18}"
        f"{'ten %':>8}   target"
    )
    for name, (right, again, at_mode) in rights.items():
        asked = [value for value in targets.get(name, ()) if value is not None]
        reached = all(a >= b for a, b in zip((right, again), asked, strict=False))
        target = " / ".join(f"{value:.1f}" for value in asked) + ("" if reached else "   MISSED")
        inputs = torch.cat([answer.inputs for answer in groups[name]])
        ten = reader.share_of_ten(inputs) if len(asked) > 1 else nan
        figures = f"{right:>10.2f}{again:>19.2f}{at_mode:>18.2f}{ten:>8.2f}"
        print(f"{name:18}{len(groups[name]):>7}{figures}   {target}")


def print_failures(answers: list[Answer], sheet: Path) -> None:
    """Lists what was not as expected and draws it; of reconstructions, where they have a target."""
    exhibits = []
    for answer in answers:
        both = TARGETS.get(answer.case.group, (None, None))[1] or "hard" in answer.case.group
        readings = [answer.read, answer.read_again] if both else [answer.read]
        if all(map(answer.right, readings)):
            continue
        print(answer.describe())
        exhibits.append(_exhibit(answer))
    if exhibits:
        contact_sheet.save(exhibits, sheet)
        print(f"{len(exhibits)} failures; their contact sheet: {sheet}")


def _exhibit(answer: Answer) -> Exhibit:
    try:
        picture = open_picture(answer.case.source)
    except ValueError:
        picture = None
    images = torch.cat([answer.inputs[:1], answer.outputs[:1]]).squeeze(1)
    came = answer.crash or answer.said or f"{_line(answer.read)} / {_line(answer.read_again)}"
    wanted = "|".join(map(str, answer.case.labels))
    return Exhibit(picture, images, f"{answer.case.name}\n{wanted}: {came}"[:140])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = f"of {', '.join(SETS)} (default: all)"
    parser.add_argument("sets", nargs="*", metavar="SET", help=known)
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="where to draw the failures")
    parser.add_argument("--weights", type=Path, default=checkpoints.WEIGHTS, metavar="DIR")
    options = parser.parse_args()
    if unknown := set(options.sets) - set(SETS):
        parser.error(f"expected sets of {', '.join(SETS)}, got {', '.join(sorted(unknown))}")
    if "DIGITS_DIR" not in os.environ:
        parser.error("DIGITS_DIR names no folder of strangers' digits: set it")
    return options


@torch.inference_mode()
def main() -> None:
    options = parse()
    torch.set_num_threads(1)
    folder, reader = Path(os.environ["DIGITS_DIR"]), Reader(options.weights)
    answers: list[Answer] = []
    for name in options.sets or SETS:
        if name.startswith("strokes"):
            answers += stroke_answers(reader, folder, third=name == "strokes_third")
        else:
            cases = mnist_cases(reader) if name == "mnist" else file_cases(folder, name)
            answers += map(reader.answer, cases)
    sheet = options.sheet or Path(tempfile.mkdtemp(prefix="reading-")) / "failures.png"
    print_failures(answers, sheet)
    print_table(answers, reader)


if __name__ == "__main__":
    main()
