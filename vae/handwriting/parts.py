"""Which ink is one digit: components joined into digits, in reading order, without specks."""

import cv2
import numpy as np

from vae.handwriting.masks import block


def find_part(mask: np.ndarray) -> np.ndarray:
    """The mask of all that is one digit if a person says that there is one: without specks, and
    without the rests of neighbours at the edge."""
    labels, _, likely = _components(mask, np.ones_like(mask))
    return np.isin(labels, likely).view("u1")


def find_parts(mask: np.ndarray, paper: np.ndarray) -> list[np.ndarray]:
    """The digits' masks, in reading order: components joined into digits, without specks."""
    labels, stats, likely = _components(mask, paper)
    corners = stats[:, :4] + np.pad(stats[:, :2], ((0, 0), (2, 0)))
    groups: list[list[int]] = []
    for label in likely:
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
    likely = np.array([i for i in np.argsort(-area)[:100] if i and not cut_off[i]], int)
    return labels, stats, likely[area[likely] >= 0.01 * area[likely].max(initial=0)]


def _belongs(small: np.ndarray, big: np.ndarray) -> bool:
    """Whether two components (rows of OpenCV's stats) are one digit: close to each other, and
    the smaller one a part by its height or by standing above or below the other."""
    apart = np.maximum(small[:2], big[:2]) - np.minimum(small[:2] + small[2:4], big[:2] + big[2:4])
    near = np.hypot(*np.maximum(apart, 0)) <= 0.2 * max(big[2:4])
    stacked = -apart[0] >= 0.3 * min(small[2], big[2])
    return bool(near and (stacked or small[3] < 0.6 * big[3]))
