"""The figures that claims are held against, and what may be said of one.

A verdict is never chosen: it follows from criteria, each a sentence that the figures make true or
false. `verdict` says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from statistics import mean, median
from typing import Any

import torch

from vae import checkpoints, files
from vae.checkpoints import WEIGHTS, Record

HOLDS, PARTLY, FAILS, SEED = "holds", "holds in part", "does not hold", "depends on the seed"
UNKNOWN = "not measured"


@dataclass(frozen=True)
class Criterion:
    """words: what has to be so. met: whether it is, once for every training seed that was looked
    at; none where it was not measured."""

    words: str
    met: Sequence[bool]

    @property
    def outcome(self) -> str:
        if not self.met:
            return UNKNOWN
        if len(set(self.met)) == 1:
            return "yes" if self.met[0] else "no"
        return f"in {sum(self.met)} of {len(self.met)} trainings"


@dataclass(frozen=True)
class Measured:
    """What was measured of a claim, in a sentence; on which `model`; the criteria; one sentence
    why; and from how much: training seeds, and sampling seeds where z was drawn."""

    model: str
    measured: str
    criteria: Sequence[Criterion]
    why: str
    seeds: str


def verdict(criteria: Sequence[Criterion]) -> str:
    """Holds when every criterion is met in every training, does not hold when none is in any, holds
    in part when some are and others are not, and depends on the seed when one is met in some
    trainings only. Not measured when one was not measured."""
    if any(not one.met for one in criteria):
        return UNKNOWN
    if any(len(set(one.met)) > 1 for one in criteria):
        return SEED
    met = {one.met[0] for one in criteria}
    return PARTLY if len(met) > 1 else HOLDS if met == {True} else FAILS


def trainings(count: int) -> str:
    """So many, in words."""
    return f"{count} training seed{'s' if count > 1 else ''}"


def extent(values: list[float], digits: int = 1) -> str:
    """The lowest and the highest, or the only one; what has left all bounds, by its magnitude."""
    ends = min(values), max(values)
    low, high = (f"{one:.{digits}f}" if abs(one) < 1e5 else f"{one:.0e}" for one in ends)
    return low if low == high else f"{low} to {high}"


class Evidence:
    """The figures of a folder of weights. Every file is read when a claim first asks for it, and
    raises FileNotFoundError, naming the command that writes it, when it is missing."""

    def __init__(self, weights: Path = WEIGHTS):
        self.weights = weights

    @cached_property
    def evaluation(self) -> dict[str, Any]:
        return self._read("evaluation.json", "vae.evaluation")

    @cached_property
    def convergence(self) -> dict[str, Any]:
        return self._read("convergence.json", "vae.studies.convergence")

    @cached_property
    def duel(self) -> dict[str, Any]:
        return self._read("vae-against-gan.json", "vae.studies.vae_and_gan")

    @cached_property
    def tuning(self) -> dict[str, Any]:
        return self._read("vae-against-gan-tuning.json", "vae.studies.vae_and_gan.tuning")

    @cached_property
    def styles(self) -> dict[str, Any]:
        return self._read("styles.json", "vae.studies.styles")

    @cached_property
    def trainings(self) -> dict[str, Any]:
        return self._read("trainings.json", "vae.studies.trainings")

    def _read(self, name: str, command: str) -> dict[str, Any]:
        path = self.weights / name
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; python -m {command} writes it")
        return files.read_json(path)

    def record(self, model: str) -> Record:
        return checkpoints.load(model, self.weights).record

    def figures(self, model: str, distribution: str) -> dict[str, Any]:
        """What `model` generates from `distribution`; ValueError when that was not measured."""
        found = self.evaluation["models"].get(model, {}).get("distributions", {})
        entry = found.get(distribution)
        if entry and "same_as" in entry:
            entry = found.get(entry["same_as"])
        if entry is None:
            raise ValueError(
                f"evaluation.json: expected {model} under {distribution}, got nothing; "
                f"python -m vae.evaluation {model} --distributions {distribution}"
            )
        return entry

    def __call__(self, model: str, distribution: str, measure: str = "frechet_distance") -> float:
        return self.figures(model, distribution)[measure]["mean"]

    def agreement(self) -> tuple[int, float, float]:
        """How the two classifiers' Frechet distances of everything generated agree: of how many
        pairs of a model and a distribution; the rank correlation (Spearman, 1904); and the factor
        by which the ratio of two models' distances from their priors differs in the median."""
        entries = [
            [one[measure]["mean"] for measure in ("frechet_distance", "second_frechet_distance")]
            for model in self.evaluation["models"].values()
            for one in model["distributions"].values()
            if "same_as" not in one
        ]
        ranks = torch.tensor(entries, dtype=torch.float64).argsort(0).argsort(0).double()
        priors = [
            self(name, "prior") / self(name, "prior", "second_frechet_distance")
            for name in self.evaluation["models"]
        ]
        factors = [max(a / b, b / a) for a, b in combinations(priors, 2)]
        return len(entries), ranks.T.corrcoef()[0, 1].item(), median(factors)

    def style(self, model: str, distribution: str, style: str, figure: str = "mean") -> float:
        """A figure of `vae.studies.styles`, a mean over its sampling seeds; model "real" for the
        test digits."""
        if model == "real":
            return mean(self.styles["real"][style][figure])
        return mean(self.styles["models"][model][distribution][style][figure])

    def runs(self, variant: str) -> list[dict[str, Any]]:
        """The trainings of a variant; ValueError when there are none."""
        found = self.trainings["variants"].get(variant, {}).get("runs", [])
        if not found:
            raise ValueError(
                f"trainings.json: expected {variant}, got nothing; "
                f"python -m vae.studies.trainings {variant}"
            )
        return found

    def dominant(self, variant: str, distribution: str) -> list[int]:
        """The digit that is read most often in every training of a variant."""
        shares = [run["shares"][distribution] for run in self.runs(variant)]
        return [max(range(10), key=one.__getitem__) for one in shares]

    def commonest(self, model: str, distribution: str) -> tuple[int, float]:
        """The digit that is read most often, and its share."""
        shares = self.figures(model, distribution)["classes"]
        return max(enumerate(shares), key=lambda pair: pair[1])
