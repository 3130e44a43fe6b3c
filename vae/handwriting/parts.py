"""Which ink is one digit: components joined into digits, in reading order, without specks.

A box is (left, top, right, bottom) in pixels, a row of an array (N, 4) of int.
"""

import cv2
import numpy as np

from vae.handwriting.masks import block, stroke_width
from vae.handwriting.touching import find_cuts

# More than these are no digits to choose from, but a pattern, or a page to read piece by piece.
MAX_DIGITS = 150
# Components, the largest, that are looked at in pairs.
MAX_COMPONENTS = 1500
# Beside digits, what is this many times wider than high is a word or a line.
WIDE = 2.0
# A digit is at least so large, in shares of the side of a square picture as large; a mark that
# counts against `MAX_DIGITS`, in pixels.
MIN_SIZE, MIN_MARK = 0.03, 8
# A component leaves the picture in fewer places than these, or it is a pattern.
MAX_EXITS = 10
# Boxes in a row have at least this share of their heights in common.
BESIDE = 0.4


def find_part(mask: np.ndarray) -> np.ndarray:
    """The mask of all that is one digit if a person says that there is one: without specks, and
    without the rests of neighbours at the edge."""
    labels, _, likely = _components(mask, np.ones_like(mask))
    return np.isin(labels, likely).view("u1")


def find_parts(mask: np.ndarray, paper: np.ndarray) -> list[np.ndarray]:
    """The digits' masks, in reading order: components joined into digits, without specks.

    Raises ValueError for more than `MAX_DIGITS`.
    """
    labels, stats, likely = _components(mask, paper)
    if not likely.size:
        return []
    boxes = stats[:, :4] + np.pad(stats[:, :2], ((0, 0), (2, 0)))
    parts = _numbered(labels, boxes, _joined(labels, boxes, likely))
    outer, ink = _extents(parts)
    digits = 1 + np.flatnonzero(_sized_as_digits(outer, ink, mask.size**0.5))
    order = reading_order(outer[digits - 1])
    return [(parts == digit).view("u1") for digit in digits[order]]


def _extents(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The boxes (N, 4) and pixels (N,) of the parts numbered 1 .. N in (h, w)."""
    ys, xs = np.nonzero(parts)
    numbers = parts[ys, xs] - 1
    count = numbers.max() + 1
    boxes = np.zeros((count, 4), int)
    boxes[:, :2] = parts.size
    for column, at in enumerate((xs, ys)):
        np.minimum.at(boxes[:, column], numbers, at)
        np.maximum.at(boxes[:, column + 2], numbers, at + 1)
    return boxes, np.bincount(numbers, minlength=count)


def _numbered(labels: np.ndarray, boxes: np.ndarray, groups: list[list[int]]) -> np.ndarray:
    """Each group's number, from 1, at its pixels, and a new one where digits that touch are cut
    apart."""
    number_of = np.zeros(len(boxes), int)
    for number, group in enumerate(groups, 1):
        number_of[group] = number
    parts, last = number_of[labels], len(groups)
    for number, group in enumerate(groups, 1):
        left, top = boxes[group, :2].min(axis=0)
        right, bottom = boxes[group, 2:].max(axis=0)
        window = parts[top:bottom, left:right]
        for cut in reversed(find_cuts((window == number).view("u1"))):
            last += 1
            window[:, cut:][window[:, cut:] == number] = last
    return parts


def _components(mask: np.ndarray, paper: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The labels (h, w) of the mask's components, OpenCV's statistics of them, and the labels of
    those that may be a digit or a part of one, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    area, height = stats[:, cv2.CC_STAT_AREA], stats[:, cv2.CC_STAT_HEIGHT]
    within = cv2.erode(paper, block(3, 3), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    whole = np.bincount(labels[within == 0], minlength=count) == 0
    whole[0] = False
    # Beside a whole digit, what the paper's edge cuts off is a frame or a neighbour's rest.
    cut_off = ~whole & (height < 2.5 * height[whole].max(initial=0))
    may_be = ~cut_off & (_exits(labels, count) < MAX_EXITS)
    may_be[0] = False
    may_be &= area >= 0.01 * area[may_be].max(initial=0)
    likely = np.argsort(-area, kind="stable")
    return labels, stats, likely[may_be[likely]][:MAX_COMPONENTS]


def _exits(labels: np.ndarray, count: int) -> np.ndarray:
    """In how many places each component reaches the picture's edge, (count,)."""
    edge = np.concatenate([labels[0], labels[:, -1], labels[-1, ::-1], labels[::-1, 0]])
    return np.bincount(edge[edge != np.roll(edge, 1)], minlength=count)


def _joined(labels: np.ndarray, boxes: np.ndarray, likely: np.ndarray) -> list[list[int]]:
    """The components (labels, the largest first) that belong together, joined into digits."""
    groups: list[list[int]] = []
    of = np.arange(len(likely))
    belongs = _belongs(boxes[likely]) | _is_hook(boxes[likely], labels, likely)
    for small, big in np.argwhere(belongs):
        of[of == of[small]] = of[big]
    for number in dict.fromkeys(of.tolist()):
        groups.append(likely[of == number].tolist())
    return groups


def _belongs(boxes: np.ndarray) -> np.ndarray:
    """Which components, of boxes (N, 4), the largest first, are a part of which larger one, (N, N):
    close to it, and a part by the height or by standing above or below it."""
    first, last = boxes[:, :2].astype(np.int32), boxes[:, 2:].astype(np.int32)
    size = last - first
    apart = np.maximum(first[:, None], first) - np.minimum(last[:, None], last)
    # A word or a line takes hold of no digit that stands under all its width.
    reach = np.where(size[:, 0] > WIDE * size[:, 1], size[:, 1], size.max(axis=1))
    near = np.hypot(*np.moveaxis(np.maximum(apart, 0), 2, 0)) <= 0.2 * reach
    stacked = -apart[..., 0] >= 0.3 * np.minimum(size[:, None, 0], size[:, 0])
    low = size[:, None, 1] < 0.6 * size[:, 1]
    return np.tril(near & (stacked | low), -1)


def _is_hook(boxes: np.ndarray, labels: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """Which components are the hook of a 4 to which stem, (N, N): on its left, shorter, ending well
    above its foot, and no farther from it than a stroke is wide."""
    left, top, right, bottom = boxes.T.astype(float)
    height = bottom - top
    short = (height[:, None] < 0.85 * height) & (bottom[:, None] < bottom - 0.15 * height)
    beside = (np.abs(top[:, None] - top) < 0.35 * height) & (left[:, None] < left)
    beside &= left - right[:, None] <= 0.2 * height
    hooks = short & beside
    for hook, stem in np.argwhere(hooks):
        a, b = boxes[hook], boxes[stem]
        window = np.s_[min(a[1], b[1]) : max(a[3], b[3]), min(a[0], b[0]) : max(a[2], b[2])]
        stem_mask = (labels[window] == likely[stem]).view("u1")
        away = cv2.distanceTransform(1 - stem_mask, cv2.DIST_L2, 5)
        gap = away[labels[window] == likely[hook]].min() - 1
        hooks[hook, stem] = gap <= stroke_width(stem_mask)
    return hooks


def _sized_as_digits(boxes: np.ndarray, ink: np.ndarray, side: float) -> np.ndarray:
    """Which boxes (N, 4), with so many pixels of ink, may be digits by their size (N,); `side` is
    that of a square picture as large. Raises ValueError for more than `MAX_DIGITS`."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    sizes = np.maximum(width, height)
    wide = width > WIDE * height
    # A word, a line or a rest of a rule is no digit beside what may well be one.
    beside = ~wide & (height >= 0.8 * height[wide].max(initial=0)) & (sizes >= MIN_SIZE * side)
    beside &= ink >= 0.1 * ink[wide].max(initial=0)
    if beside.any():
        sizes = np.where(wide, 0, sizes)
    alike = sizes >= 0.5 * sizes.max()
    if (alike & (sizes >= MIN_MARK)).sum() > MAX_DIGITS:
        raise ValueError(
            f"At most {MAX_DIGITS} digits were expected, but there are more marks like digits: "
            "crop the picture to fewer."
        )
    return alike & (sizes >= MIN_SIZE * side)


def reading_order(boxes: np.ndarray) -> list[int]:
    """The numbers of boxes (N, 4) row by row, each from left to right.

    From the left, a box goes on with the row whose last box stands beside it, by the share of
    their heights in common; so a row may rise, fall and dance.
    """
    rows: list[list[int]] = []
    for number in np.argsort(boxes[:, 0], kind="stable"):
        ends = boxes[[row[-1] for row in rows]].reshape(-1, 4)
        top, bottom = boxes[number, [1, 3]]
        common = np.minimum(ends[:, 3], bottom) - np.maximum(ends[:, 1], top)
        share = common / np.minimum(ends[:, 3] - ends[:, 1], bottom - top)
        if share.max(initial=0) > BESIDE:
            rows[int(share.argmax())].append(int(number))
        else:
            rows.append([int(number)])
    rows.sort(key=lambda row: boxes[row][:, [1, 3]].mean())
    return [number for row in rows for number in row]
