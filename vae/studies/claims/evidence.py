"""The figures that claims are held against, and what may be said of one."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vae import checkpoints
from vae.checkpoints import WEIGHTS, Record

HOLDS, PARTLY, FAILS, SEED = "holds", "holds in part", "does not hold", "depends on the seed"
UNKNOWN = "not measured"


@dataclass(frozen=True)
class Measured:
    """What was measured of a claim, in a sentence; the verdict; and one sentence why."""

    measured: str
    verdict: str
    why: str


class Evidence:
    """The figures of a folder of weights. Every file is read when a claim first asks for it, and
    raises FileNotFoundError, naming the command that writes it, when it is missing."""

    def __init__(self, weights: Path = WEIGHTS):
        self.weights = weights

    @cached_property
    def evaluation(self) -> dict[str, Any]:
        return self._read("evaluation.json", "vae.evaluation")

    @cached_property
    def seeds(self) -> dict[str, Any]:
        return self._read("seeds.json", "vae.studies.seeds")

    @cached_property
    def convergence(self) -> dict[str, Any]:
        return self._read("convergence.json", "vae.studies.convergence")

    @cached_property
    def duel(self) -> dict[str, Any]:
        return self._read("vae-against-gan.json", "vae.studies.vae_and_gan")

    def _read(self, name: str, command: str) -> dict[str, Any]:
        path = self.weights / name
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; python -m {command} writes it")
        return json.loads(path.read_text(encoding="utf-8"))

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

    def commonest(self, model: str, distribution: str) -> tuple[int, float]:
        """The digit that is read most often, and its share."""
        shares = self.figures(model, distribution)["classes"]
        return max(enumerate(shares), key=lambda pair: pair[1])
