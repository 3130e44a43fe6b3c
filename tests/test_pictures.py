"""Examples side by side, read back from the PNG."""

import base64
import io

import numpy as np
import torch
from PIL import Image

from vae.pictures import base64_png, grid


def test_digits_lie_row_by_row():
    x = torch.linspace(0, 1, 32).view(32, 1, 1, 1).expand(32, 1, 28, 28)
    picture = Image.open(io.BytesIO(base64.b64decode(base64_png(grid(x, 8)))))
    assert (picture.format, picture.mode) == ("PNG", "L")
    expected = np.round(np.linspace(0, 1, 32) * 255).reshape(4, 8)
    assert (np.array(picture) == expected.repeat(28, 0).repeat(28, 1)).all()


def test_a_digit_is_upright():
    x = torch.arange(2 * 2 * 3).view(2, 1, 2, 3) / 255
    assert np.array(grid(x, 2)).tolist() == [[0, 1, 2, 6, 7, 8], [3, 4, 5, 9, 10, 11]]
