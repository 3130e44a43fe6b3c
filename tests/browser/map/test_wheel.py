"""The wheel over the map: the page's, until a key or a click gives it to the map."""

import pytest
from driving import choose, latents, settle
from playwright.sync_api import Page

MAP = ".explore .over"


def map_wheel(page: Page, *turns: float) -> None:
    box = page.locator(MAP).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for turn in turns:
        page.mouse.wheel(0, turn)
    settle(page)


def width(page: Page) -> float:
    """How far an arrow key moves z across the map, which is a share of what the map shows."""
    page.locator(MAP).focus()
    before = latents(page)[0]
    page.keyboard.press("ArrowLeft")
    settle(page)
    moved = before - latents(page)[0]
    page.keyboard.press("ArrowRight")
    settle(page)
    page.keyboard.press("Escape")
    return moved


@pytest.fixture
def desk(page: Page) -> Page:
    """The app with two latents in a low window, in which there is something to scroll."""
    page.set_viewport_size({"width": 1440, "height": 600})
    choose(page, "mlp-2")
    page.mouse.click(5, 5)
    settle(page)
    return page


def test_the_wheel_over_the_map_scrolls_the_page(desk):
    whole = width(desk)
    map_wheel(desk, 60, 60)
    desk.wait_for_function("scrollY > 60")
    assert width(desk) == whole


def test_ctrl_or_a_click_gives_the_map_the_wheel_and_esc_takes_it_back(desk):
    whole = width(desk)
    said = desk.locator(".about-map.for-mouse")
    assert "takes the wheel with Ctrl" in said.inner_text()
    top = desk.evaluate("scrollY")
    desk.keyboard.down("Control")
    map_wheel(desk, -100)
    desk.keyboard.up("Control")
    assert desk.evaluate("scrollY") == top
    nearer = width(desk)
    assert nearer < 0.9 * whole
    box = desk.locator(MAP).bounding_box()
    desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "until you click elsewhere or press Esc" in said.inner_text()
    map_wheel(desk, -100)
    assert desk.evaluate("scrollY") == top
    assert width(desk) < 0.9 * nearer
    map_wheel(desk, 50)
    desk.wait_for_function("top => scrollY > top", arg=top)


def test_thirty_small_turns_of_a_trackpad_zoom_as_one_large_turn_does(desk):
    whole = width(desk)
    desk.locator(MAP).focus()
    map_wheel(desk, *[-4] * 30)
    small = width(desk)
    desk.get_by_role("button", name="whole").click()
    desk.locator(MAP).focus()
    map_wheel(desk, -120)
    assert whole / small == pytest.approx(1.25**1.2, rel=0.03)
    assert width(desk) == pytest.approx(small, rel=0.03)
