"""From any picture of a digit to what MNIST would have made of it."""

import numpy as np
import pytest
import torch
from drawing import FIVE, FOUR, HAT, SEVEN, assert_in_mnist_frame, draw, likeness
from PIL import Image

from vae.handwriting import explain, find_digits, prepare

REFERENCE = prepare(draw())


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"at": (8, 8)},
        {"at": (265, 130)},
        {"height": 60, "pen": 6, "at": (300, 200)},
        {"height": 250, "pen": 25, "at": (20, 20)},
        {"size": (1200, 900), "at": (700, 100)},
        {"size": (1500, 200), "at": (900, 20)},
        {"paper": 0, "ink": 255},
        {"paper": 60, "ink": 200},
        {"paper": 200, "ink": 90},
        {"paper": 255, "ink": 215},
        {"paper": 130, "ink": 255},
    ],
    ids=str,
)
def test_a_digit_looks_the_same_wherever_and_however_it_is_drawn(how):
    image = prepare(draw(**how))
    assert_in_mnist_frame(image)
    assert likeness(image, REFERENCE) > 0.95


@pytest.mark.parametrize("strokes", [FOUR, SEVEN, FIVE, HAT], ids=["4", "7", "5", "bar"])
def test_every_shape_fills_the_box_and_is_centred_by_mass(strokes):
    assert_in_mnist_frame(prepare(draw(strokes)))


def test_different_digits_stay_different():
    assert likeness(prepare(draw(SEVEN)), REFERENCE) < 0.6
    assert likeness(prepare(draw().transpose(Image.Transpose.ROTATE_180)), REFERENCE) < 0.6


@pytest.mark.parametrize("pen", [2, 4, 8, 16, 24, 40])
def test_thin_and_fat_pens_come_near_the_stroke_of_mnist(pen):
    image = prepare(draw(size=(500, 400), at=(100, 80), height=220, pen=pen))
    length = 20 * (0.77 + 0.75 + 0.7)
    assert 1.8 < image.sum().item() / length < 5


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (30, 60, 200), (255, 230, 0)])
@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_ink_that_only_the_transparency_carries_is_seen(colour, opacity):
    picture = Image.new("RGB", (400, 300), colour).convert("RGBA")
    picture.putalpha(draw(paper=0, ink=round(255 * opacity)))
    assert likeness(prepare(picture), REFERENCE) > 0.95


def test_what_transparency_hides_stays_hidden():
    """The corners still hold another digit, which full transparency covers."""
    picture = draw(paper=200, ink=20)
    picture.paste(draw(SEVEN, (100, 300), at=(20, 50), height=200, paper=200), (0, 0))
    alpha = Image.new("L", (400, 300), 255)
    alpha.paste(0, (0, 0, 100, 300))
    picture = picture.convert("RGBA")
    picture.putalpha(alpha)
    assert likeness(prepare(picture), REFERENCE) > 0.95


@pytest.mark.parametrize(
    "paper, ink",
    [
        ((40, 90, 50), (235, 235, 225)),
        ((250, 220, 90), (30, 40, 160)),
        ((90, 150, 90), (200, 90, 90)),
    ],
    ids=["chalk", "yellow note", "red on green of the same grey"],
)
def test_colours_are_seen(paper, ink):
    mask = draw(paper=0, ink=255)
    picture = Image.composite(
        Image.new("RGB", mask.size, ink), Image.new("RGB", mask.size, paper), mask
    )
    assert likeness(prepare(picture), REFERENCE) > 0.95


def test_strokes_apart_are_one_digit():
    """A 5's hat, and a 4 whose stem does not touch its corner."""
    assert len(find_digits(draw(FIVE + HAT))) == 1
    open_four = [FOUR[0], [(0.62, 0.35), (0.6, 0.52)], [(0.58, 0.74), (0.56, 1.0)]]
    assert len(find_digits(draw(open_four, pen=8))) == 1


def test_several_digits_are_each_cut_out_in_reading_order():
    picture = draw(size=(700, 500), at=(60, 40), height=140)
    for strokes, at in (
        (SEVEN, (300, 50)),
        (FIVE, (520, 35)),
        (SEVEN, (70, 300)),
        (FOUR, (320, 290)),
    ):
        picture.paste(0, mask=draw(strokes, (700, 500), at, 140, paper=0, ink=255))
    digits = find_digits(picture)
    for digit, (strokes, at) in zip(
        digits,
        [
            (FOUR, (60, 40)),
            (SEVEN, (300, 50)),
            (FIVE, (520, 35)),
            (SEVEN, (70, 300)),
            (FOUR, (320, 290)),
        ],
        strict=True,
    ):
        assert digit.box[0] == pytest.approx(at[0] - 8, abs=4)
        assert digit.box[1] == pytest.approx(at[1] - 8, abs=4 + 0.1 * 140)
        assert_in_mnist_frame(digit.image)
        assert likeness(digit.image, prepare(draw(strokes))) > 0.9
    with pytest.raises(ValueError, match="One digit was expected, but 5 were found"):
        prepare(picture)


@pytest.mark.parametrize("strokes", [FOUR, SEVEN, FIVE + HAT], ids=["4", "7", "5"])
@pytest.mark.parametrize("pen", [20, 40])
@pytest.mark.parametrize("paper, ink", [(200, 30), (30, 200)])
def test_a_digit_that_fills_the_picture_is_no_background(strokes, pen, paper, ink):
    picture = draw(strokes, (400, 300), (80, 50), 200, pen, paper, ink)
    box = Image.eval(picture, lambda value: 255 * (abs(value - paper) > 20)).getbbox()
    assert likeness(prepare(picture.crop(box)), prepare(picture)) > 0.95


def test_a_small_mark_beside_a_digit_is_no_digit():
    picture = draw()
    picture.paste(0, mask=draw(SEVEN, at=(20, 20), height=40, pen=6, paper=0, ink=255))
    assert likeness(prepare(picture), REFERENCE) > 0.95


def test_explain_shows_every_step():
    steps = explain(draw().convert("RGB"))
    assert steps.picture.shape == (300, 400, 3)
    assert steps.picture.dtype == np.uint8
    assert steps.ink.shape == (300, 400)
    assert steps.ink.min() == 0 and steps.ink.max() <= 1
    drawn = np.asarray(draw()) < 128
    assert steps.ink[drawn].mean() > 0.9
    assert steps.ink[~drawn].mean() < 0.02
    (digit,) = steps.digits
    left, top, right, bottom = digit.box
    assert (left, top, right, bottom) == pytest.approx((112, 52, 248, 228), abs=3)
    assert abs(digit.ink.shape[0] - (bottom - top)) <= 4
    assert torch.equal(digit.image, prepare(draw()))


def test_mnist_itself_keeps_its_shape(mnist_test):
    images = mnist_test.images[:400, 0]
    before = images.float() / 255
    after = torch.stack([prepare(image.numpy())[0] for image in images])
    alike = torch.tensor([likeness(a, b) for a, b in zip(after, before, strict=True)])
    assert (alike > 0.999).float().mean() > 0.45
    # The rest are MNIST's own thinner strokes, which are thickened like anybody's.
    assert (alike > 0.85).float().mean() > 0.85
    inverted = torch.stack([prepare(255 - image.numpy())[0] for image in images[:100]])
    alike = torch.tensor([likeness(a, b) for a, b in zip(inverted, after[:100], strict=True)])
    assert (alike > 0.99).float().mean() > 0.97
