"""Fingers: what scrolls the page moves no latent, what moves one scrolls nothing."""

from collections.abc import Callable, Iterator

import pytest
from driving import latents, rest, settle
from fingers import Fingers
from playwright.sync_api import Browser, Page

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(chromium: Browser, app_url: str) -> Iterator[Callable[[str], Page]]:
    """`phone(model)` is the app on a phone, touched once, so that it no longer sways."""
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)

    def opened(model: str) -> Page:
        page = context.new_page()
        page.goto(f"{app_url}/?model={model}")
        page.wait_for_selector("#explore [data-mounted]")
        page.touchscreen.tap(5, 5)
        rest(page)
        return page

    yield opened
    context.close()


def middle(page: Page, selector: str, across: float = 0.5, down: float = 0.5) -> tuple:
    """A place of an element, which is brought to below what stays at the top of the page."""
    element = page.locator(selector).first
    element.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - innerHeight / 2)")
    settle(page)
    box = element.bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


MAP = ".explore .over"


@pytest.mark.parametrize("selector", [".latent [type=range]", MAP])
def test_a_swipe_up_scrolls_and_moves_no_latent(phone, selector):
    page = phone("conv-16")
    start = middle(page, selector, 0.25, 0.3)
    before, top = latents(page), page.evaluate("scrollY")
    picture = "document.querySelector('[data-testid=digit]').toDataURL()"
    page.evaluate(
        f"""() => {{
          window.pictures = new Set([{picture}]);
          const look = () => pictures.add({picture}) && requestAnimationFrame(look);
          look();
        }}"""
    )
    Fingers(page).swipe(start, (4, -160))
    assert page.evaluate("scrollY") > top + 60
    assert latents(page) == before
    assert page.evaluate("pictures.size") == 1


def test_a_slider_is_dragged_from_anywhere_on_it_and_the_page_stays(phone):
    page = phone("conv-16")
    slider = page.locator(".latent [type=range]").first
    start = middle(page, ".latent [type=range]", 0.9)
    top = page.evaluate("scrollY")
    Fingers(page).swipe(start, (-120, 5))
    box = slider.bounding_box()
    low, high, value = (
        slider.evaluate(f"one => Number(one.{key})") for key in ("min", "max", "value")
    )
    share = (start[0] - 120 - box["x"] - 4) / (box["width"] - 8)
    assert value == pytest.approx(low + share * (high - low), abs=0.02 * (high - low))
    assert page.evaluate("scrollY") == top


def test_where_the_browser_drags_the_thumb_alone_a_finger_drags_from_anywhere(phone):
    """WebKit's sliders ignore a finger beside the thumb: here none of the browser's own moves."""
    page = phone("conv-16")
    page.evaluate(
        "document.querySelectorAll('.latent [type=range]').forEach(one => one.addEventListener("
        "'touchmove', event => event.preventDefault(), {passive: false}))"
    )
    before = latents(page)
    Fingers(page).swipe(middle(page, ".latent [type=range]", 0.9), (-120, 5))
    assert sum(a != b for a, b in zip(latents(page), before, strict=True)) == 1


def test_a_tap_on_a_slider_puts_it_there(phone):
    page = phone("conv-16")
    slider = page.locator(".latent [type=range]").first
    page.touchscreen.tap(*middle(page, ".latent [type=range]", 0.8))
    settle(page)
    low, high, value = (
        slider.evaluate(f"one => Number(one.{key})") for key in ("min", "max", "value")
    )
    assert (value - low) / (high - low) == pytest.approx(0.8, abs=0.02)


def test_a_drag_that_is_cancelled_puts_the_value_back(phone):
    page = phone("conv-16")
    before = latents(page)
    x, y = middle(page, ".latent [type=range]", 0.3)
    fingers = Fingers(page)
    fingers.send("touchStart", (x, y))
    for step in range(1, 9):
        fingers.send("touchMove", (x + 15 * step, y))
    assert latents(page) != before
    fingers.send("touchCancel")
    settle(page)
    assert latents(page) == before


def test_two_fingers_on_a_slider_move_nothing(phone):
    page = phone("conv-16")
    before = latents(page)
    x, y = middle(page, ".latent [type=range]", 0.5)
    fingers = Fingers(page)
    fingers.send("touchStart", (x, y))
    fingers.send("touchStart", (x, y), (x + 60, y))
    for step in range(1, 9):
        fingers.send("touchMove", (x - 8 * step, y), (x + 60 + 8 * step, y))
    fingers.send("touchEnd")
    settle(page)
    assert latents(page) == before


def test_two_fingers_zoom_the_map_and_leave_z(phone):
    page = phone("mlp-2")
    place = middle(page, MAP, 0.5, 0.5)
    before, top = latents(page), page.evaluate("scrollY")
    page.evaluate("window.axis = document.querySelector('.explore .ground').toDataURL()")
    Fingers(page).pinch(place, 60, 240)
    assert latents(page) == before
    assert page.evaluate("scrollY") == top
    assert page.evaluate("axis !== document.querySelector('.explore .ground').toDataURL()")


def test_a_finger_that_stays_after_a_pinch_moves_nothing(phone):
    page = phone("mlp-2")
    x, y = middle(page, MAP, 0.5, 0.5)
    before = latents(page)
    fingers = Fingers(page)
    fingers.send("touchStart", (x, y))
    fingers.send("touchStart", (x, y), (x + 80, y))
    fingers.send("touchMove", (x - 30, y), (x + 110, y))
    fingers.send("touchEnd", (x - 30, y))
    for step in range(1, 9):
        fingers.send("touchMove", (x - 30 - 8 * step, y))
    fingers.send("touchEnd")
    settle(page)
    assert latents(page) == before


def test_the_ring_is_dragged_up_too(phone):
    page = phone("mlp-2")
    page.touchscreen.tap(*middle(page, MAP, 0.5, 0.6))
    settle(page)
    before, top = latents(page), page.evaluate("scrollY")
    box = page.locator(".explore .ring").bounding_box()
    start = (box["x"] + box["width"] / 2 + 10, box["y"] + box["height"] / 2)
    Fingers(page).swipe(start, (0, -90))
    assert latents(page)[1] > before[1] + 0.3
    assert page.evaluate("scrollY") == top
