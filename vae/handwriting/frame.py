"""MNIST's frame: the digit's box is scaled to fit 20x20 with its aspect ratio kept, anti-aliased,
and placed in 28x28 with its centre of mass at pixel (14, 14), ink bright on 0 (LeCun et al. 1998,
"Gradient-based learning applied to document recognition", section III.A).
"""

import cv2
import numpy as np
import torch

from vae.handwriting.masks import stroke_width

SIDE = 28
BOX = 20
# In pixels of the 20-pixel box. A thin pen says nothing of the writer: it gets nearly the median of
# MNIST's strokes, 2.4; a twentieth of them are wider than 4.
STROKE_RANGE = (2.3, 4.0)


def with_mnist_stroke(soft: np.ndarray, unit: float) -> np.ndarray:
    """`soft`, thickened or thinned if its stroke is outside MNIST's range; `unit` is a pixel of
    the 20-pixel box in pixels of `soft`. May come back enlarged."""
    width = stroke_width((soft > 0.5).astype(np.uint8)) / unit
    change = float(np.clip(width, *STROKE_RANGE)) - width
    if abs(change) < 0.1:
        return soft
    zoom = max(1.0, 8 / unit)
    side = round(abs(change) * unit * zoom)
    soft = cv2.resize(soft, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    soft = cv2.copyMakeBorder(soft, side, side, side, side, cv2.BORDER_CONSTANT)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side + 1, side + 1))
    return cv2.dilate(soft, disc) if change > 0 else cv2.erode(soft, disc)


def in_frame(soft: np.ndarray) -> torch.Tensor:
    """(1, 28, 28): `soft` cut to its ink, scaled to the 20-pixel box, placed by centre of mass."""
    left, top, width, height = cv2.boundingRect((soft > 0.1).astype(np.uint8))
    scale = BOX / max(width, height)
    # Padded to whole pixels of the box: rounded, the narrow side would be stretched.
    size = tuple(int(np.ceil(round(n * scale, 2))) for n in (width, height))
    right, below = round(size[0] / scale) - width, round(size[1] / scale) - height
    soft = soft[top : top + height, left : left + width]
    soft = cv2.copyMakeBorder(
        soft, below // 2, below - below // 2, right // 2, right - right // 2, cv2.BORDER_CONSTANT
    )
    how = cv2.INTER_AREA if scale <= 1 else cv2.INTER_LINEAR
    soft = cv2.resize(soft, size, interpolation=how)
    image = np.zeros((1, SIDE, SIDE), np.float32)
    mass = soft.sum()
    row, column = (
        int(np.clip(round(SIDE / 2 - float(profile @ np.arange(n) / mass)), 0, SIDE - n))
        for profile, n in ((soft.sum(axis=1), size[1]), (soft.sum(axis=0), size[0]))
    )
    image[0, row : row + size[1], column : column + size[0]] = soft
    return torch.from_numpy(image)
