"""Digits that touch each other, cut apart where a single short run of ink joins them."""

import numpy as np

# Wider than this, in shares of its height, a component may be several digits: of MNIST's, 1 in 77
# is so wide, and 1 in 1000 would be cut. Lower than `LOWEST` pixels, a gap is no sign of anything.
WIDE, LOWEST = 1.3, 40
# What joins two digits is at most so high, in shares of theirs.
THIN = 0.3
# A digit reaches over at least this share of the height of the row that it touches.
TALL = 0.7
# Digits that touch are at most so many; letters that do are more.
MOST = 4


def find_cuts(part: np.ndarray) -> list[int]:
    """The columns from which on the mask of one digit, or of several that touch, is the next digit.

    None if there is one, or so many that it is rather a word. The mask is cut to its ink.
    """
    height, width = part.shape
    if width <= WIDE * height or height < LOWEST:
        return []
    cuts = [0, width]
    for joint in _joints(part):
        after = np.searchsorted(cuts, joint)
        if _is_tall(part[:, cuts[after - 1] : joint]) and _is_tall(part[:, joint : cuts[after]]):
            cuts.insert(after, joint)
    return cuts[1:-1] if len(cuts) <= MOST + 1 else []


def _joints(part: np.ndarray) -> list[int]:
    """Of each stretch of columns where the ink is one short run, the one with the least ink; those
    with less ink first."""
    ink = part.sum(axis=0, dtype=int)
    runs = (np.diff(part.astype(int), axis=0, prepend=0) == 1).sum(axis=0)
    thin = (runs == 1) & (ink <= THIN * part.shape[0])
    edges = np.flatnonzero(np.diff(thin.astype(int), prepend=0, append=0))
    least = [int(first + ink[first:last].argmin()) for first, last in edges.reshape(-1, 2)]
    return sorted(least, key=lambda column: ink[column])


def _is_tall(part: np.ndarray) -> bool:
    rows = np.flatnonzero(part.any(axis=1))
    return rows.size > 0 and bool(np.ptp(rows) + 1 >= TALL * part.shape[0])
