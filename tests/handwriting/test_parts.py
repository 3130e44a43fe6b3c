"""Which ink is one digit, and in which order digits are read."""

import cv2
import numpy as np
import pytest
from drawing import FIVE, FOUR, NINE, SEVEN, SIX, draw, likeness, page
from PIL import Image, ImageFilter

from vae.handwriting import find_digits, prepare
from vae.handwriting.parts import MAX_DIGITS, reading_order


def four_in_two_strokes(hook: float, gap: int, pen: int = 8, height: int = 160) -> Image.Image:
    """A 4 whose hook has that share of its stem's height, and ends `gap` pixels before it."""
    x = 0.45 + (gap + pen) / height
    return draw([[(0, 0), (0, hook), (0.45, hook)], [(x, 0), (x, 1)]], height=height, pen=pen)


@pytest.mark.parametrize("hook", [0.4, 0.55, 0.65, 0.75])
@pytest.mark.parametrize("gap", [2, 6])
def test_a_four_in_two_strokes_is_one_digit(hook, gap):
    assert len(find_digits(four_in_two_strokes(hook, gap))) == 1


@pytest.mark.parametrize("share", [0.35, 0.3])
def test_a_four_whose_hook_is_faint_is_whole(share):
    """The hook has that share of the stem's contrast, and crosses it."""
    hook = draw([[(0.4, 0), (0, 0.6), (0.9, 0.6)]], paper=0, ink=255)
    stem = draw([[(0.62, 0), (0.58, 1)]], paper=0, ink=255)
    ink = np.maximum(np.asarray(stem, float), share * np.asarray(hook, float)) / 255
    (digit,) = find_digits((240 - 200 * ink).astype(np.uint8))
    evenly = np.maximum(np.asarray(stem), np.asarray(hook))
    assert likeness(digit.image, prepare(255 - evenly)) > 0.85


def test_a_soft_edge_makes_no_stroke_wider():
    """A stroke whose blurred rim reaches far out is as wide as one whose rim is less."""
    sharp, soft = (
        find_digits(np.asarray(draw(FOUR).filter(ImageFilter.GaussianBlur(blur))))[0].box
        for blur in (1, 4)
    )
    assert soft == pytest.approx(sharp, abs=6)


def test_hooks_beside_a_stem_farther_than_a_stroke_or_as_low_are_digits_of_their_own():
    assert len(find_digits(four_in_two_strokes(0.65, 40))) == 2
    low_five = page((FIVE, (60, 60)), size=(400, 300), height=110, pen=8)
    low_five.paste(0, mask=draw([[(0, 0), (0, 1)]], (400, 300), (136, 14), 156, 8, 0, 255))
    assert len(find_digits(low_five)) == 2


@pytest.mark.parametrize("slope", [0.0, 0.2, -0.2])
def test_ten_digits_that_dance_in_a_row_are_read_from_left_to_right(slope):
    shapes = [FIVE, SEVEN, FOUR, NINE, SIX] * 2
    heights = np.random.default_rng(3).integers(-20, 20, 10)
    places = [(40 + 120 * i, 220 + int(heights[i] + slope * 120 * (i - 5))) for i in range(10)]
    picture = page(*zip(shapes, places, strict=True), size=(1300, 620), height=100, pen=9)
    digits = find_digits(picture)
    assert len(digits) == 10
    assert [digit.box[0] for digit in digits] == sorted(digit.box[0] for digit in digits)


def test_rows_that_slope_together_are_read_one_after_the_other():
    boxes = [
        (x, y, x + 50, y + 100)
        for row in range(4)
        for column in range(12)
        for x, y in [(70 * column, 130 * row + 12 * column + 20 * (column % 2))]
    ]
    shuffled = np.random.default_rng(0).permutation(len(boxes))
    order = reading_order(np.array(boxes)[shuffled])
    assert shuffled[order].tolist() == list(range(len(boxes)))


def test_a_word_and_a_line_beside_digits_are_no_digits():
    """A word in joined letters, four digits wide, and a line under what is written."""
    loops = [
        (0.3 * t + 0.3 * np.cos(2 * t), 0.5 + 0.45 * np.sin(2 * t)) for t in np.arange(0, 22, 0.1)
    ]
    picture = page((FIVE, (60, 120)), (SEVEN, (220, 120)), (SIX, (380, 120)), size=(700, 400))
    picture.paste(0, mask=draw([loops], (700, 400), (60, 20), 60, 6, 0, 255))
    picture.paste(0, mask=draw([[(0, 0), (1, 0)]], (700, 400), (60, 340), 480, 8, 0, 255))
    digits = find_digits(picture)
    assert [digit.box[0] for digit in digits] == pytest.approx([60, 220, 380], abs=10)


def test_digits_that_touch_are_cut_apart():
    """A 6 touches a 4, which touches a 9."""
    places = [(60, 60), (146, 60), (260, 108)]
    picture = page(
        *zip((SIX, FOUR, NINE), places, strict=True), height=160, pen=10, size=(500, 300)
    )
    count, *_ = cv2.connectedComponents((np.asarray(picture) < 128).view("u1"))
    assert count == 2, "they do not touch, so that nothing is tested"
    digits = find_digits(picture)
    assert len(digits) == 3
    for digit, strokes in zip(digits, (SIX, FOUR, NINE), strict=True):
        assert likeness(digit.image, prepare(draw(strokes, pen=10))) > 0.7


@pytest.mark.parametrize("strokes", [FOUR, SEVEN, FIVE, SIX, NINE], ids=list("47569"))
def test_a_digit_drawn_wide_stays_whole(strokes):
    wide = draw(strokes).resize((900, 300))
    assert len(find_digits(wide)) == 1


def test_more_digits_than_one_can_choose_from_are_refused_in_a_sentence():
    shapes = (FOUR, SEVEN, FIVE, SIX, NINE)
    picture = Image.new("L", (2400, 1700), 255)
    small = [draw(strokes, (50, 55), (6, 6), 40, 4) for strokes in shapes]
    for number in range(1000):
        picture.paste(small[number % 5], (30 + number % 40 * 58, 30 + number // 40 * 65))
    with pytest.raises(ValueError, match=rf"^At most {MAX_DIGITS} digits were expected, .*: crop"):
        find_digits(picture)


def test_a_pattern_that_leaves_the_picture_everywhere_is_no_digit():
    """A lattice, as on a tablecloth; with a digit on it, the digit is found."""
    y, x = np.indices((360, 480))
    lattice = np.where(((x + y) % 40 < 3) | ((x - y) % 40 < 3), 120, 230).astype(np.uint8)
    with pytest.raises(ValueError, match="no ink was found"):
        find_digits(lattice)
    note = np.asarray(draw(SEVEN, (200, 260), (50, 40), 170, 14, paper=230))
    lattice[50:310, 140:340] = note
    (digit,) = find_digits(lattice)
    assert likeness(digit.image, prepare(draw(SEVEN))) > 0.9
