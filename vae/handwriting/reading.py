"""Any picture of handwritten digits, as MNIST would have them.

The road: `files.open_picture` (a file to pixels, safely) -> `explain` (find the paper and the ink
on it, part the ink into digits, bring each into MNIST's frame) -> `prepare` (the one digit, a
tensor). `prepare_box` reads what a person marks as one digit.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch

from vae.handwriting.files import MIN_SIDE, Picture, upright_rgba
from vae.handwriting.frame import BOX, in_frame, with_mnist_stroke
from vae.handwriting.ink import find_ink, find_strokes, opaque
from vae.handwriting.masks import block
from vae.handwriting.paper import find_paper
from vae.handwriting.parts import find_part, find_parts

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Digit:
    """One digit: `box` (left, top, right, bottom) in pixels of `Steps.picture`; `ink` (h, w)
    float32, its cut-out; `image` (1, 28, 28) float32, MNIST's version. Both in [0, 1]."""

    box: Box
    ink: np.ndarray
    image: torch.Tensor


@dataclass(frozen=True)
class Steps:
    """What was looked at and found: `picture` (h, w, 3) uint8, upright, opaque, at most
    `files.WORK_PIXELS`; `ink` (h, w) float32 in [0, 1], all ink before rules, frames and specks
    are discarded; `digits` in reading order, at least one."""

    picture: np.ndarray
    ink: np.ndarray
    digits: tuple[Digit, ...]


def prepare(picture: Picture) -> torch.Tensor:
    """The one digit in `picture` as MNIST would have it: (1, 28, 28) float32 in [0, 1].

    `picture`: a PIL image of any mode, or an array (h, w), (h, w, 3) or (h, w, 4) of bool,
    integers (full scale 255, or 65535 and the like where they hold more) or floats in [0, 1].
    Raises ValueError, in a sentence for a person, if it is no picture, too big or too small,
    has no ink, or shows several digits.
    """
    digits = find_digits(picture)
    if len(digits) > 1:
        raise ValueError(
            f"One digit was expected, but {len(digits)} were found: "
            "choose one, or crop the picture to it."
        )
    return digits[0].image


def find_digits(picture: Picture) -> tuple[Digit, ...]:
    """Every digit in `picture` (as `prepare` takes it), in reading order, at least one."""
    return explain(picture).digits


def explain(picture: Picture, turn: int = 0) -> Steps:
    """The whole road for `picture` (as `prepare` takes it), with what each step saw.

    `turn`: quarter turns clockwise that bring the picture upright, 0 to 3; the steps are of the
    turned picture. Raises ValueError as `prepare` does, except for several digits, and for another
    turn.
    """
    rgb = _turned(opaque(upright_rgba(picture)), turn)
    ink, mask, paper = _strokes(rgb)
    digits = tuple(_digit(ink, part) for part in find_parts(mask, paper))
    if not digits:
        raise ValueError(
            "A digit was expected, but no ink was found: "
            "draw one, or use a picture in which it stands out more."
        )
    strong = float(np.percentile(ink[mask > 0], 70))
    return Steps((rgb * 255).astype(np.uint8), np.clip(ink / strong, 0, 1), digits)


def prepare_box(picture: Picture, box: Box, turn: int = 0) -> Digit:
    """All ink in a part of `picture` (as `prepare` takes it) as one digit, whatever else it is.

    `box`: (left, top, right, bottom) in pixels of `Steps.picture` of the same picture, unturned;
    what lies outside the picture is ignored. `turn`: quarter turns clockwise that bring the digit
    upright, 0 to 3. The digit's own box is that of its ink in the unturned picture. Raises
    ValueError, in a sentence for a person, for no picture, too small a box, one without ink, or
    another turn.
    """
    rgb = opaque(upright_rgba(picture))
    left, top, right, bottom = box = _inside(box, rgb.shape)
    window = np.s_[top:bottom, left:right]
    ink, mask, _ = (each[window] for each in _strokes(rgb))
    if not mask.any():
        # What a page outshouts, or what its paper leaves out, may still be ink by itself.
        ink, mask, _ = _strokes(rgb[window])
    part = find_part(mask)
    if not part.any():
        raise ValueError(
            "A digit was expected in the box, but no ink was found there: move the box to a digit."
        )
    x, y, width, height = cv2.boundingRect(part)
    digit = _digit(_turned(ink, turn), _turned(part, turn))
    return replace(digit, box=(left + x, top + y, left + x + width, top + y + height))


def _turned(array: np.ndarray, turn: int) -> np.ndarray:
    if turn not in range(4):
        raise ValueError(f"A turn of 0, 1, 2 or 3 quarters was expected, but {turn} came: use one.")
    return np.ascontiguousarray(np.rot90(array, -turn))


def _inside(box: Box, shape: tuple[int, ...]) -> Box:
    """The part of `box` that lies in a picture of that shape."""
    height, width = shape[:2]
    left, top = max(0, box[0]), max(0, box[1])
    right, bottom = min(width, box[2]), min(height, box[3])
    if min(right - left, bottom - top) < MIN_SIDE:
        raise ValueError(
            f"A box with at least {MIN_SIDE}x{MIN_SIDE} pixels in the picture of {width}x{height} "
            f"was expected, but {box} came: move it, or draw it larger."
        )
    return left, top, right, bottom


def _strokes(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The ink on the paper in a picture (h, w, 3), the mask of its strokes, and the paper's."""
    rgb = np.ascontiguousarray(rgb)
    bare, paper = find_paper(rgb)
    left, top, width, height = cv2.boundingRect(paper)
    page = np.s_[top : top + height, left : left + width]
    ink, mask = np.zeros(rgb.shape[:2], np.float32), np.zeros(rgb.shape[:2], np.uint8)
    found, noise = find_ink(np.ascontiguousarray(bare[page]))
    mask[page], ink[page] = find_strokes(found * paper[page], noise)
    return ink, mask, paper


def _digit(ink: np.ndarray, part: np.ndarray) -> Digit:
    left, top, width, height = cv2.boundingRect(part)
    cut = np.s_[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2]
    level = float(np.percentile(ink[part > 0], 70))
    soft = np.clip(ink[cut] / level, 0, 1) * cv2.dilate(part[cut], block(3, 3))
    # MNIST softened black and white by scaling: where scaling will soften, the edge is hard.
    gain = float(np.clip(max(width, height) / BOX, 1, 4))
    soft = np.clip((soft - 0.5) * gain + 0.5, 0, 1).astype(np.float32)
    image = in_frame(with_mnist_stroke(soft, max(width, height) / BOX))
    return Digit((left, top, left + width, top + height), soft, image)
