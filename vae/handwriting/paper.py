"""The paper in a picture, without the table it lies on or the frame around it.

Pictures are arrays (h, w, 3) of float32 in [0, 1]; a mask is (h, w) of uint8, 1 where it holds.
"""

import cv2
import numpy as np

Window = tuple[slice, slice]

# A sheet is looked for in so many pixels, 245 a side if square. In these: its soft edge, the ink
# that may cross that edge, and the square whose median is the paper around a stroke.
LOOK_PIXELS, EDGE, CROSSING, AROUND = 60_000, 7, 11, 15
# Shares: of the picture that is sheet; of the sheet that is paper; of it that is ink, without
# which it may be the stroke of a bold digit. Ink differs from the paper by INK.
MIN_SHEET, MIN_PAPER, MIN_INK, INK = 0.15, 0.7, 0.003, 0.1
# Writing beside a sheet is like that on it to this factor, in height and ink (in the pixels looked
# at). What has no more of these than SPECK is no writing.
ALIKE, SPECK = (1.5, 2.5), 12
# Fingers that hold a sheet are narrower than this share of its side, and add at most this to it.
FINGER, MAX_HELD = 0.2, 0.12
# How far, in shares of the area, a sheet's outline may be from convex, and that from a quadrangle.
MAX_BULGE = 0.08
# A corner in sight is this share of the picture's shorter side away from its edge.
IN_SIGHT = 0.05
# A shadow leaves at least this share of the light, and takes nearly as much of every colour.
DARKEST, TINT = 0.4, 0.12
# What differs from the paper by this share of its light, in any colour, is a frame.
FAR = 0.3


def find_paper(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`rgb`, painted over with the paper's nearest colour wherever a sheet of paper lies on
    something else, or evenly lit where light falls on a part of the paper; and the mask of the
    paper."""
    paper = np.zeros(rgb.shape[:2], np.uint8)
    sheet = _sheet(rgb)
    if sheet is not None and _is_written_beside(_reduced(rgb), sheet):
        rgb, sheet = _evenly_lit(rgb), None
    if sheet is None:
        paper[_inside_frame(rgb)] = 1
        return rgb, paper
    left, top, width, height = cv2.boundingRect(sheet)
    box = np.s_[top : top + height, left : left + width]
    bare = rgb.copy()
    bare[box] = _spread(rgb[box], sheet[box])
    window = _inside_frame(bare[box])
    paper[box][window] = sheet[box][window]
    return bare, paper


def _sheet(rgb: np.ndarray) -> np.ndarray | None:
    """The mask of a sheet that lies on something of another colour, which most of the picture's
    edge shows; None without one."""
    small = _reduced(rgb)
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    table = np.median(border, axis=0)
    away = _distance(small, table)
    levels = (away * 255).astype(np.uint8)
    other = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1] > 0
    if not other.any():
        return None
    colour = np.median(small[other], axis=0)
    # A hand, or a pen beside the sheet, is nearer to the table than to the paper.
    paper = (_distance(small, colour) < away).astype(np.uint8)
    sheet = _without_fingers(paper)
    if (
        sheet is None
        or _is_shadow(colour / np.maximum(table, 0.01))
        or not _is_shaped(sheet)
        or paper[sheet > 0].mean() < MIN_PAPER
        or not _is_written_on(small, sheet)
    ):
        return None
    sheet = cv2.morphologyEx(sheet, cv2.MORPH_CLOSE, _square(CROSSING))
    sheet = cv2.erode(sheet, _square(EDGE))
    return cv2.resize(sheet, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST)


def _reduced(rgb: np.ndarray) -> np.ndarray:
    """`rgb` in `LOOK_PIXELS`."""
    height, width = rgb.shape[:2]
    scale = (LOOK_PIXELS / (width * height)) ** 0.5
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=how)


def _distance(rgb: np.ndarray, colour: np.ndarray) -> np.ndarray:
    return np.abs(rgb - colour).max(axis=2)


def _without_fingers(paper: np.ndarray) -> np.ndarray | None:
    """The mask of what the outline of the largest component holds, without what is joined to it
    and narrow; None if that is little, or little is left."""
    if not paper.any():
        return None
    whole = _filled(_outline(paper), paper.shape)
    if whole.mean() < MIN_SHEET:
        return None
    width = int(FINGER * whole.sum() ** 0.5)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    opened = cv2.morphologyEx(whole, cv2.MORPH_OPEN, disc)
    if opened.sum() < (1 - MAX_HELD) * whole.sum():
        return None
    return _filled(_outline(opened), paper.shape)


def _outline(mask: np.ndarray) -> np.ndarray:
    """The outline (N, 1, 2), (x, y), of the largest component of a mask that has some."""
    outlines = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    return max(outlines, key=cv2.contourArea)


def _filled(outline: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return cv2.drawContours(np.zeros(shape, np.uint8), [outline], 0, 1, cv2.FILLED)


def _is_shadow(light: np.ndarray) -> bool:
    """Whether a shadow leaves `light` (3,) of the red, green and blue around it."""
    return bool(light.min() > DARKEST and light.max() < 1 and np.ptp(light) < TINT)


def _is_shaped(sheet: np.ndarray) -> bool:
    """Whether the mask is a quadrangle with a corner in sight: a page that all but fills the
    picture, or its part out of a shadow, shows none."""
    outline, size = _outline(sheet), np.array(sheet.shape[::-1])
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyN(hull, 4)[0]
    margin, area = IN_SIGHT * size.min(), cv2.contourArea(hull)
    return bool(
        area >= (1 - MAX_BULGE) * cv2.contourArea(corners)
        and cv2.contourArea(outline) >= (1 - MAX_BULGE) * area
        and ((corners > margin) & (corners < size - margin)).all(axis=1).any()
    )


def _is_written_on(rgb: np.ndarray, sheet: np.ndarray) -> bool:
    levels = (rgb * 255).astype(np.uint8)
    away = cv2.absdiff(levels, cv2.medianBlur(levels, AROUND)).max(axis=2)
    inside = cv2.erode(sheet, _square(EDGE)) > 0
    return bool((away[inside] > 255 * INK).mean() > MIN_INK)


def _is_written_beside(rgb: np.ndarray, sheet: np.ndarray) -> bool:
    """Whether the writing goes on outside: then light falls on a part of the page, and what looks
    like a sheet is that part."""
    sheet = cv2.resize(sheet, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    levels = (rgb * 255).astype(np.uint8)
    light = cv2.medianBlur(levels, AROUND)
    away = (cv2.absdiff(levels, light) / np.maximum(light, np.float32(64))).max(axis=2)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((away > INK).view("u1"))
    around = cv2.dilate(sheet, _square(2 * EDGE))
    sizes = stats[:, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA]]
    on, beside = (
        sizes[_within(labels, where) & (sizes[:, 1] > SPECK)] for where in (sheet, 1 - around)
    )
    if not on.size:
        return False
    usual = np.median(on[on[:, 0] >= 0.5 * on[:, 0].max()], axis=0)
    ratio = beside / usual
    alike = (np.maximum(ratio, 1 / ratio) < ALIKE).all(axis=1)
    return bool(alike.sum() >= 2)


def _evenly_lit(rgb: np.ndarray) -> np.ndarray:
    """`rgb`, each pixel divided by the light there: a median keeps the edges of light sharp."""
    height, width = rgb.shape[:2]
    side = min(255, int(AROUND * (width * height / LOOK_PIXELS) ** 0.5) | 1)
    light = cv2.medianBlur((rgb * 255).astype(np.uint8), side) / np.float32(255)
    return np.clip(0.9 * rgb / np.maximum(light, 0.02), 0, 1)


def _within(labels: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Which labels, but the background's, are nowhere but in the mask (N,)."""
    outside = np.bincount(labels[where == 0], minlength=labels.max() + 1)
    outside[0] = 1
    return outside == 0


def _square(side: int) -> np.ndarray:
    return np.ones((side, side), np.uint8)


def _spread(rgb: np.ndarray, sheet: np.ndarray) -> np.ndarray:
    """`rgb`, each pixel outside the sheet as the nearest one in it."""
    _, nearest = cv2.distanceTransformWithLabels(
        1 - sheet, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    inside = sheet > 0
    colours = np.zeros((nearest.max() + 1, 3), np.float32)
    colours[nearest[inside]] = rgb[inside]
    return colours[nearest]


def _inside_frame(rgb: np.ndarray) -> Window:
    """The window inside frames and strips of table along the picture's edges: rows and columns
    from the edge inwards that are nearly all far from the median colour."""
    step = 1 + max(rgb.shape[:2]) // 300
    small = rgb[::step, ::step]
    paper = np.median(small.reshape(-1, 3), axis=0)
    far = np.abs(small - paper).max(axis=2) > FAR * max(float(paper.max()), 0.3)
    rows, columns = far.mean(axis=1), far.mean(axis=0)
    cuts = []
    for share in (rows, rows[::-1], columns, columns[::-1]):
        near = share[: max(1, int(0.15 * share.size))] < 0.85
        cut = int(np.argmax(near))
        # One more, for the frame's soft edge.
        cuts.append((cut + 1 + share.size // 200) * step if cut else 0)
    height, width = rgb.shape[:2]
    return slice(cuts[0], height - cuts[1]), slice(cuts[2], width - cuts[3])
