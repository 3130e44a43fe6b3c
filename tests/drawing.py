"""Examples to draw in tests: pen strokes, and what becomes of them."""

import io

import pytest
import torch
from PIL import Image, ImageDraw

# Pen strokes in a unit box, each digit different under every turn and mirror image.
FOUR = [[(0.45, 0.0), (0.0, 0.62), (0.75, 0.62)], [(0.55, 0.3), (0.5, 1.0)]]
SEVEN = [[(0.0, 0.05), (0.65, 0.0), (0.3, 1.0)]]
FIVE = [[(0.1, 0.1), (0.05, 0.45), (0.5, 0.5), (0.55, 0.85), (0.3, 1.0), (0.0, 0.9)]]
SIX = [
    [(0.5, 0), (0.2, 0.3), (0.05, 0.7), (0.2, 0.97), (0.45, 0.95), (0.55, 0.75), (0.4, 0.55)],
    [(0.4, 0.55), (0.1, 0.62)],
]
NINE = [[(0.55, 0.3), (0.3, 0.5), (0.05, 0.3), (0.25, 0.02), (0.5, 0.08), (0.55, 0.3), (0.5, 1.0)]]
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


def page(*digits, size=(700, 300), height=140, pen=12, paper=255, ink=0) -> Image.Image:
    """A grey picture of many (strokes, place of the top left corner)."""
    picture = Image.new("L", size, paper)
    for strokes, at in digits:
        picture.paste(ink, mask=draw(strokes, size, at, height, pen, paper=0, ink=255))
    return picture


def likeness(a: torch.Tensor, b: torch.Tensor) -> float:
    """The correlation of two images; 1 for the same."""
    return float(torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1])


def file_of(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


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
