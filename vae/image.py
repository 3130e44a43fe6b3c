"""Any picture of a handwritten digit, as MNIST would have it.

The road: `picture.open_picture` (a file to pixels, safely) -> `explain` (find the ink, part it into
digits, bring each into MNIST's frame) -> `prepare` (the one digit as a tensor).

MNIST's frame (LeCun et al. 1998, "Gradient-based learning applied to document recognition",
section III.A): the digit's box is scaled to fit 20x20 with its aspect ratio kept, anti-aliased,
and placed in 28x28 with its centre of mass at pixel (14, 14), ink bright on 0.

Inside, a mask is an array (h, w) of uint8, 1 where it holds, as OpenCV takes it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from vae.paper import find_paper
from vae.picture import Picture, upright_rgba

SIDE = 28
BOX = 20
# In pixels of the 20-pixel box. A thin pen says nothing of the hand: it gets nearly the median of
# MNIST's strokes, 2.4; a twentieth of them are wider than 4.
STROKE_RANGE = (2.3, 4.0)

# Ink must differ from its paper by this share of the paper's light, and by this many standard
# deviations of the paper's noise.
MIN_CONTRAST = 0.1
MIN_NOISES = 4.0
# Ink this share of the threshold still counts where it continues a stroke above it.
WEAK_SHARE = 0.6
# With this share of its outline on the picture's edge, ink is no stroke but the rim of the page.
ON_EDGE = 0.4


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
    `picture.WORK_PIXELS`; `ink` (h, w) float32 in [0, 1], all ink before rules, frames and specks
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
    rgb = _opaque(upright_rgba(picture))
    bare, paper = find_paper(rgb)
    left, top, width, height = cv2.boundingRect(paper)
    page = np.s_[top : top + height, left : left + width]
    ink, mask = np.zeros(rgb.shape[:2], np.float32), np.zeros(rgb.shape[:2], np.uint8)
    found, noise = _ink(np.ascontiguousarray(bare[page]))
    ink[page] = found * paper[page]
    mask[page] = _strokes(ink[page], noise)
    digits = tuple(_digit(ink, part) for part in _parts(mask, paper))
    if not digits:
        raise ValueError(
            "A digit was expected, but no ink was found: "
            "draw one, or use a picture in which it stands out more."
        )
    strong = float(np.percentile(ink[mask > 0], 70))
    return Steps((rgb * 255).astype(np.uint8), np.clip(ink / strong, 0, 1), digits)


def _opaque(rgba: np.ndarray) -> np.ndarray:
    """(h, w, 3): transparency filled with the paper that the visible part implies.

    Mostly transparent, the visible part is ink and gets the paper it stands out from. Mostly
    opaque, it is a picture with holes, which get its own median colour.
    """
    rgb, alpha = np.ascontiguousarray(rgba[..., :3]), rgba[..., 3:]
    if alpha.min() > 0.99:
        return rgb
    visible = rgb[alpha[..., 0] > 0.5]
    if visible.shape[0] > 0.5 * alpha.size:
        paper = np.median(visible, axis=0)
    else:
        paper = float(visible.size > 0 and (visible.mean(axis=1) < 0.5).mean() > 0.2)
    return (rgb * alpha + paper * (1 - alpha)).astype(np.float32)


def _contrast_axis(rgb: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """The colour direction (3,) in which ink leaves the paper, its absolute values summing to 1;
    the ink's stroke width as a share of the picture's diagonal; and the mask (h, w) of what leaves
    the paper likewise but lies along the picture's edge, as a corner of the table does."""
    height, width = rgb.shape[:2]
    scale = min(1.0, (60_000 / (width * height)) ** 0.5)
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # One colour is the paper of even light, however much of the picture the ink fills. Where
    # what leaves it reaches along the picture's edge, that is light: then a wide median is.
    paper = np.median(small.reshape(-1, 3), axis=0) + np.zeros_like(small)
    axis, mask = _one_sided(small, paper)
    if np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean() > 0.1:
        side = max(3, min(255, int(0.7 * min(small.shape[:2])) | 1))
        paper = _median(small, side)
        axis, mask = _one_sided(small, paper)
    rim = _frame(mask)
    if rim.any():
        # Darker than any ink, it would set the threshold.
        axis, mask = _one_sided(np.where(rim[..., None], paper, small), paper)
    share = _stroke_width(mask) / float(np.hypot(*small.shape[:2]))
    rim = cv2.resize(rim, (width, height), interpolation=cv2.INTER_NEAREST)
    return axis / np.abs(axis).sum(), share, rim


def _median(rgb: np.ndarray, side: int) -> np.ndarray:
    """The median around each pixel, in a square of odd `side`. The picture is mirrored at its edge:
    a strip of table there, drawn out as OpenCV does it, would fill half a square."""
    half = side // 2
    wide = cv2.copyMakeBorder((rgb * 255).astype(np.uint8), *[half] * 4, cv2.BORDER_REFLECT)
    return cv2.medianBlur(wide, side)[half:-half, half:-half].astype(np.float32) / 255


def _one_sided(rgb: np.ndarray, paper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The colour direction (3,) of the sharp, strong, one-sided deviations from `paper`, which
    are ink, and the mask of where they are.

    It is the first principal direction, turned so that the third moment along it is positive.
    Weights prefer edges (light falls off softly) and the middle of the picture.
    """
    away = (rgb - paper) / np.maximum(paper.mean(axis=2, keepdims=True), 0.25)
    middle = [np.sin(np.pi * (np.arange(n) + 0.5) / n) for n in rgb.shape[:2]]
    edges = cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, _block(3, 3)).max(axis=2)
    weight = np.outer(*middle).astype(np.float32) * edges
    weighted = (weight * (away**2).sum(axis=2))[..., None] * away
    moment = weighted.reshape(-1, 3).T @ away.reshape(-1, 3)
    axis = np.linalg.eigh(moment)[1][:, -1].astype(np.float32)
    if (weight * (away @ axis) ** 3).sum() < 0:
        axis = -axis
    along = np.maximum(away @ axis, 0)
    return axis, (along > max(_otsu(along), 1e-3)).astype(np.uint8)


def _ink(rgb: np.ndarray) -> tuple[np.ndarray, float]:
    """(h, w) float32 >= 0, how far each pixel leaves the paper around it, as a share of the
    light there; and the standard deviation of the paper's noise in it.

    The paper is a grey opening by a square that no stroke can hold (a top-hat), which follows
    the edges of shadows that a blur would smear.
    """
    axis, share, rim = _contrast_axis(rgb)
    diagonal = float(np.hypot(*rgb.shape[:2]))
    square = _block(*[(int(3 * share * diagonal) | 1) + 2] * 2)
    along = cv2.transform(rgb, axis[None])
    if diagonal > 200:
        along = cv2.GaussianBlur(along, (0, 0), 1.0)
    lit = cv2.MORPH_OPEN if axis.sum() > 0 else cv2.MORPH_CLOSE
    light = cv2.morphologyEx(cv2.transform(rgb, np.full((1, 3), 1 / 3)), lit, square)
    ink = (along - cv2.morphologyEx(along, cv2.MORPH_OPEN, square)) / np.maximum(light, 0.25)
    # Ink is all above the median, so the part below it is noise alone.
    low, median = np.percentile(ink, (10, 50))
    return np.where(rim, 0, np.maximum(ink - median, 0)), float(median - low) / 1.28


def _strokes(ink: np.ndarray, noise: float) -> np.ndarray:
    """The mask of ink above threshold that is no frame and no rule."""
    ink = ink.copy()
    floor = max(MIN_CONTRAST, MIN_NOISES * noise)
    mask = np.zeros(ink.shape, np.uint8)
    # A frame darker than the digit sets the threshold by itself: without it, look again.
    for _ in range(4):
        strong = max(floor, _otsu(ink[ink > floor / 2]))
        count, labels = cv2.connectedComponents((ink > max(floor, WEAK_SHARE * strong)).view("u1"))
        kept = np.zeros(count, np.uint8)
        kept[labels[ink > strong]] = 1
        mask = kept[labels]
        clutter = _frame(mask) | _rules(mask) | _rules(mask.T).T
        if not clutter.any():
            break
        ink[clutter > 0] = 0
    return mask


def _frame(mask: np.ndarray) -> np.ndarray:
    """The mask of components that run along a whole side of the picture, hug it, or have much of
    their outline on it, as a corner of the table has."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    inside = cv2.erode(mask, _block(3, 3), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outline = np.bincount(labels[inside == 0], minlength=count)
    found = np.bincount(np.concatenate(sides), minlength=count) > ON_EDGE * outline
    for side in sides:
        found |= np.bincount(side, minlength=count) > 0.9 * side.size
    for start, extent, length in ((0, 2, mask.shape[1]), (1, 3, mask.shape[0])):
        first, size = stats[:, start], stats[:, extent]
        found |= ((first == 0) | (first + size == length)) & (size < 0.08 * length)
    found[0] = 0
    return cv2.dilate(found[labels].view("u1"), _block(5, 5))


def _rules(mask: np.ndarray) -> np.ndarray:
    """The mask of thin level lines, without the places where a stroke crosses them.

    A rule runs from edge to edge, or has another one along it, as in a box on a form: a lone
    line that ends inside the picture may be a digit.
    """
    width = mask.shape[1]
    piece = _block(1, max(9, width // 6))
    lines = cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_OPEN, piece)
    lines = cv2.morphologyEx(lines, cv2.MORPH_CLOSE, piece)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines)
    length = stats[:, cv2.CC_STAT_WIDTH]
    thickness = stats[:, cv2.CC_STAT_AREA] / length
    ruled = (length > 0.7 * width) & (thickness < 0.03 * width)
    ruled[0] = False
    if ruled.sum() < 2:
        ruled &= length > 0.97 * width
    if not ruled.any():
        return np.zeros_like(mask)
    across = _block(2 * int(2 * thickness[ruled].max()) + 5, 1)
    crossing = cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_OPEN, across)
    return cv2.dilate(ruled[labels].view("u1"), _block(3, 1)) & (1 - crossing)


def _parts(mask: np.ndarray, paper: np.ndarray) -> list[np.ndarray]:
    """The digits' masks, in reading order: components joined into digits, without specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    corners = stats[:, :4] + np.pad(stats[:, :2], ((0, 0), (2, 0)))
    area, height = stats[:, cv2.CC_STAT_AREA], stats[:, cv2.CC_STAT_HEIGHT]
    within = cv2.erode(paper, _block(3, 3), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    whole = np.bincount(labels[within == 0], minlength=count) == 0
    # Beside a whole digit, what the paper's edge cuts off is a frame or a neighbour's rest.
    cut_off = ~whole & (height < 2.5 * height[whole].max(initial=0))
    likely = [i for i in np.argsort(-area)[:100] if i and not cut_off[i]]
    groups: list[list[int]] = []
    for label in likely:
        if area[label] < 0.01 * area[likely[0]]:
            break
        joined = [g for g in groups if any(_belongs(stats[label], stats[big]) for big in g)]
        groups = [g for g in groups if g not in joined] + [sum(joined, [int(label)])]
    if not groups:
        return []
    boxes = np.array([[*corners[g, :2].min(axis=0), *corners[g, 2:].max(axis=0)] for g in groups])
    sizes = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    kept = sizes >= max(0.5 * sizes.max(), 0.03 * mask.size**0.5)
    rows = np.round((boxes[:, 1] + boxes[:, 3]) / 2 / sizes.max())
    order = np.lexsort((boxes[:, 0], rows))
    return [np.isin(labels, groups[i]).view("u1") for i in order if kept[i]]


def _belongs(small: np.ndarray, big: np.ndarray) -> bool:
    """Whether two components (rows of OpenCV's stats) are one digit: close to each other, and
    the smaller one a part by its height or by standing above or below the other."""
    apart = np.maximum(small[:2], big[:2]) - np.minimum(small[:2] + small[2:4], big[:2] + big[2:4])
    near = np.hypot(*np.maximum(apart, 0)) <= 0.2 * max(big[2:4])
    stacked = -apart[0] >= 0.3 * min(small[2], big[2])
    return bool(near and (stacked or small[3] < 0.6 * big[3]))


def _digit(ink: np.ndarray, part: np.ndarray) -> Digit:
    left, top, width, height = cv2.boundingRect(part)
    cut = np.s_[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2]
    level = float(np.percentile(ink[part > 0], 70))
    soft = np.clip(ink[cut] / level, 0, 1) * cv2.dilate(part[cut], _block(3, 3))
    # MNIST softened black and white by scaling: where scaling will soften, the edge is hard.
    gain = float(np.clip(max(width, height) / BOX, 1, 4))
    soft = np.clip((soft - 0.5) * gain + 0.5, 0, 1).astype(np.float32)
    image = _in_frame(_with_mnist_stroke(soft, max(width, height) / BOX))
    return Digit((left, top, left + width, top + height), soft, image)


def _with_mnist_stroke(soft: np.ndarray, unit: float) -> np.ndarray:
    """`soft`, thickened or thinned if its stroke is outside MNIST's range; `unit` is a pixel of
    the 20-pixel box in pixels of `soft`. May come back enlarged."""
    width = _stroke_width((soft > 0.5).astype(np.uint8)) / unit
    change = float(np.clip(width, *STROKE_RANGE)) - width
    if abs(change) < 0.1:
        return soft
    zoom = max(1.0, 8 / unit)
    side = round(abs(change) * unit * zoom)
    soft = cv2.resize(soft, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    soft = cv2.copyMakeBorder(soft, side, side, side, side, cv2.BORDER_CONSTANT)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side + 1, side + 1))
    return cv2.dilate(soft, disc) if change > 0 else cv2.erode(soft, disc)


def _in_frame(soft: np.ndarray) -> torch.Tensor:
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


def _otsu(values: np.ndarray) -> float:
    """Otsu's threshold (1979) of non-negative values; 0 if there are none."""
    top = float(values.max(initial=0))
    if top <= 0:
        return 0.0
    levels = (values.reshape(-1, 1) / top * 255).astype(np.uint8)
    return cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0] / 255 * top


def _stroke_width(mask: np.ndarray) -> float:
    """Mean stroke width in pixels, measured on a grid four times finer: across a stroke of w,
    distances to the outside run 1, 2, .. w/2, so that their mean is (w/2 + 1) / 2."""
    fine = cv2.resize(mask.astype(np.float32), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    fine = cv2.copyMakeBorder((fine > 0.5).view("u1"), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(fine, cv2.DIST_L2, 5)
    return max(0.25, cv2.mean(distance, fine)[0] - 0.5)


def _block(height: int, width: int) -> np.ndarray:
    return np.ones((height, width), np.uint8)
