"""Where the ink is: what leaves its paper sharply, strongly and to one side, and is no frame or
rule.

Pictures are arrays (h, w, 3) of float32 in [0, 1]; masks as in `masks`.
"""

import cv2
import numpy as np

from vae.handwriting.masks import block, otsu, stroke_width

# Ink must differ from its paper by this share of the paper's light, and by this many standard
# deviations of the paper's noise.
MIN_CONTRAST = 0.1
MIN_NOISES = 4.0
# Ink this share of the threshold still counts where it continues a stroke above it; and of the
# smaller share, where it is no soft edge of a stroke, but so much of all ink.
WEAK_SHARE, FAINT_SHARE = 0.6, 0.45
MUCH = 0.15
# With this share of its outline on the picture's edge, ink is no stroke but the rim of the page.
ON_EDGE = 0.4


def opaque(rgba: np.ndarray) -> np.ndarray:
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


def find_ink(rgb: np.ndarray) -> tuple[np.ndarray, float]:
    """(h, w) float32 >= 0, how far each pixel leaves the paper around it, as a share of the
    light there; and the standard deviation of the paper's noise in it.

    The paper is a grey opening by a square that no stroke can hold (a top-hat), which follows
    the edges of shadows that a blur would smear.
    """
    axis, share, rim = _contrast_axis(rgb)
    diagonal = float(np.hypot(*rgb.shape[:2]))
    square = block(*[(int(3 * share * diagonal) | 1) + 2] * 2)
    along = cv2.transform(rgb, axis[None])
    if diagonal > 200:
        along = cv2.GaussianBlur(along, (0, 0), 1.0)
    lit = cv2.MORPH_OPEN if axis.sum() > 0 else cv2.MORPH_CLOSE
    light = cv2.morphologyEx(cv2.transform(rgb, np.full((1, 3), 1 / 3)), lit, square)
    ink = (along - cv2.morphologyEx(along, cv2.MORPH_OPEN, square)) / np.maximum(light, 0.25)
    # Ink is all above the median, so the part below it is noise alone.
    low, median = np.percentile(ink, (10, 50))
    return np.where(rim, 0, np.maximum(ink - median, 0)), float(median - low) / 1.28


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
    share = stroke_width(mask) / float(np.hypot(*small.shape[:2]))
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
    edges = cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, block(3, 3)).max(axis=2)
    weight = np.outer(*middle).astype(np.float32) * edges
    weighted = (weight * (away**2).sum(axis=2))[..., None] * away
    moment = weighted.reshape(-1, 3).T @ away.reshape(-1, 3)
    axis = np.linalg.eigh(moment)[1][:, -1].astype(np.float32)
    if (weight * (away @ axis) ** 3).sum() < 0:
        axis = -axis
    along = np.maximum(away @ axis, 0)
    return axis, (along > max(otsu(along), 1e-3)).astype(np.uint8)


def find_strokes(ink: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """The mask of ink above threshold that is no frame and no rule; and the ink, faint strokes as
    strong as the others."""
    given, ink = ink, ink.copy()
    floor = max(MIN_CONTRAST, MIN_NOISES * noise)
    mask = faint = np.zeros(ink.shape, np.uint8)
    # A frame darker than the digit sets the threshold by itself: without it, look again.
    for _ in range(4):
        strong = max(floor, otsu(ink[ink > floor / 2]))
        mask = _continued(ink > strong, ink > max(floor, WEAK_SHARE * strong))
        faint = _faint_strokes(mask, ink > max(floor, FAINT_SHARE * strong))
        clutter = _frame(mask) | _rules(mask) | _rules(mask.T).T
        if not clutter.any():
            break
        ink[clutter > 0] = 0
    if not faint.any():
        return mask, given
    even = float(np.median(ink[mask > 0]) / np.median(ink[faint > 0]))
    return mask | faint, np.where(faint > 0, even * given, given)


def _continued(strong: np.ndarray, weak: np.ndarray) -> np.ndarray:
    """The mask of the components of `weak` (h, w) of bool in which something is `strong`."""
    count, labels = cv2.connectedComponents(weak.view("u1"))
    kept = np.zeros(count, np.uint8)
    kept[labels[strong & weak]] = 1
    return kept[labels]


def _faint_strokes(mask: np.ndarray, faint: np.ndarray) -> np.ndarray:
    """The mask of what goes on from `mask` in `faint` (h, w) of bool, beyond the soft edge of its
    strokes, is large, and does not leave the picture, as the lines of graph paper do."""
    beyond = (faint & (cv2.dilate(mask, block(5, 5)) == 0)).view("u1")
    _, labels, stats, _ = cv2.connectedComponentsWithStats(beyond)
    large = stats[:, cv2.CC_STAT_AREA] > MUCH * mask.sum()
    large[[0, *labels[0], *labels[-1], *labels[:, 0], *labels[:, -1]]] = False
    if not large.any():
        return np.zeros_like(mask)
    stroke = cv2.dilate(large[labels].view("u1"), block(5, 5)) & faint.view("u1")
    return _continued(mask > 0, (mask | stroke) > 0) & (1 - mask)


def _frame(mask: np.ndarray) -> np.ndarray:
    """The mask of components that run along a whole side of the picture, hug it, or have much of
    their outline on it, as a corner of the table has."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    inside = cv2.erode(mask, block(3, 3), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outline = np.bincount(labels[inside == 0], minlength=count)
    found = np.bincount(np.concatenate(sides), minlength=count) > ON_EDGE * outline
    for side in sides:
        found |= np.bincount(side, minlength=count) > 0.9 * side.size
    for start, extent, length in ((0, 2, mask.shape[1]), (1, 3, mask.shape[0])):
        first, size = stats[:, start], stats[:, extent]
        found |= ((first == 0) | (first + size == length)) & (size < 0.08 * length)
    found[0] = 0
    return cv2.dilate(found[labels].view("u1"), block(5, 5))


def _rules(mask: np.ndarray) -> np.ndarray:
    """The mask of thin level lines, without the places where a stroke crosses them.

    A rule runs from edge to edge, or has another one along it, as in a box on a form: a lone
    line that ends inside the picture may be a digit.
    """
    width = mask.shape[1]
    piece = block(1, max(9, width // 6))
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
    across = block(2 * int(2 * thickness[ruled].max()) + 5, 1)
    crossing = cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_OPEN, across)
    return cv2.dilate(ruled[labels].view("u1"), block(3, 1)) & (1 - crossing)
