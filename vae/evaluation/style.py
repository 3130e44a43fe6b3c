"""How digits are drawn, whatever they are: sharpness, thickness, slant, ink. No network is asked.

Pure functions of images x (B, 1, 28, 28) in [0, 1]; each gives a number for every image, (B,), and
0 for one without ink.
"""

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor

INK = 0.5
# Between these a pixel is grey: neither paper nor stroke.
PAPER, STROKE = 0.2, 0.8


def ink(x: Tensor) -> Tensor:
    """The sum over the pixels."""
    return x.sum((1, 2, 3))


def grey_share(x: Tensor) -> Tensor:
    """Of the pixels that are not paper, the share that are grey: a soft edge or a blur has many."""
    inked, grey = x > PAPER, (x > PAPER) & (x < STROKE)
    return grey.sum((1, 2, 3)) / inked.sum((1, 2, 3)).clamp(min=1)


def edge_strength(x: Tensor) -> Tensor:
    """The mean slope where there is one, each weighted by itself: sum |dx|^2 / sum |dx|, per pixel.

    Up to 1, the slope of an edge one pixel wide; a blurred edge has less.
    """
    down, right = x[..., 1:, :-1] - x[..., :-1, :-1], x[..., :-1, 1:] - x[..., :-1, :-1]
    squares = down.square() + right.square()
    return squares.sum((1, 2, 3)) / squares.sqrt().sum((1, 2, 3)).clamp(min=1e-6)


def thickness(x: Tensor) -> Tensor:
    """Twice the area of the ink over the length of its outline, in pixels: the width of a long
    stroke that lies along the pixels."""
    inked = F.pad((x > INK).float(), (1, 1, 1, 1))
    outline = sum(inked.diff(dim=dim).abs().sum((1, 2, 3)) for dim in (2, 3))
    return 2 * inked.sum((1, 2, 3)) / outline.clamp(min=1)


def slant(x: Tensor) -> Tensor:
    """How far the ink leans to the right, in pixels for one pixel up: minus the covariance of
    column and row over the variance of the row, with the ink as the weight."""
    mass = ink(x).clamp(min=1e-6)
    row, column = (torch.arange(28, dtype=x.dtype, device=x.device) for _ in range(2))
    rows, columns = x.sum((1, 3)), x.sum((1, 2))
    middle_row, middle_column = (rows @ row) / mass, (columns @ column) / mass
    down = row - middle_row.unsqueeze(1)
    across = column - middle_column.unsqueeze(1)
    covariance = torch.einsum("bij,bi,bj->b", x[:, 0], down, across)
    variance = torch.einsum("bij,bi->b", x[:, 0], down.square())
    return torch.where(variance > 1e-6, -covariance / variance.clamp(min=1e-6), 0.0)


STYLES = {
    "grey share": grey_share,
    "edge strength": edge_strength,
    "thickness": thickness,
    "slant": slant,
    "ink": ink,
}
