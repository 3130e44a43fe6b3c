"""What `ink`, `parts` and `frame` share of masks: arrays (h, w) of uint8, 1 where something holds,
as
OpenCV takes them."""

import cv2
import numpy as np


def otsu(values: np.ndarray) -> float:
    """Otsu's threshold (1979) of non-negative values; 0 if there are none."""
    top = float(values.max(initial=0))
    if top <= 0:
        return 0.0
    levels = (values.reshape(-1, 1) / top * 255).astype(np.uint8)
    return cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0] / 255 * top


def stroke_width(mask: np.ndarray) -> float:
    """Mean stroke width in pixels, measured on a grid four times finer: across a stroke of w,
    distances to the outside run 1, 2, .. w/2, so that their mean is (w/2 + 1) / 2."""
    fine = cv2.resize(mask.astype(np.float32), None, fx=4, fy=4, interpolation=cv2.INTER_LINEAR)
    fine = cv2.copyMakeBorder((fine > 0.5).view("u1"), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(fine, cv2.DIST_L2, 5)
    return max(0.25, cv2.mean(distance, fine)[0] - 0.5)


def block(height: int, width: int) -> np.ndarray:
    return np.ones((height, width), np.uint8)
