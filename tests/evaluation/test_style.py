"""How digits are drawn, on strokes whose width, slope and greyness are known."""

import pytest
import torch
from torch import Tensor

from vae.evaluation.style import STYLES, edge_strength, grey_share, ink, slant, thickness


def bar(width: int, value: float = 1.0) -> Tensor:
    """An upright stroke, 20 pixels long, (1, 1, 28, 28)."""
    x = torch.zeros(1, 1, 28, 28)
    x[..., 4:24, 12 : 12 + width] = value
    return x


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_thickness_is_twice_area_over_outline(width):
    expected = 2 * 20 * width / (2 * (20 + width))
    assert thickness(bar(width)).item() == pytest.approx(expected)


def test_ink_is_the_sum():
    assert ink(bar(3, 0.5)).item() == pytest.approx(30)


@pytest.mark.parametrize("lean", [-0.5, 0.0, 0.25])
def test_slant_is_the_slope_of_a_leaning_stroke(lean):
    """Of a stroke whose middle moves `lean` pixels to the right for one up: the regression of the
    column on the height, which numpy's polyfit gives too."""
    rows = torch.arange(4, 24)
    columns = 14 + lean * (14 - rows.float())
    x = torch.zeros(1, 1, 28, 28)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        left = int(column)
        x[0, 0, row, left] = 1 - (column - left)
        x[0, 0, row, left + 1] = column - left
    assert slant(x).item() == pytest.approx(lean, abs=1e-4)


def test_a_sharp_edge_is_steeper_and_less_grey_than_a_blurred_one():
    sharp = bar(4)
    blurred = torch.nn.functional.avg_pool2d(sharp, 5, 1, 2)
    assert grey_share(sharp).item() == 0
    assert grey_share(blurred).item() > 0.3
    assert edge_strength(blurred).item() < 0.5 * edge_strength(sharp).item()


def test_an_edge_as_steep_as_can_be_has_strength_one():
    x = torch.zeros(1, 1, 28, 28)
    x[..., 14:] = 1
    assert edge_strength(x).item() == pytest.approx(1)


def test_every_style_gives_one_number_an_image_and_none_that_is_no_number():
    x = torch.cat([bar(2), torch.zeros(1, 1, 28, 28), torch.ones(1, 1, 28, 28)])
    for style in STYLES.values():
        values = style(x)
        assert values.shape == (3,) and values.isfinite().all()
        assert values[1] == 0
