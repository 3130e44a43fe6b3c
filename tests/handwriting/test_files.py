"""Every file and array that holds a picture becomes the same pixels, or one plain sentence."""

import csv
import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from drawing import FIVE, SEVEN, draw, file_of, likeness
from PIL import Image, features

from vae.handwriting import open_picture, prepare

REFERENCE = prepare(draw())


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


@pytest.mark.parametrize(
    "wrong, message",
    [
        (None, "NoneType came"),
        ("digit.png", "str came"),
        (np.zeros((300, 7), np.uint8), "7x300"),
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


def print_jpeg_header(width: int, height: int) -> bytes:
    """A progressive CMYK JPEG that promises width x height pixels."""
    data = file_of(draw().convert("CMYK"), "JPEG", progressive=True)
    size = data.index(b"\xff\xc2") + 5
    return data[:size] + struct.pack(">HH", height, width) + data[size + 4 :]


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
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200, "an iPhone photo in HEIC"),
    "heif": (b"\0\0\0\x18ftypmif1\0\0\0\0heic" + b"\0" * 200, "Most Compatible"),
    "start of a JPEG": (JPEG[:20], NO_PICTURE),
    "half a JPEG": (JPEG[: len(JPEG) // 2], DAMAGED),
    "half a PNG": (file_of(draw())[:900], DAMAGED),
    "broken checksum": (broken_checksum(), DAMAGED),
    "no pixels": (png_header(100, 100), DAMAGED),
    "a pixel": (file_of(Image.new("L", (1, 1))), "at least 8x8 pixels"),
    "51 megapixels": (png_header(10_000, 5_100), TOO_BIG),
    "100 megapixels": (png_header(10_000, 10_000), TOO_BIG),
    "1600 megapixels": (png_header(40_000, 40_000), TOO_BIG),
    "a TIFF of 41 megapixels": (file_of(Image.new("1", (8_000, 5_100)), "TIFF"), "at most 40 meg"),
    "a print of 41 megapixels": (print_jpeg_header(8_000, 5_100), "at most 40 megapixels"),
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
