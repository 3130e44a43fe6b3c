"""A digit in a box that a person has drawn around it."""

import numpy as np
import pytest
import torch
from drawing import FIVE, FOUR, SEVEN, draw, likeness, page

from vae.handwriting import explain, find_digits, prepare, prepare_box

REFERENCE = prepare(draw())


def test_a_box_around_a_digit_gives_that_digit_and_no_neighbour():
    """Also where the box cuts off a piece of the neighbour."""
    picture = page((FIVE, (60, 60)), (FOUR, (200, 60)), (SEVEN, (360, 60)))
    _, four, _ = find_digits(picture)
    digit = prepare_box(picture, (145, 40, 370, 220))
    assert digit.box == four.box
    assert torch.equal(digit.image, four.image)


def test_what_touches_is_parted_by_a_box():
    picture = page((FIVE, (60, 60)), (FOUR, (136, 60)))
    (both,) = find_digits(picture)
    four = prepare(page((FOUR, (136, 60))))
    digit = prepare_box(picture, (138, 40, 300, 220))
    assert likeness(digit.image, four) > 0.7 > likeness(both.image, four)
    assert digit.box[0] == 138


def test_parts_that_lie_apart_are_one_digit_in_a_box():
    """More so than they would be by themselves."""
    picture = page((SEVEN, (60, 60)), (FIVE, (250, 60)))
    assert len(find_digits(picture)) == 2
    assert prepare_box(picture, (0, 0, 700, 300)).box == pytest.approx((54, 54, 332, 206), abs=5)


@pytest.mark.parametrize("turn", range(4))
def test_a_digit_in_a_box_is_turned_clockwise(turn):
    lying = np.rot90(np.asarray(draw()), turn).copy()
    digit = prepare_box(lying, (0, 0, *lying.shape[::-1]), turn)
    assert likeness(digit.image, REFERENCE) > 0.99
    left, top, right, bottom = digit.box
    assert (lying[top:bottom, left:right] < 100).sum() == (np.asarray(draw()) < 100).sum()
    assert likeness(explain(lying, turn).digits[0].image, REFERENCE) > 0.99


def test_a_box_finds_what_the_page_outshouts():
    page = np.asarray(draw(size=(700, 300), height=200, pen=40, paper=230, ink=0)).copy()
    faint = np.asarray(draw(SEVEN, (200, 300), (60, 60), paper=230, ink=195))
    page[:, 500:] = faint
    assert len(find_digits(page)) == 1
    image = prepare_box(page, (500, 0, 700, 300)).image
    assert likeness(image, prepare(faint)) > 0.95


@pytest.mark.parametrize(
    "box, turn, said",
    [
        ((10, 10, 17, 200), 0, "8x8"),
        ((500, 500, 600, 600), 0, "8x8"),
        ((0, 0, 40, 40), 0, "no ink was found there"),
        ((100, 40, 300, 250), 4, "0, 1, 2 or 3"),
    ],
)
def test_a_box_without_a_digit_is_said(box, turn, said):
    with pytest.raises(ValueError, match=said):
        prepare_box(draw(), box, turn)
