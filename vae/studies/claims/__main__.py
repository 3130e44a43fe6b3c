"""`python -m vae.studies.claims`: see `vae.studies.claims`."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from PIL import ImageOps
from PIL.Image import Resampling
from torch import Tensor

from vae import checkpoints, cli, files
from vae.checkpoints import WEIGHTS
from vae.pictures import grid, png
from vae.studies.claims import CLAIMS, exhibits, judge
from vae.studies.claims.document import markdown
from vae.studies.claims.evidence import Evidence

DOCS = WEIGHTS.parent / "docs"
ENLARGED = 2


def write(weights: Path = WEIGHTS, docs: Path = DOCS) -> Path:
    """Writes every file; the path of the document."""
    evidence = Evidence(weights)
    findings = [judge(claim, evidence) for claim in CLAIMS]
    pictures = exhibits.draw(weights)
    shown = exhibits.content(pictures, checkpoints.load_classifier(weights))
    files.write_json(weights / "findings.json", {"rows": [*map(asdict, findings)]})
    files.write_json(weights / "exhibits.json", shown)
    write_pictures(pictures, docs / "findings")
    path = docs / "findings.md"
    files.write_text(path, markdown(findings, shown, evidence))
    return path


def write_pictures(pictures: Mapping[str, Tensor], folder: Path) -> None:
    """A PNG of every picture, and no other, each pixel of a digit 2 x 2."""
    rows = exhibits.rows()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.png"):
        if path.stem not in pictures:
            path.unlink()
    for name, x in pictures.items():
        large = ImageOps.scale(grid(x, rows[name].columns), ENLARGED, Resampling.NEAREST)
        (folder / f"{name}.png").write_bytes(png(large))


if __name__ == "__main__":
    sys.exit(cli.run("vae.studies.claims", write))
