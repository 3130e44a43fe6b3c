"""A drawing as text: read back exactly, short, and nothing else taken for one."""

import base64
import random

import pytest


def text_of(engine, strokes: list) -> str:
    return engine.evaluate(
        'async (given) => (await import("/web/state/strokes.js")).strokesText(given)', strokes
    )


def strokes_of(engine, text: str) -> list | None:
    return engine.evaluate(
        'async (given) => (await import("/web/state/strokes.js")).parseStrokes(given)', text
    )


def drawing(seed: int, points: int = 60, step: int = 12) -> list:
    """Three strokes of a slow hand, which leave the pad, and a dot."""
    draw = random.Random(seed)
    strokes = []
    for _ in range(3):
        x, y = draw.randrange(1000), draw.randrange(1000)
        stroke = [[x, y]]
        for _ in range(points - 1):
            x, y = x + draw.randint(-step, step), y + draw.randint(-step, step)
            stroke.append([x, y])
        strokes.append(stroke)
    return [*strokes, [[-40, 1020]]]


def varint(value: int) -> bytes:
    """After the protocol buffers' page on encoding."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low]) if not rest else bytes([low | 0x80]) + varint(rest)


def encoded(strokes: list) -> str:
    """The same text by Python's own base64 and arithmetic: zigzag is (n << 1) ^ (n >> 31)."""
    body, last = b"\x01", (0, 0)
    for stroke in strokes:
        body += varint(len(stroke))
        for point in stroke:
            for new, old in zip(point, last, strict=True):
                body += varint((new - old) << 1 ^ (new - old) >> 31)
            last = point
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


@pytest.mark.parametrize("seed", range(20))
def test_a_drawing_is_read_back_exactly(engine, seed):
    strokes = drawing(seed, step=12 if seed % 2 else 900 // 60)
    text = text_of(engine, strokes)
    assert text == encoded(strokes)
    assert strokes_of(engine, text) == strokes


def test_a_point_takes_less_than_three_characters(engine):
    assert len(text_of(engine, drawing(0, points=200))) < 3 * 600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "AQ",
        "!!!!",
        "AgEBAQ",  # another version
        encoded([[]]),  # a stroke without a point
        encoded(drawing(1))[:-3],  # cut short
        encoded([[[20_000, 0]]]),  # far from any pad
        base64.urlsafe_b64encode(b"\x01\xff\xff\xff\xff\xff\xff\xff\x01\x01").decode().rstrip("="),
        base64.urlsafe_b64encode(b"\x01" + varint(2**31) + b"\x01\x01").decode().rstrip("="),
    ],
)
def test_what_is_no_drawing_is_not_taken_for_one(engine, text):
    assert strokes_of(engine, text) is None
