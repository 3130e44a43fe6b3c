"""Any picture of handwritten digits, as MNIST would have them.

The road: `files.open_picture` (a file to pixels, safely) -> `explain` (find the paper and the ink
on it, part the ink into digits, bring each into MNIST's frame) -> `prepare` (the one digit, a
tensor).
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from vae.handwriting.files import Picture, upright_rgba
from vae.handwriting.frame import BOX, in_frame, with_mnist_stroke
from vae.handwriting.ink import find_ink, find_strokes, opaque
from vae.handwriting.masks import block
from vae.handwriting.paper import find_paper
from vae.handwriting.parts import find_parts


@dataclass(frozen=True)
class Digit:
    """One digit: `box` (left, top, right, bottom) in pixels of `Steps.picture`; `ink` (h, w)
    float32, its cut-out; `image` (1, 28, 28) float32, MNIST's version. Both in [0, 1]."""

    box: tuple[int, int, int, int]
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


def explain(picture: Picture) -> Steps:
    """The whole road for `picture` (as `prepare` takes it), with what each step saw.

    Raises ValueError as `prepare` does, except for several digits.
    """
    rgb = opaque(upright_rgba(picture))
    bare, paper = find_paper(rgb)
    left, top, width, height = cv2.boundingRect(paper)
    page = np.s_[top : top + height, left : left + width]
    ink, mask = np.zeros(rgb.shape[:2], np.float32), np.zeros(rgb.shape[:2], np.uint8)
    found, noise = find_ink(np.ascontiguousarray(bare[page]))
    ink[page] = found * paper[page]
    mask[page] = find_strokes(ink[page], noise)
    digits = tuple(_digit(ink, part) for part in find_parts(mask, paper))
    if not digits:
        raise ValueError(
            "A digit was expected, but no ink was found: "
            "draw one, or use a picture in which it stands out more."
        )
    strong = float(np.percentile(ink[mask > 0], 70))
    return Steps((rgb * 255).astype(np.uint8), np.clip(ink / strong, 0, 1), digits)


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
