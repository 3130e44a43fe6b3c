"""Strokes that MNIST's writers leave out and others draw: a one's flag and foot, a seven's bar, a
six's hook, a zero's slash."""

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor

SIDE = 28
# The middle of MNIST's frame: the digits' centre of mass lies at pixel (14, 14).
MIDDLE = 14.0
INK = 0.5
# Who gets a stroke: those of a digit whose lot, from 0 to 1, falls between two bounds. Some ones
# get a flag, some a foot, and some both.
LOTS = {
    "flag": (1, 0.0, 0.45),
    "foot": (1, 0.15, 0.6),
    "bar": (7, 0.0, 0.35),
    "hook": (6, 0.0, 0.35),
    "slash": (0, 0.0, 0.2),
}
# A stroke's half width and lengths, in pixels; half the length where it reaches to both sides.
WIDTH = (0.5, 1.3)
FLAG, FOOT, BAR, HOOK, SLASH = (3.0, 8.0), (3.0, 9.5), (2.5, 6.0), (2.0, 5.0), (7.0, 13.0)
# Radians below the horizontal: of a flag or a hook, which fall; of a foot or a bar, about level; of
# a slash, which rises.
FALL, LEVEL, RISE = (0.45, 1.2), (-0.2, 0.2), (-1.2, -0.6)
# A one on a wide foot is smaller, for both together fill MNIST's 20 pixels.
SMALLER = (0.6, 1.0)


def embellish(x: Tensor, labels: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Images x (B, 1, 28, 28) in [0, 1] of the digits `labels` (B,), some with strokes added; and
    the same without these strokes, at the same size and place.

    With its strokes every image is centred by mass, as MNIST's are; one without is x itself.
    """
    draw = _Draw(len(x), x.device, generator)
    lot = draw.between(0, 1)
    chosen = {
        name: (labels == digit) & (lot >= low) & (lot < high)
        for name, (digit, low, high) in LOTS.items()
    }
    plain = _moved(x, torch.where(chosen["foot"], draw.between(*SMALLER), 1.0))
    top, bottom = _ends(plain)
    waist = _across(plain, top[:, 1].lerp(bottom[:, 1], draw.between(0.4, 0.65)))
    middle = torch.full_like(top, MIDDLE)
    foot, bar, slash = draw.along(FOOT, LEVEL), draw.along(BAR, LEVEL), draw.along(SLASH, RISE)
    lines = {
        "flag": (top, top + draw.along(FLAG, FALL) * top.new_tensor([-1.0, 1.0])),
        "foot": (bottom - foot, bottom + foot),
        "bar": (waist - bar, waist + bar),
        "hook": (top, top + draw.along(HOOK, FALL)),
        "slash": (middle - slash, middle + slash),
    }
    radius, drawn = draw.between(*WIDTH), plain
    for name, (start, end) in lines.items():
        drawn = drawn.maximum(_segment(start, end, radius) * chosen[name].view(-1, 1, 1, 1))
    changed = torch.stack([*chosen.values()]).any(0).view(-1, 1, 1, 1)
    both = _moved(torch.cat([drawn, plain], 1), torch.ones_like(lot), _centre(drawn))
    drawn, plain = torch.where(changed, both, x).split(1, 1)
    return drawn, plain


class _Draw:
    """Random numbers and vectors (x, y), one for each of `count` images."""

    def __init__(self, count: int, device: torch.device, generator: torch.Generator):
        self.count, self.device, self.generator = count, device, generator

    def between(self, low: float, high: float) -> Tensor:
        """(count,)"""
        share = torch.rand(self.count, generator=self.generator, device=self.device)
        return low + (high - low) * share

    def along(self, length: tuple[float, float], angle: tuple[float, float]) -> Tensor:
        """(count, 2), to the right, and down for angles above 0."""
        far, below = self.between(*length), self.between(*angle)
        return torch.stack([far * below.cos(), far * below.sin()], -1)


def _segment(start: Tensor, end: Tensor, radius: Tensor) -> Tensor:
    """Images (B, 1, 28, 28) of straight strokes from `start` to `end` (B, 2), (x, y) in pixels, of
    half width `radius` (B,), their edges smooth over a pixel."""
    axis = torch.arange(SIDE, device=start.device)
    pixels = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).float()
    along, away = (end - start)[:, None, None], pixels - start[:, None, None]
    share = (away * along).sum(-1) / along.square().sum(-1).clamp(min=1e-6)
    distance = (away - share.clamp(0, 1).unsqueeze(-1) * along).norm(dim=-1)
    return (1 + radius.view(-1, 1, 1) - distance).clamp(0, 1).unsqueeze(1)


def _ends(x: Tensor) -> tuple[Tensor, Tensor]:
    """Where the ink of images (B, 1, 28, 28) begins and ends, top and bottom: (B, 2) each, (x, y)
    in pixels. An image without ink gives its middle."""
    inked = (x[:, 0] > INK).any(-1)
    rows = torch.arange(SIDE, device=x.device)
    first = torch.where(inked, rows, SIDE).amin(-1)
    last = torch.where(inked, rows, -1).amax(-1)
    some = inked.any(-1)
    top, bottom = (torch.where(some, row.float(), MIDDLE) for row in (first, last))
    return _across(x, top), _across(x, bottom)


def _across(x: Tensor, row: Tensor) -> Tensor:
    """The middle (B, 2) of the ink in one `row` (B,) of every image; without ink, of the row."""
    ink = (x[torch.arange(len(x), device=x.device), 0, row.long()] > INK).float()
    axis = torch.arange(SIDE, device=x.device)
    column = (ink * axis).sum(-1) / ink.sum(-1).clamp(min=1)
    return torch.stack([torch.where(ink.any(-1), column, MIDDLE), row], -1)


def _centre(x: Tensor) -> Tensor:
    """How far the centres of mass of images (B, 1, 28, 28) lie from MNIST's: (B, 2), in pixels."""
    axis = torch.arange(SIDE, device=x.device, dtype=x.dtype)
    mass = x.sum((1, 2, 3))
    at = torch.stack([(x * axis).sum((1, 2, 3)), (x * axis.view(-1, 1)).sum((1, 2, 3))], -1)
    return torch.where(mass > 0, (at.T / mass.clamp(min=1e-6) - MIDDLE), 0.0).T


def _moved(x: Tensor, scale: Tensor, shift: Tensor | None = None) -> Tensor:
    """Images (B, C, 28, 28) scaled by `scale` (B,) around their middle, after what lies `shift`
    (B, 2) pixels from it was put there."""
    shift = x.new_zeros(len(x), 2) if shift is None else shift
    matrix = torch.eye(2, device=x.device) / scale.view(-1, 1, 1)
    affine = torch.cat([matrix, shift.unsqueeze(-1) * (2 / SIDE)], -1)
    return F.grid_sample(x, F.affine_grid(affine, list(x.shape), False), align_corners=False)
