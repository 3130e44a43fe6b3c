"""weights/evaluation.json: the figures of every model under every distribution, kept as they come.

{"conditions": {"classifier", "samples", "seeds", ...}, "measures": {name: {"label", "better",
"definition"}}, "distributions": {name: {"label", "spec"}}, "floor": figures, "models": {name:
{"hash", "fingerprint", "distributions": {name: figures or {"same_as": name}}}}}, where figures are
`vae.evaluation.generation.summary`'s. A hash is the first 12 hexadecimal digits of a file's
SHA-256; a fingerprint, those of the part of it that figures depend on.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vae import checkpoints, files, sampling
from vae.checkpoints import STATISTICS
from vae.evaluation.generation import MEASURES, distributions

# The statistics that z is drawn from; encodings are made afresh when a model is measured.
DRAWN_FROM = {
    STATISTICS + one
    for family, fit in sampling.FITTED.items()
    for one in fit.needs
    if family != "encodings"
}


class Table:
    """The file's content, less what has not been measured under these conditions.

    Figures of a model that has changed count as not measured; those of all models do, when
    the conditions have changed: the classifier, the samples, the seeds. Raises ValueError when
    the file cannot be read.
    """

    def __init__(self, weights: Path, conditions: Mapping[str, Any]):
        self.weights, self.path = weights, weights / "evaluation.json"
        before = files.read_json(self.path) if self.path.is_file() else {}
        same = before.get("conditions") == conditions
        self.floor: dict[str, Any] | None = before.get("floor") if same else None
        self.models: dict[str, Any] = before.get("models", {}) if same else {}
        self.conditions = dict(conditions)
        # Now, not when a measurement is put in: the file may be replaced in between.
        self.versions = {name: self._version(name) for name in checkpoints.list_models(weights)}
        for name in list(self.models):
            version = self.versions.get(name)
            if version and version["fingerprint"] == self.models[name].get("fingerprint"):
                self.models[name] |= version
            else:
                del self.models[name]

    def missing(self, model: str, prior: Mapping[str, Any], names: Iterable[str]) -> list[str]:
        """Which distributions must be measured so that these ones are known, for a model with this
        prior: each of those that give the same z but once."""
        known = self.models.get(model, {}).get("distributions", {})
        wanted = dict.fromkeys(_representative(name, prior) for name in names)
        return [name for name in wanted if name not in known]

    def put(
        self, model: str, prior: Mapping[str, Any], name: str, figures: Mapping[str, Any]
    ) -> None:
        """Adds a measurement, for all distributions that it is one of, and writes the file."""
        entry = self.models.setdefault(model, {**self.versions[model], "distributions": {}})
        same = [one for one in distributions() if _representative(one, prior) == name]
        entry["distributions"] |= {one: {"same_as": name} for one in same} | {name: dict(figures)}
        self.write()

    def write(self) -> None:
        """Writes the file, never half of it."""
        content = {
            "conditions": self.conditions,
            "measures": MEASURES,
            "distributions": {
                name: {"label": sampling.label(spec), "spec": spec}
                for name, spec in distributions().items()
            },
            "floor": self.floor,
            "models": dict(sorted(self.models.items())),
        }
        files.write_json(self.path, content)

    def _version(self, model: str) -> dict[str, str]:
        path = self.weights / f"{model}.safetensors"
        metadata, tensors = checkpoints.read(path)
        part = hashlib.sha256(metadata["config"].encode())
        for name in sorted(tensors):
            if name in DRAWN_FROM or not name.startswith(STATISTICS):
                part.update(name.encode() + tensors[name].numpy().tobytes())
        return {"hash": files.file_hash(path), "fingerprint": part.hexdigest()[:12]}


def _representative(name: str, prior: Mapping[str, Any]) -> str:
    return sampling.name(sampling.reduce(distributions()[name], prior))
