"""What the page says of a picture that may be no digit."""

import math

import pytest
from drawing import FOUR, draw, file_of
from driving import open_tab, settle

STAR = [
    [
        (0.5 + 0.5 * math.sin(4 * math.pi * i / 5), 0.5 - 0.5 * math.cos(4 * math.pi * i / 5))
        for i in range(6)
    ]
]


@pytest.mark.parametrize(("strokes", "doubted"), [(FOUR, False), (STAR, True)], ids=["4", "star"])
def test_a_star_may_be_no_digit_and_a_four_is_one(page, strokes, doubted):
    open_tab(page, "Draw")
    page.wait_for_function("document.querySelector('.bars').dataset.reads !== undefined")
    chooser = page.get_by_label("upload a picture")
    body = file_of(draw(strokes))
    chooser.set_input_files({"name": "it.png", "mimeType": "image/png", "buffer": body})
    page.wait_for_function("document.querySelector('.losses').textContent !== ''")
    if doubted:
        page.wait_for_selector(".doubtful:not(:empty)")
    settle(page)
    said = page.get_by_test_id("doubtful").inner_text()
    assert said.startswith("This may be no digit") if doubted else said == ""
    page.get_by_role("button", name="put a ready 3 into the machine").click()
    settle(page)
    assert page.get_by_test_id("doubtful").inner_text() == ""
