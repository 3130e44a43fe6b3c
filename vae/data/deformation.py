"""Images varied as people and cameras vary them: for models that understand strangers' digits."""

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor

ROTATION = 0.22
SHEAR = 0.25
SCALE = 0.16
SHIFT = 2.0
BEND = 0.9
SIDE = 28


def vary(x: Tensor, generator: torch.Generator) -> Tensor:
    """Images (B, 1, 28, 28) in [0, 1], each deformed, and some with thicker, thinner or softer
    strokes."""
    return _restroke(deform(x, generator), generator)


def deform(x: Tensor, generator: torch.Generator, shift: float = SHIFT) -> Tensor:
    """Images (B, C, 28, 28) in [0, 1], each turned, slanted, scaled, bent, and moved by at most
    `shift` pixels, at random; the C pictures of an image all alike."""
    affine = _affine(len(x), shift, generator, x.device)
    grid = F.affine_grid(affine, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid + _bend(len(x), generator, x.device), align_corners=False)


def _uniform(shape: tuple[int, ...], generator: torch.Generator, device: torch.device) -> Tensor:
    """Between -1 and 1."""
    return 2 * torch.rand(shape, generator=generator, device=device) - 1


def _affine(count: int, shift: float, generator: torch.Generator, device: torch.device) -> Tensor:
    """(count, 2, 3) maps from where a pixel goes to where it comes from."""
    angle, shear, wide, high, x, y = _uniform((6, count), generator, device)
    cos, sin = (ROTATION * angle).cos(), (ROTATION * angle).sin()
    wide, high = (SCALE * wide).exp(), (SCALE * high).exp()
    shear, unit = SHEAR * shear, 2 * shift / SIDE
    rows = [cos * wide, (shear * cos - sin) * high, unit * x]
    rows += [sin * wide, (shear * sin + cos) * high, unit * y]
    return torch.stack(rows, -1).view(count, 2, 3)


def _bend(count: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """(count, 28, 28, 2) smooth displacements, of about a pixel (Simard et al. 2003)."""
    coarse = _uniform((count, 2, 5, 5), generator, device) * (2 * BEND / SIDE)
    smooth = F.interpolate(coarse, (SIDE, SIDE), mode="bicubic", align_corners=True)
    return smooth.permute(0, 2, 3, 1)


def _restroke(x: Tensor, generator: torch.Generator) -> Tensor:
    thick = F.max_pool2d(x, 3, 1, 1)
    thin = -F.max_pool2d(-x, 3, 1, 1)
    soft = F.avg_pool2d(x, 3, 1, 1)
    amount = torch.rand((4, len(x), 1, 1, 1), generator=generator, device=x.device)
    choice = amount[3]
    x = torch.where(choice < 0.2, x.lerp(thick, 0.8 * amount[0]), x)
    x = torch.where((choice >= 0.2) & (choice < 0.4), x.lerp(thin, 0.6 * amount[1]), x)
    return torch.where(choice > 0.8, x.lerp(soft, amount[2]), x)
