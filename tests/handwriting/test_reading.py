"""From any picture of a digit to what MNIST would have made of it."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from drawing import FIVE, FOUR, HAT, SEVEN, draw, likeness, page
from PIL import Image

from vae.handwriting import explain, find_digits, prepare, prepare_box

REFERENCE = prepare(draw())


def assert_in_mnist_frame(image: torch.Tensor) -> None:
    assert image.shape == (1, 28, 28)
    assert image.dtype == torch.float32
    assert image.min() == 0
    assert image.max() == pytest.approx(1, abs=0.05)
    ys, xs = torch.nonzero(image[0] > 0.05, as_tuple=True)
    assert max(ys.max() - ys.min(), xs.max() - xs.min()).item() + 1 in (19, 20)
    index = torch.arange(28.0)
    mass = image.sum()
    assert (image.sum(dim=(0, 2)) @ index / mass).item() == pytest.approx(14, abs=0.501)
    assert (image.sum(dim=(0, 1)) @ index / mass).item() == pytest.approx(14, abs=0.501)


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
