"""From any picture of a digit to what MNIST would have made of it."""

import csv
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, features

from vae.image import explain, find_digits, prepare
from vae.picture import open_picture

# Pen strokes in a unit box, each digit different under every turn and mirror image.
FOUR = [[(0.45, 0.0), (0.0, 0.62), (0.75, 0.62)], [(0.55, 0.3), (0.5, 1.0)]]
SEVEN = [[(0.0, 0.05), (0.65, 0.0), (0.3, 1.0)]]
FIVE = [[(0.1, 0.1), (0.05, 0.45), (0.5, 0.5), (0.55, 0.85), (0.3, 1.0), (0.0, 0.9)]]
HAT = [[(0.24, 0.03), (0.7, 0.0)]]


def draw(
    strokes=FOUR, size=(400, 300), at=(120, 60), height=160, pen=16, paper=255, ink=0
) -> Image.Image:
    """A grey picture of `strokes`, `height` pixels tall, with its top left corner at `at`."""
    times = 4
    ground = Image.new("L", (size[0] * times, size[1] * times), 0)
    brush = ImageDraw.Draw(ground)
    for stroke in strokes:
        points = [((at[0] + x * height) * times, (at[1] + y * height) * times) for x, y in stroke]
        brush.line(points, fill=255, width=pen * times, joint="curve")
        for x, y in points:
            r = pen * times / 2
            brush.ellipse((x - r, y - r, x + r, y + r), fill=255)
    mask = ground.resize(size, Image.Resampling.BOX)
    return Image.composite(Image.new("L", size, ink), Image.new("L", size, paper), mask)


def likeness(a: torch.Tensor, b: torch.Tensor) -> float:
    """The correlation of two images; 1 for the same."""
    return float(torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1])


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


def file_of(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


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
    assert 1.5 < image.sum().item() / length < 5


@pytest.mark.parametrize(
    "mode", ["L", "RGB", "RGBA", "LA", "P", "1", "CMYK", "YCbCr", "HSV", "LAB"]
)
def test_every_mode_gives_the_same_picture(mode):
    picture = (
        draw().convert("RGB").convert(mode) if mode in ("LAB", "HSV") else draw().convert(mode)
    )
    assert picture.mode == mode
    assert likeness(prepare(picture), REFERENCE) > 0.98


@pytest.mark.parametrize("mode", ["I", "F", "I;16", "I;16B"])
@pytest.mark.parametrize("top", [255, 4095, 65535])
def test_deep_grey_is_read_at_its_own_scale(mode, top):
    values = np.asarray(draw(), np.float64) / 255 * top
    kind = {"I": "<i4", "F": "<f4", "I;16": "<u2", "I;16B": ">u2"}[mode]
    picture = Image.frombytes(mode, (400, 300), values.astype(kind).tobytes())
    assert likeness(prepare(picture), REFERENCE) > 0.98


@pytest.mark.parametrize(
    "convert",
    [
        lambda grey: grey,
        lambda grey: grey[..., None],
        lambda grey: np.dstack([grey] * 3),
        lambda grey: np.dstack([grey * 0] * 3 + [255 - grey]),
        lambda grey: grey > 127,
        lambda grey: grey.astype(np.uint16) * 257,
        lambda grey: grey / 255,
        lambda grey: (grey / 255).astype(np.float32),
        lambda grey: grey.astype(np.float32),
    ],
    ids=["grey", "1 channel", "rgb", "rgba", "bool", "uint16", "float64", "float32", "0 to 255"],
)
def test_every_kind_of_array_gives_the_same_picture(convert):
    assert likeness(prepare(convert(np.asarray(draw()))), REFERENCE) > 0.98


def test_the_picture_that_is_given_stays_as_it_is():
    array = np.dstack([np.asarray(draw())] * 3)
    before = array.copy()
    prepare(array)
    assert (array == before).all()


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


def test_a_transparent_palette_entry_is_no_ink():
    picture = draw(paper=0, ink=255).point(lambda v: v // 128)
    picture.putpalette([200, 0, 0, 0, 0, 0])
    data = file_of(picture.convert("P"), transparency=0)
    assert likeness(prepare(open_picture(data)), REFERENCE) > 0.95


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("opened", [True, False])
def test_a_camera_turn_is_undone(turn, opened):
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = draw().transpose(back[turn]) if turn in back else draw()
    exif = Image.Exif()
    exif[0x0112] = turn
    data = file_of(lying, "JPEG", quality=95, exif=exif)
    picture = open_picture(data) if opened else Image.open(io.BytesIO(data))
    assert likeness(prepare(picture), REFERENCE) > 0.97


KINDS = {
    "PNG": {},
    "JPEG": {"quality": 90},
    "JPEG progressive": {"progressive": True},
    "WEBP": {"quality": 90},
    "GIF": {},
    "BMP": {},
    "TIFF": {"compression": "tiff_lzw"},
    "AVIF": {"quality": 90},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_format_opens_from_bytes_path_and_file(kind, tmp_path):
    name = kind.split()[0]
    if name == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow is built without AVIF")
    data = file_of(draw().convert("RGB"), name, **KINDS[kind])
    path = tmp_path / "digit.anything"
    path.write_bytes(data)
    for source in (data, path, str(path), io.BytesIO(data)):
        picture = open_picture(source)
        assert picture.mode == "RGBA"
        assert picture.size == (400, 300)
        assert likeness(prepare(picture), REFERENCE) > 0.97


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_png_opens(mode):
    grey = draw()
    deep = Image.fromarray(np.asarray(grey, np.uint16) * 257)
    picture = deep if mode == "I;16" else grey.convert(mode)
    assert likeness(prepare(open_picture(file_of(picture))), REFERENCE) > 0.97


def test_a_print_jpeg_opens():
    data = file_of(draw().convert("CMYK"), "JPEG", quality=95)
    assert likeness(prepare(open_picture(data)), REFERENCE) > 0.97


def test_of_an_animation_the_first_frame_counts():
    data = file_of(draw(), "GIF", save_all=True, append_images=[draw(SEVEN), draw(FIVE)])
    assert likeness(prepare(open_picture(data)), REFERENCE) > 0.97


def test_a_large_picture_is_reduced_and_looks_the_same():
    large = draw(size=(2400, 1800), at=(900, 500), height=700, pen=70)
    for kind in ("JPEG", "PNG"):
        picture = open_picture(file_of(large, kind))
        assert picture.width * picture.height <= 400_000
        assert picture.width / picture.height == pytest.approx(4 / 3, abs=0.01)
        assert likeness(prepare(picture), REFERENCE) > 0.97
    assert likeness(prepare(large), REFERENCE) > 0.97


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


@pytest.mark.parametrize(
    "wrong, message",
    [
        (None, "NoneType came"),
        ("digit.png", "str came"),
        (blank(size=(7, 300)), "7x300"),
        (Image.new("L", (1, 500)), "1x500"),
        (np.zeros((28, 28, 2), np.uint8), r"\(28, 28, 2\)"),
        (np.zeros(784, np.float32), r"\(784,\)"),
        (np.full((28, 28), np.nan), "float64"),
        (np.zeros((28, 28), complex), "complex"),
        (np.zeros((28, 28), object), "object"),
        (Image.new("1", (10_000, 5_001)), "this one has 51"),
    ],
)
def test_what_is_no_picture_is_said(wrong, message):
    with pytest.raises(ValueError, match=f"expected.*{message}.*: "):
        prepare(wrong)


def png_header(width: int, height: int, bits: int = 1) -> bytes:
    """A PNG that promises width x height pixels and holds next to none."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 100)),
        (b"IEND", b""),
    ):
        crc = struct.pack(">I", zlib.crc32(kind + body))
        parts.append(struct.pack(">I", len(body)) + kind + body + crc)
    return b"".join(parts)


def broken_checksum() -> bytes:
    data = bytearray(file_of(draw()))
    data[data.index(b"IDAT") + 20] ^= 0xFF
    return bytes(data)


JPEG = file_of(draw(), "JPEG")
NO_PICTURE = "A picture was expected"
DAMAGED = "The whole picture was expected, but the file is damaged"
TOO_BIG = "at most 50 megapixels"
FILES = {
    "empty": (b"", NO_PICTURE),
    "text": (b"just some words\n" * 50, NO_PICTURE),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', NO_PICTURE),
    "html": (b"<!doctype html><img src=digit.png>", NO_PICTURE),
    "pdf": (b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", NO_PICTURE),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 90 90\n%%EOF\n", NO_PICTURE),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, NO_PICTURE),
    "start of a JPEG": (JPEG[:20], NO_PICTURE),
    "half a JPEG": (JPEG[: len(JPEG) // 2], DAMAGED),
    "half a PNG": (file_of(draw())[:900], DAMAGED),
    "broken checksum": (broken_checksum(), DAMAGED),
    "no pixels": (png_header(100, 100), DAMAGED),
    "a pixel": (file_of(Image.new("L", (1, 1))), "at least 8x8 pixels"),
    "51 megapixels": (png_header(10_000, 5_100), TOO_BIG),
    "100 megapixels": (png_header(10_000, 10_000), TOO_BIG),
    "1600 megapixels": (png_header(40_000, 40_000), TOO_BIG),
    "21 MB": (JPEG + b"\0" * 21_000_000, "at most 20 MB"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_in_one_plain_sentence(name, tmp_path):
    data, message = FILES[name]
    path = tmp_path / "digit.png"
    path.write_bytes(data)
    for source in (data, path, io.BytesIO(data)):
        with pytest.raises(ValueError, match=message) as caught:
            open_picture(source)
        said = str(caught.value)
        assert "expected" in said and ": " in said
        assert said.endswith(".") and said.count(". ") == 0 and "\n" not in said


def test_a_missing_file_is_not_called_a_bad_picture(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_picture(tmp_path / "none.png")


def test_mnist_itself_passes_nearly_unchanged(mnist_test):
    images = mnist_test.images[:400, 0]
    before = images.float() / 255
    after = torch.stack([prepare(image.numpy())[0] for image in images])
    alike = torch.tensor([likeness(a, b) for a, b in zip(after, before, strict=True)])
    assert (alike > 0.999).float().mean() > 0.7
    # The rest are MNIST's own thinnest strokes, which are thickened like anybody's.
    assert (alike > 0.9).float().mean() > 0.85
    inverted = torch.stack([prepare(255 - image.numpy())[0] for image in images[:100]])
    alike = torch.tensor([likeness(a, b) for a, b in zip(inverted, after[:100], strict=True)])
    assert (alike > 0.99).float().mean() > 0.97


@pytest.fixture(scope="module")
def variants() -> tuple[Path, list[dict[str, str]]]:
    if "DIGITS_DIR" not in os.environ:
        pytest.skip("DIGITS_DIR names no folder of strangers' digits")
    root = Path(os.environ["DIGITS_DIR"])
    with open(root / "variants.csv", newline="", encoding="utf-8") as file:
        return root, list(csv.DictReader(file))


def test_strangers_files_that_must_fail_fail_plainly(variants):
    root, rows = variants
    rows = [row for row in rows if row["expected"] == "error" and row["must"] == "must"]
    assert rows
    for row in rows:
        with pytest.raises(ValueError, match=r"expected.*: .*\.$"):
            prepare(open_picture(root / row["file"]))


def test_strangers_photos_survive_every_turn_and_file_format(variants):
    root, rows = variants
    controls = {row["base"]: row for row in rows if row["group"] == "control"}
    rows = [
        row
        for row in rows
        if row["group"] in ("exif", "container", "depth")
        and row["must"] == "must"
        and row["expected"] == "label"
    ]
    assert rows
    for row in rows:
        control = prepare(open_picture(root / controls[row["base"]]["file"]))
        assert likeness(prepare(open_picture(root / row["file"])), control) > 0.9, row["file"]
