"""A photo in Draw, with boxes on it that a mouse, a finger and keys move: what is in the chosen one
is what the model sees, as Python prepares it."""

import io
import re

import numpy as np
import pytest
from drawing import FIVE, NINE, SEVEN, SIX, file_of
from drawing import FOUR as FOUR_ON_PAPER
from drawing import page as paper
from driving import FOUR, LAB, draw, grey, open_tab, rest, settle
from PIL import Image, ImageDraw

from vae.handwriting import find_digits, prepare_box

PLACES = [(60, 80), (190, 80), (330, 80), (460, 80), (580, 80)]


def two_digits() -> bytes:
    """A page with a 1 on the left and a 0 on the right."""
    picture = Image.new("L", (400, 220), 240)
    pencil = ImageDraw.Draw(picture)
    pencil.line([(110, 40), (110, 180)], fill=20, width=16)
    pencil.ellipse([240, 40, 340, 180], outline=20, width=16)
    return file_of(picture)


def five_digits(shapes=(FOUR_ON_PAPER, SEVEN, FIVE, SIX, NINE)) -> Image.Image:
    return paper(*zip(shapes, PLACES, strict=True), size=(720, 300), height=120)


def upload(page, body: bytes, name: str = "photo.png") -> None:
    open_tab(page, "Draw")
    chooser = page.get_by_label("upload a picture")
    chooser.set_input_files({"name": name, "mimeType": "image/png", "buffer": body})


def show(page, body: bytes) -> None:
    """Uploads a photo that can be read, and waits for it."""
    before = page.evaluate("document.querySelector('.frame img')?.src")
    upload(page, body)
    page.wait_for_selector(".draw.with-photo")
    page.wait_for_function(
        "before => (({src, naturalWidth}) => src !== before && naturalWidth > 0)"
        "(document.querySelector('.frame img'))",
        arg=before,
    )
    page.locator(".photo .frame").scroll_into_view_if_needed()
    settle(page)


def box_of(page, name: str, size: tuple[int, int] = (400, 220)) -> list[int]:
    """Where a box stands on the screen, in pixels of the photo: left, top, right, bottom."""
    frame = page.locator(".photo .frame").bounding_box()
    box = page.get_by_label(name).bounding_box()
    scale = size[0] / frame["width"]
    x, y = box["x"] - frame["x"], box["y"] - frame["y"]
    return [round(v * scale) for v in (x, y, x + box["width"], y + box["height"])]


def place(page, x: float, y: float, size: tuple[int, int] = (400, 220)) -> tuple[float, float]:
    """A point of the photo on the screen."""
    frame = page.locator(".photo .frame").bounding_box()
    scale = frame["width"] / size[0]
    return frame["x"] + x * scale, frame["y"] + y * scale


def sees(page, body: bytes, name: str, turn: int = 0) -> None:
    """Asserts that the input is what Python makes of the box as it stands."""
    rest(page)
    left, top, right, bottom = box_of(page, name)
    expected = prepare_box(Image.open(io.BytesIO(body)), (left, top, right, bottom), turn)
    assert np.abs(grey(page, "input") - 255 * expected.image[0].numpy()).max() <= 1


def test_the_found_digits_are_boxed_where_they_are_and_any_can_be_chosen(page):
    assert not any("/draw/photo/" in address for address in page.requested)
    body = two_digits()
    show(page, body)
    found = find_digits(Image.open(io.BytesIO(body)))
    assert page.locator(".photo .box").count() == len(found) == 2
    for number, digit in enumerate(found, 1):
        assert box_of(page, f"digit {number} of") == pytest.approx(digit.box, abs=2)
        page.get_by_label(f"digit {number} of").click()
        settle(page)
        assert np.abs(grey(page, "input") - 255 * digit.image[0].numpy()).max() <= 1
        assert page.get_by_label(f"digit {number} of").get_attribute("aria-pressed") == "true"
    assert "/draw/photo/" in "".join(page.requested)
    page.get_by_text("how the picture was read").click()
    assert page.locator(".steps figure").count() == 3


def test_a_box_is_moved_and_resized_with_the_mouse_and_encoded_anew(page):
    body = two_digits()
    show(page, body)
    name = "digit 1 of"
    before = box_of(page, name)
    page.mouse.move(*place(page, 110, 110))
    page.mouse.down()
    page.mouse.move(*place(page, 290, 130), steps=8)
    page.mouse.up()
    moved = box_of(page, name)
    assert moved == pytest.approx(
        [before[0] + 180, before[1] + 20, before[2] + 180, before[3] + 20], abs=3
    )
    page.mouse.move(*place(page, moved[0] - 3, moved[1] - 3))
    page.mouse.down()
    page.mouse.move(*place(page, 225, 25), steps=8)
    page.mouse.up()
    page.mouse.move(*place(page, moved[2] + 3, moved[3] + 3))
    page.mouse.down()
    page.mouse.move(*place(page, 362, 200), steps=8)
    page.mouse.up()
    assert box_of(page, name) == pytest.approx([228, 28, 359, 197], abs=3)
    sees(page, body, name)
    assert page.locator(".reads-input").inner_text().startswith("read as 0")


def test_a_box_is_moved_resized_and_turned_with_keys(page):
    body = two_digits()
    show(page, body)
    name = "digit 1 of"
    left, top, right, bottom = box_of(page, name)
    page.get_by_label(name).focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    step = 4  # a hundredth of the longer side
    expected = [left - step, top - step, right + step, bottom]
    assert box_of(page, name) == pytest.approx(expected, abs=2)
    page.keyboard.press("r")
    sees(page, body, name, turn=1)
    assert "turned by 90 degrees" in page.get_by_label(name).get_attribute("aria-label")
    rows, columns = np.nonzero(grey(page, "input") > 128)
    assert np.ptp(columns) > 2 * np.ptp(rows)


def test_a_finger_drags_a_handle_of_44_pixels_and_elsewhere_scrolls_the_page(chromium, app_url):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(app_url + LAB)
    page.wait_for_selector("#explore [data-mounted]")
    body = two_digits()
    show(page, body)
    fingers = context.new_cdp_session(page)

    def swipe(*points: tuple[float, float]) -> None:
        for kind, at in zip(["touchStart", "touchMove", "touchMove"], points, strict=True):
            touched = [{"x": at[0], "y": at[1]}]
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    handle = page.locator(".handle.se")
    size = handle.bounding_box()
    assert (size["width"], size["height"]) == (44, 44)
    name = "digit 1 of"
    left, top, right, bottom = box_of(page, name)
    scale = 400 / page.locator(".photo .frame").bounding_box()["width"]
    scrolled = page.evaluate("scrollY")
    at = (size["x"] + 30, size["y"] + 22)
    swipe(at, (at[0] + 10, at[1] - 15), (at[0] + 20, at[1] - 30))
    expected = [left, top, right + 20 * scale, bottom - 30 * scale]
    assert box_of(page, name) == pytest.approx(expected, abs=3)
    assert page.evaluate("scrollY") == scrolled
    sees(page, body, name)
    page.get_by_label("digit 2 of").tap()
    settle(page)
    assert page.get_by_label("digit 2 of").get_attribute("aria-pressed") == "true"
    x, y = place(page, 190, 150)
    swipe((x, y), (x, y - 30), (x, y - 90))
    page.wait_for_function("top => scrollY > top + 40", arg=scrolled)
    assert page.locator(".photo .box").count() == 2
    context.close()


def test_boxes_are_added_by_button_and_by_mouse_and_removed(page):
    body = two_digits()
    show(page, body)
    page.get_by_role("button", name="add a box").click()
    assert page.locator(".photo .box").count() == 3
    page.mouse.move(*place(page, 220, 15))
    page.mouse.down()
    page.mouse.move(*place(page, 370, 205), steps=8)
    page.mouse.up()
    assert box_of(page, "digit 4 of") == pytest.approx([220, 15, 370, 205], abs=3)
    sees(page, body, "digit 4 of")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="remove the box").click()
    page.get_by_role("button", name="remove the box").click()
    assert page.locator(".photo .box").count() == 1
    assert page.get_by_role("button", name="remove the box").is_disabled()
    settle(page)
    assert page.locator(".reads-input").inner_text().startswith("read as 1")


def test_a_box_without_ink_is_said_and_what_was_encoded_stays(page):
    show(page, two_digits())
    seen = grey(page, "input")
    page.mouse.move(*place(page, 170, 20))
    page.mouse.down()
    page.mouse.move(*place(page, 215, 60), steps=4)
    page.mouse.up()
    page.wait_for_selector(".draw .message.failed")
    assert "no ink was found there: move the box" in page.locator(".draw .message").inner_text()
    assert np.array_equal(grey(page, "input"), seen)
    assert page.locator(".photo .box").count() == 3


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_lies_is_offered_to_be_turned_upright(page, quarters):
    """Of sevens and fours, for other digits resemble digits when they lie."""
    page.wait_for_function("document.querySelector('.bars').dataset.reads !== undefined")
    picture = five_digits((SEVEN, FOUR_ON_PAPER, SEVEN, FOUR_ON_PAPER, NINE))
    show(page, file_of(picture))
    assert page.locator(".photo .lies").is_hidden()
    lying = Image.fromarray(np.rot90(np.asarray(picture), quarters))
    show(page, file_of(lying))
    said = page.locator(".photo .lies").inner_text()
    assert ("upside down" if quarters == 2 else "on its side") in said
    page.get_by_role("button", name="turn it upright").click()
    page.wait_for_selector(".photo .lies", state="hidden")
    settle(page)
    for number, digit in enumerate(find_digits(picture), 1):
        box = box_of(page, f"digit {number} of", picture.size)
        assert box == pytest.approx(digit.box, abs=4)
    assert np.abs(grey(page, "input") - 255 * find_digits(picture)[0].image[0].numpy()).mean() < 3


def test_a_box_of_ones_own_stays_when_the_photo_turns(page):
    picture = five_digits()
    show(page, file_of(picture))
    page.get_by_label("digit 2 of").click()
    page.keyboard.press("Shift+ArrowRight")
    rest(page)
    left, top, right, bottom = box_of(page, "digit 2 of", picture.size)
    page.get_by_role("button", name="turn the photo").click()
    page.wait_for_function("document.querySelector('.frame img').style.transform.includes('90')")
    settle(page)
    # In place of the same digit as it is found now; it stands last.
    count = len(find_digits(Image.fromarray(np.rot90(np.asarray(picture), -1))))
    assert page.locator(".photo .box").count() == count
    turned = box_of(page, f"digit {count} of", (300, 720))
    assert turned == pytest.approx([300 - bottom, left, 300 - top, right], abs=3)


def test_a_bad_upload_takes_nothing_away_and_the_pad_keeps_its_drawing(page):
    open_tab(page, "Draw")
    draw(page, FOUR)
    settle(page)
    drawn = grey(page, "input")
    upload(page, b"not a picture", "bad.png")
    page.wait_for_selector(".draw .message.failed")
    assert np.array_equal(grey(page, "input"), drawn) and page.get_by_test_id("pad").is_visible()
    show(page, two_digits())
    page.get_by_label("digit 2 of").click()
    settle(page)
    read = grey(page, "input")
    upload(page, b"not a picture", "bad.png")
    page.wait_for_selector(".draw .message.failed")
    assert np.array_equal(grey(page, "input"), read)
    assert page.locator(".photo .box").count() == 2
    page.get_by_role("button", name="back to the pad").click()
    settle(page)
    assert np.array_equal(grey(page, "input"), drawn)
    page.get_by_role("button", name="back to the photo").click()
    settle(page)
    assert np.array_equal(grey(page, "input"), read)


def test_a_ready_digit_takes_the_photos_place(page):
    show(page, two_digits())
    page.get_by_role("button", name="put a ready 3 into the machine").click()
    settle(page)
    assert page.get_by_test_id("pad").is_visible() and page.locator(".photo").is_hidden()
    assert page.get_by_role("button", name="back to the photo").is_visible()


def test_a_file_that_the_browser_cannot_show_is_shown_by_its_ink(page):
    upload(page, file_of(five_digits(), "TIFF"), "page.tif")
    page.wait_for_selector(".draw.with-photo")
    page.wait_for_function("document.querySelector('.frame img').naturalWidth > 0")
    assert re.match("data:image/png", page.locator(".frame img").get_attribute("src"))
    assert page.locator(".photo .box").count() == 5
