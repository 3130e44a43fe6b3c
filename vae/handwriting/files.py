"""A file or an array to pixels, safely: judged by its header, upright, and of a workable size."""

import io
import os
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
# These decoders hold several whole frames at once, or all coefficients of one.
MAX_PIXELS_OF = {
    "WEBP": 20_000_000,
    "GIF": 20_000_000,
    "AVIF": 20_000_000,
    "TIFF": 40_000_000,
    "progressive CMYK": 40_000_000,
}
MIN_SIDE = 8
WORK_PIXELS = 400_000
UNREADABLE = (
    "A picture was expected, but this file is none that can be read: "
    "use a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF file."
)
# Its decoders are not read with: one brings 27 MB and the GPL, the other lags behind its fixes.
HEIC = (
    "A JPEG or PNG picture was expected, but this is an iPhone photo in HEIC: choose 'Most "
    "Compatible' in the iPhone's settings of the camera, or send a screenshot of the photo."
)
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

Picture = Image.Image | np.ndarray
Source = bytes | str | os.PathLike[str] | BinaryIO


def open_picture(source: Source) -> Image.Image:
    """The picture in a file: RGBA, 8 bits, upright, reduced to at most `WORK_PIXELS`.

    `source`: the file's bytes, its path, or the open binary file. Of an animation, the first
    frame. Size and format are judged by the header, before anything is decoded. Raises
    ValueError, in a sentence for a person, for a file that is too big, broken or no picture.
    """
    data = _read(source)
    try:
        opened = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(_too_big("far more", MAX_PIXELS)) from None
    except (OSError, SyntaxError, TypeError, ArithmeticError, LookupError):
        raise ValueError(HEIC if _is_heic(data) else UNREADABLE) from None
    with opened:
        progressive = opened.mode == "CMYK" and opened.info.get("progressive")
        kind = "progressive CMYK" if progressive else opened.format
        _check_size(*opened.size, MAX_PIXELS_OF.get(kind, MAX_PIXELS))
        try:
            opened.draft(None, _work_size(*opened.size))
            opened.load()
            return _to_pil(upright_rgba(opened))
        except (OSError, SyntaxError, TypeError, ArithmeticError, LookupError, ValueError):
            raise ValueError(
                "The whole picture was expected, but the file is damaged: "
                "save or download it again."
            ) from None


def _read(source: Source) -> bytes:
    if isinstance(source, bytes | bytearray):
        data = bytes(source)
    elif isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    else:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"A file of at most {MAX_BYTES // 1_000_000} MB was expected, but this one is larger: "
            "save the picture smaller."
        )
    return data


def _is_heic(data: bytes) -> bool:
    """Whether a file's first box names a brand of HEIF (ISO/IEC 23008-12)."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS


def _too_big(megapixels: object, limit: int) -> str:
    return (
        f"A picture of at most {limit // 1_000_000} megapixels was expected, but this one has "
        f"{megapixels}: save it smaller."
    )


def _check_size(width: int, height: int, limit: int = MAX_PIXELS) -> None:
    if width * height > limit:
        raise ValueError(_too_big(-(-width * height // 1_000_000), limit))
    if min(width, height) < MIN_SIDE:
        raise ValueError(
            f"A picture of at least {MIN_SIDE}x{MIN_SIDE} pixels was expected, but this one is "
            f"{width}x{height}: use a larger one."
        )


def _work_size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, (WORK_PIXELS / (width * height)) ** 0.5)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _to_pil(rgba: np.ndarray) -> Image.Image:
    return Image.fromarray((rgba * 255 + 0.5).astype(np.uint8), "RGBA")


def upright_rgba(picture: Picture) -> np.ndarray:
    """(h, w, 4) float32 in [0, 1], upright, averaged down to at most `WORK_PIXELS`.

    It goes strip by strip, so that a large picture never stands in memory as floats.
    """
    if isinstance(picture, np.ndarray):
        picture = _from_array(picture)
    if not isinstance(picture, Image.Image):
        raise ValueError(
            f"A picture was expected, but {type(picture).__name__} came: "
            "give a PIL image or a NumPy array."
        )
    _check_size(*picture.size)
    if picture.mode.startswith("I;16") and picture.mode != "I;16":
        picture = picture.convert("I")
    width, height = picture.size
    size = _work_size(width, height)
    factor = max(1, min(width // size[0], height // size[1]))
    step = factor * max(1, 1_000_000 // (width * factor))
    white = _full_scale(*picture.getextrema()) if picture.mode[0] in "IF" else 255.0
    strips = []
    for top in range(0, height, step):
        rows = _rows(picture.crop((0, top, width, min(top + step, height))), white)
        small = (width // factor, max(1, rows.shape[0] // factor))
        strips.append(cv2.resize(rows, small, interpolation=cv2.INTER_AREA))
    rgba = cv2.resize(np.concatenate(strips), size, interpolation=cv2.INTER_AREA)
    rgba[..., :3] /= np.maximum(rgba[..., 3:], 1e-6)
    rgba = np.clip(rgba, 0, 1)
    turn = picture.getexif().get(0x0112, 1)
    if turn == 1:
        return rgba
    turned = _to_pil(rgba)
    turned.getexif()[0x0112] = turn
    return np.asarray(ImageOps.exif_transpose(turned), np.float32) / 255


def _from_array(array: np.ndarray) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ValueError(
            "An array of shape (height, width), (height, width, 3) or (height, width, 4) was "
            f"expected, but {array.shape} came: reshape it."
        )
    if array.dtype.kind not in "buif" or not np.isfinite(array).all():
        raise ValueError(
            f"An array of finite numbers was expected, but this one ({array.dtype}) holds others: "
            "use uint8, or float from 0 to 1."
        )
    _check_size(array.shape[1], array.shape[0])
    if array.dtype != np.uint8:
        white = _full_scale(float(array.min()), float(array.max()))
        array = (np.clip(array / white, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(array))


def _full_scale(low: float, high: float) -> float:
    """The white of numbers up to `high`: 1 for floats, else 8, 10, 12 .. bits as they need."""
    return 1.0 if not high > 1 else float(2 ** max(8, int(high).bit_length()) - 1)


def _rows(strip: Image.Image, white: float) -> np.ndarray:
    """(h, w, 4) float32 in [0, 1], colours times opacity: so averaged, hidden ones stay hidden."""
    if strip.mode[0] in "IF":
        grey = np.nan_to_num(np.asarray(strip, np.float32) / white)
        return np.dstack([grey, grey, grey, np.ones_like(grey)])
    if strip.mode in ("CMYK", "LAB", "HSV", "YCbCr"):
        strip = strip.convert("RGB")
    rgba = np.asarray(strip.convert("RGBA"), np.float32) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return rgba
