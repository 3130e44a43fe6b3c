"""What went wrong, to look at: each failure's picture, the model's view of it, and a caption."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image, ImageDraw

TILE = 140
COLUMNS = 5
CAPTION = 28


@dataclass(frozen=True)
class Exhibit:
    """`picture`, the original, or None where it cannot be opened; `images` (N, 28, 28) in
    [0, 1], what was made of it; `caption`, one line or two."""

    picture: Image.Image | None
    images: torch.Tensor
    caption: str


def save(exhibits: Sequence[Exhibit], path: Path) -> None:
    """Writes a PNG of all exhibits, five to a row: the original and its first two images."""
    rows = -(-len(exhibits) // COLUMNS)
    size = (COLUMNS * (3 * TILE + 10), rows * (TILE + CAPTION + 6))
    sheet = Image.new("RGB", size, "#dddddd")
    for index, exhibit in enumerate(exhibits):
        row, column = divmod(index, COLUMNS)
        at = (column * (3 * TILE + 10), row * (TILE + CAPTION + 6))
        _place(sheet, at, exhibit)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _place(sheet: Image.Image, at: tuple[int, int], exhibit: Exhibit) -> None:
    if exhibit.picture is not None:
        thumbnail = exhibit.picture.convert("RGBA")
        thumbnail.thumbnail((TILE, TILE))
        sheet.paste(thumbnail, at, thumbnail)
    for place, image in enumerate(exhibit.images[:2], start=1):
        digit = Image.fromarray((255 * image).round().to(torch.uint8).numpy())
        sheet.paste(
            digit.resize((TILE, TILE), Image.Resampling.NEAREST), (at[0] + place * TILE, at[1])
        )
    ImageDraw.Draw(sheet).text((at[0] + 2, at[1] + TILE + 2), exhibit.caption, fill="black")
