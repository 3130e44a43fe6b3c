"""Paper, light, frames and neighbours: what surrounds a digit does not change it."""

from collections.abc import Callable

import numpy as np
import pytest
from drawing import SEVEN, assert_in_mnist_frame, draw, likeness

from vae.handwriting import prepare

REFERENCE = prepare(draw())


def lines(picture: np.ndarray, gap: int, depth: float, both: bool) -> np.ndarray:
    ruled = picture.astype(np.float32)
    ruled[gap // 2 :: gap] -= depth
    if both:
        ruled[:, gap // 2 :: gap] -= depth
    return np.clip(ruled, 0, 255)


def on_lined_paper(grey):
    return lines(grey, 30, 60, both=False)


def on_strong_lines(grey):
    return lines(grey, 40, 160, both=False)


def on_graph_paper(grey):
    return lines(grey, 25, 60, both=True)


def in_a_light_gradient(grey):
    return grey * np.linspace(0.35, 1, grey.shape[1])


def under_a_hard_shadow(grey):
    y, x = np.indices(grey.shape)
    return grey * np.where(x + 0.5 * y < 230, 0.5, 1.0)


def in_a_vignette(grey):
    y, x = (np.linspace(-1, 1, n) ** 2 for n in grey.shape)
    return grey * (1 - 0.3 * np.add.outer(y, x))


def with_noise(grey):
    return grey + np.random.default_rng(0).normal(0, 15, grey.shape)


def with_specks(grey):
    grey = grey.copy()
    for y, x in np.random.default_rng(0).integers(5, 290, (30, 2)):
        grey[y : y + 2, x : x + 2] = 20
    return grey


def in_a_black_frame(grey):
    return np.pad(grey, 30, constant_values=10)


def in_a_white_frame(grey):
    return np.pad(grey, 30, constant_values=255)


def beside_a_dark_table(grey):
    return np.hstack([np.full((grey.shape[0], 25), 30), grey])


def in_a_printed_box(grey):
    grey = grey.copy()
    for inset in (8, 9, 10):
        grey[inset, 8:-8] = grey[-inset, 8:-8] = grey[8:-8, inset] = grey[8:-8, -inset] = 40
    return grey


def beside_a_cut_off_neighbour(grey):
    rest = np.asarray(draw(SEVEN, (400, 300), (-70, 60), paper=210, ink=40))
    return np.minimum(grey, rest)


@pytest.mark.parametrize(
    "put",
    [
        on_lined_paper,
        on_strong_lines,
        on_graph_paper,
        in_a_light_gradient,
        under_a_hard_shadow,
        in_a_vignette,
        with_noise,
        with_specks,
        in_a_black_frame,
        in_a_white_frame,
        beside_a_dark_table,
        in_a_printed_box,
        beside_a_cut_off_neighbour,
    ],
)
def test_what_surrounds_the_digit_does_not_change_it(put: Callable[[np.ndarray], np.ndarray]):
    grey = put(np.asarray(draw(paper=210, ink=40), np.float32))
    image = prepare(np.clip(grey, 0, 255).astype(np.uint8))
    assert_in_mnist_frame(image)
    assert likeness(image, REFERENCE) > 0.9


@pytest.mark.parametrize("dimmest", [1, 0.6, 0.4])
@pytest.mark.parametrize("legs", [(90, 90), (60, 200), (30, 250)], ids=str)
def test_a_corner_of_the_table_outshouts_no_faint_digit(legs, dimmest):
    """In the corner of a page that lies askew, and that is lit from above."""
    grey = np.asarray(draw(paper=210, ink=150), np.float32)
    grey = grey * np.linspace(1, dimmest, grey.shape[0])[:, None]
    row, column = np.indices(grey.shape)
    table = (grey.shape[1] - column) / legs[0] + row / legs[1] < 1
    image = prepare(np.where(table, 20, grey).astype(np.uint8))
    assert_in_mnist_frame(image)
    assert likeness(image, REFERENCE) > 0.95


def blank(value=255, size=(400, 300)) -> np.ndarray:
    return np.full(size[::-1], value, np.uint8)


BLANKS = {
    "white": blank(),
    "black": blank(0),
    "grey": blank(128),
    "gradient": np.linspace(90, 240, 400)[None].repeat(300, 0).astype(np.uint8),
    "noise": np.random.default_rng(1).normal(128, 12, (300, 400)).astype(np.uint8),
    "lined paper": lines(blank(230), 30, 90, both=False).astype(np.uint8),
    "graph paper": lines(blank(230), 25, 90, both=True).astype(np.uint8),
    "a frame": np.pad(blank(200), 20),
    "transparent": np.zeros((300, 400, 4), np.uint8),
    "a dot": np.asarray(draw([[(0, 0), (0.01, 0)]], pen=4)),
}


@pytest.mark.parametrize("name", BLANKS)
def test_nothing_drawn_is_said(name):
    with pytest.raises(ValueError, match=r"^A digit was expected, but no ink was found: [^\n]+\.$"):
        prepare(BLANKS[name])
