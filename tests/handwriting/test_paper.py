"""A sheet of paper on a table is found, and nothing else is taken for one."""

import cv2
import numpy as np
import pytest
from drawing import FIVE, FOUR, SEVEN, draw, likeness, page
from PIL import Image

from vae.handwriting import explain, find_digits, prepare
from vae.handwriting.paper import find_paper

WOOD, BLACK, WHITE, GREEN = (160, 115, 75), (25, 25, 28), (240, 240, 238), (30, 110, 60)
CREAM, YELLOW = (235, 230, 215), (250, 235, 110)


def sheet_on(
    table, paper=CREAM, strokes=FOUR, turn=0.0, bigger=1.5, shift=(0.0, 0.0)
) -> tuple[np.ndarray, np.ndarray]:
    """A picture (h, w, 3) uint8 of a written sheet on a table of that colour, with a soft edge;
    and the mask of the sheet."""
    ink = np.asarray(draw(strokes), np.float32)[..., None] / 255
    sheet = ink * paper + (1 - ink) * (40, 40, 90)
    height, width = sheet.shape[:2]
    size = int(width * bigger), int(height * bigger)
    place = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    place[:, 2] += [(size[0] - width) / 2 + shift[0] * width, (size[1] - height) / 2]
    place[1, 2] += shift[1] * height
    mask = cv2.warpAffine(np.ones((height, width), np.float32), place, size)
    grain = np.random.default_rng(0).normal(0, 4, (1, size[0], 1))
    soft = cv2.GaussianBlur(mask, (0, 0), 1)[..., None]
    picture = soft * cv2.warpAffine(sheet, place, size) + (1 - soft) * (np.array(table) + grain)
    return np.clip(picture, 0, 255).astype(np.uint8), mask > 0.5


def turned(strokes, turn: float):
    picture = draw(strokes)
    return prepare(picture.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255))


@pytest.mark.parametrize("turn", [-25, -7, 0, 12])
@pytest.mark.parametrize(
    "table, paper",
    [(WOOD, CREAM), (BLACK, CREAM), (WHITE, YELLOW), (GREEN, YELLOW)],
    ids=["wood", "black", "white", "green"],
)
@pytest.mark.parametrize("strokes", [FOUR, SEVEN, FIVE], ids=["4", "7", "5"])
def test_a_digit_on_a_sheet_on_a_table_is_read_as_on_paper_alone(strokes, table, paper, turn):
    picture, sheet = sheet_on(table, paper, strokes, turn)
    steps = explain(picture)
    assert len(steps.digits) == 1
    assert likeness(steps.digits[0].image, turned(strokes, turn)) > 0.93
    left, top, right, bottom = steps.digits[0].box
    assert sheet[top:bottom, left:right].all()


@pytest.mark.parametrize("bigger", [1.1, 2.0])
@pytest.mark.parametrize("shift", [(0, 0), (0.2, 0), (-0.1, 0.25)], ids=str)
def test_far_or_near_and_cut_off_by_the_picture_too(bigger, shift):
    picture, _ = sheet_on(WOOD, turn=5, bigger=bigger, shift=shift)
    assert likeness(prepare(picture), turned(FOUR, 5)) > 0.93


def test_fingers_that_hold_the_sheet_are_not_read():
    picture, _ = sheet_on(WOOD, turn=4)
    height, width = picture.shape[:2]
    for x in (0.1, 0.9):
        at = int(x * width), int(0.75 * height)
        cv2.ellipse(picture, at, (width // 8, height // 20), 0, 0, 360, (220, 165, 135), -1)
    assert likeness(prepare(picture), turned(FOUR, 4)) > 0.93


@pytest.mark.parametrize("turn", [-25, 0, 12])
def test_the_mask_is_the_sheet_but_for_its_edge_and_the_picture_in_it_stays(turn):
    picture, sheet = sheet_on(WOOD, turn=turn)
    rgb = picture.astype(np.float32) / 255
    bare, paper = find_paper(rgb)
    assert not (paper & ~sheet).any()
    assert paper.sum() > 0.85 * sheet.sum()
    assert np.array_equal(bare[paper > 0], rgb[paper > 0])
    x, y, width, height = cv2.boundingRect(paper)
    wood = np.abs(bare[y : y + height, x : x + width] * 255 - WOOD).max(axis=2) < 15
    assert wood.mean() < 0.001


def test_a_page_that_all_but_fills_the_picture_stays_whole():
    rgb = sheet_on(WOOD, turn=1, bigger=1.04)[0].astype(np.float32) / 255
    assert find_paper(rgb)[0] is rgb


def half_in_shadow(rgb):
    row, column = np.indices(rgb.shape[:2])
    return np.where((0.3 * row + column < 215)[..., None], rgb, 0.35 * rgb)


def under_the_shadow_of_a_phone(rgb):
    dark = rgb.copy()
    dark[120:, 150:] *= 0.6
    return cv2.GaussianBlur(dark, (0, 0), 1.5)


def under_a_lamp(rgb):
    """Brighter where the light falls, in a square."""
    lit = 0.85 * rgb
    lit[30:270, 40:200] = rgb[30:270, 40:200]
    return lit


def in_a_light_gradient(rgb):
    return rgb * np.linspace(0.1, 1, rgb.shape[1], dtype=np.float32)[:, None]


def as_it_is(rgb):
    return rgb


@pytest.mark.parametrize(
    "put",
    [half_in_shadow, under_the_shadow_of_a_phone, under_a_lamp, in_a_light_gradient, as_it_is],
)
def test_light_and_shadow_on_the_paper_are_no_sheet(put):
    rgb = put(np.asarray(draw().convert("RGB"), np.float32) / 255 * 0.9).astype(np.float32)
    bare, paper = find_paper(rgb)
    assert bare is rgb
    assert paper.all()


@pytest.mark.parametrize("soft", [1, 4])
@pytest.mark.parametrize(
    "shade, sun",
    [
        ((150, 140, 130), (240, 228, 212)),
        ((100, 100, 110), (250, 240, 210)),
        ((60, 60, 60), (230, 230, 230)),
    ],
    ids=["bright", "blue shade", "dark"],
)
def test_writing_in_and_beside_a_sunlit_patch_is_all_read(shade, sun, soft):
    size = (520, 360)
    places = [(60 + 110 * column, 50 + 120 * row) for row in (0, 1) for column in range(4)]
    shapes = [FOUR, SEVEN, FIVE, FOUR, SEVEN, FIVE, FOUR, SEVEN]
    drawn = page(*zip(shapes, places, strict=True), size=size, height=70, pen=7)
    lit = np.zeros(size[::-1], np.float32)
    cv2.fillConvexPoly(lit, np.array([(265, 20), (490, 40), (470, 270), (250, 250)]), 1.0)
    lit = cv2.GaussianBlur(lit, (0, 0), soft)[..., None]
    light = lit * sun + (1 - lit) * shade
    picture = light * (0.25 + 0.75 * np.asarray(drawn, np.float32)[..., None] / 255)
    digits = find_digits(picture.astype(np.uint8))
    assert [digit.box[:2] for digit in digits] == [pytest.approx(at, abs=12) for at in places]
    for digit, in_even_light in zip(digits, find_digits(drawn), strict=True):
        assert likeness(digit.image, in_even_light.image) > 0.95


@pytest.mark.parametrize("paler", [5, 10, 20, 40])
@pytest.mark.parametrize("strokes", [FOUR, SEVEN, FIVE], ids=["4", "7", "5"])
def test_a_sheet_only_slightly_paler_than_its_table_is_read(strokes, paler):
    table = tuple(value - paler for value in CREAM)
    picture, _ = sheet_on(table, CREAM, strokes, turn=5)
    assert likeness(prepare(picture), turned(strokes, 5)) > 0.93


def ring(canvas):
    cv2.ellipse(canvas, (150, 150), (80, 110), 0, 0, 360, 1.0, 55)


def bold_eight(canvas):
    for y in (100, 200):
        cv2.circle(canvas, (150, y), 50, 1.0, 40)


def bold_one(canvas):
    cv2.rectangle(canvas, (110, 20), (190, 280), 1.0, -1)


def box_around_a_digit(canvas):
    cv2.rectangle(canvas, (30, 30), (270, 270), 1.0, 6)
    cv2.line(canvas, (150, 90), (150, 210), 1.0, 16)


@pytest.mark.parametrize("shape", [ring, bold_eight, bold_one, box_around_a_digit])
@pytest.mark.parametrize("light_on_dark", [False, True])
def test_a_bold_digit_or_a_box_is_no_sheet(shape, light_on_dark):
    canvas = np.zeros((300, 300), np.float32)
    shape(canvas)
    rgb = np.repeat((canvas if light_on_dark else 1 - canvas)[..., None], 3, axis=2)
    bare, paper = find_paper(rgb)
    assert bare is rgb
    assert paper.all()


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (28, 28), (300, 5)])
@pytest.mark.parametrize("what", ["plain", "noise"])
def test_any_small_or_narrow_picture_is_all_paper_or_part_of_it(size, what):
    rgb = np.full((*size, 3), 0.7, np.float32)
    if what == "noise":
        rgb = np.random.default_rng(1).random((*size, 3), np.float32)
    bare, paper = find_paper(rgb)
    assert bare.shape == rgb.shape
    assert paper.shape == size
    assert paper.any()
