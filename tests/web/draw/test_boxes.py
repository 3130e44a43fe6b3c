"""Boxes on a photo, against masks that NumPy turns and counts."""

import numpy as np
import pytest

SIZE = [30, 20]


def call(engine, name: str, *given) -> object:
    script = f"""async (given) => {{
      const {{{name}}} = await import("/web/draw/photo/boxes.js");
      return {name}(...given);
    }}"""
    return engine.evaluate(script, given)


def mask(box: list[int], size: list[int] = SIZE) -> np.ndarray:
    x, y, width, height = box
    found = np.zeros(size[::-1], bool)
    found[y : y + height, x : x + width] = True
    return found


@pytest.mark.parametrize("quarters", range(4))
def test_a_box_turns_clockwise_with_its_photo(engine, quarters):
    box = [3, 5, 12, 9]
    found = call(engine, "turned", box, quarters, SIZE)
    expected = np.rot90(mask(box), -quarters)
    assert np.array_equal(mask(found, list(expected.shape[::-1])), expected)


@pytest.mark.parametrize(
    ("by", "expected"),
    [([2.4, -1.6], [5, 3]), ([-99, -99], [0, 0]), ([99, 99], [18, 11])],
    ids=["within", "over the top left corner", "over the bottom right corner"],
)
def test_a_box_moves_in_whole_pixels_and_stays_on_the_photo(engine, by, expected):
    assert call(engine, "moved", [3, 5, 12, 9], by, SIZE) == [*expected, 12, 9]


@pytest.mark.parametrize("corner", ["nw", "ne", "sw", "se"])
def test_of_a_resized_box_the_opposite_corner_stays(engine, corner):
    box = [8, 6, 12, 10]
    opposite = (20 if "w" in corner else 8, 16 if "n" in corner else 6)
    outwards = [-1 if "w" in corner else 1, -1 if "n" in corner else 1]
    for far, size in ((2, [14, 12]), (-99, [8, 8]), (99, None)):
        x, y, *sides = call(engine, "resized", box, corner, [far * way for way in outwards], SIZE)
        corners = (x + sides[0] if "w" in corner else x, y + sides[1] if "n" in corner else y)
        assert corners == opposite
        assert size is None or sides == size
        assert x >= 0 and y >= 0 and x + sides[0] <= SIZE[0] and y + sides[1] <= SIZE[1]


def test_a_box_between_two_points_is_large_enough_to_be_read(engine):
    assert call(engine, "between", [20, 15], [4, 3], SIZE) == [4, 3, 16, 12]
    assert call(engine, "between", [29, 19], [29, 19], SIZE) == [22, 12, 8, 8]


def test_the_overlap_of_boxes_is_their_intersection_over_their_union(engine):
    a, b = [3, 5, 12, 9], [9, 2, 14, 10]
    shared, either = (mask(a) & mask(b)).sum(), (mask(a) | mask(b)).sum()
    assert call(engine, "overlap", a, b) == pytest.approx(shared / either)
    assert call(engine, "overlap", a, [20, 5, 5, 5]) == 0
