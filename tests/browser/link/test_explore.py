"""A link brings back pins, the map and the path."""

import pytest
from driving import choose, latents, rest, settle
from playwright.sync_api import Page
from visiting import INK, link, state


def test_pins_theme_pixels_and_paper_come_back(page, visit):
    choose(page, "conv-16")
    page.get_by_label("digit class 7").click()
    settle(page)
    page.get_by_role("button", name="pin A").click()
    page.get_by_label("digit class 2").click()
    settle(page)
    page.get_by_role("button", name="pin B").click()
    for name in ("dark", "pixels", "paper"):
        page.locator(f"[data-switch={name}]").click()
    film = page.locator(".film").evaluate(INK)
    rest(page)
    left, film = state(page), page.locator(".film").evaluate(INK)
    assert {"dark", "pixels", "paper"} <= {*left["body"]}
    other = visit(link(page))
    other.wait_for_selector(".journey:not([hidden])")
    rest(other)
    left["origin"] = "z comes with the link."
    assert state(other) == left
    assert other.locator(".film").evaluate(INK) == film
    assert other.locator("[data-pin][aria-pressed=true]").count() >= 2


def map_ink(page: Page) -> list[str]:
    """Both canvases of the map, when nothing is being decoded any more."""
    seen = None
    for _ in range(40):
        settle(page)
        now = page.eval_on_selector_all(
            ".explore .layers-of-map canvas", "all => all.map((canvas) => canvas.toDataURL())"
        )
        if now == seen:
            return now
        seen = now
    raise AssertionError("the map does not rest")


def test_the_map_and_the_path_come_back_to_the_pixel(page, visit):
    choose(page, "conv-16")
    page.get_by_label("latent across").select_option(label="latent 2")
    page.get_by_label("latent up").select_option(label="latent 5")
    for digit, pin in (("7", "A"), ("2", "B")):
        page.get_by_label(f"digit class {digit}").click()
        settle(page)
        page.get_by_role("button", name=f"pin {pin}").click()
    page.get_by_label("kind of path").select_option("spherical")
    box = page.get_by_test_id("map").bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.get_by_label("3 on the map").click()
    page.locator("[data-layer=contours]").click()
    way = page.get_by_role("slider", name="the way from A to B")
    way.focus()
    way.press("Home")
    for _ in range(40):
        way.press("ArrowRight")
    settle(page)
    left, seen = state(page), map_ink(page)
    other = visit(link(page))
    other.wait_for_selector(".journey:not([hidden])")
    assert [one == two for one, two in zip(map_ink(other), seen, strict=True)] == [True, True]
    assert state(other) == left | {"origin": "z comes with the link."}
    assert other.get_by_label("kind of path").input_value() == "spherical"
    assert other.get_by_role("slider", name="the way from A to B").input_value() == "0.04"
    for control in ("3 on the map", "prior"):
        button = other.locator(".map").get_by_role("button", name=control, exact=True)
        assert button.get_attribute("aria-pressed") == "false"
    # The whole of the plane is still there, and another model has a map of its own.
    other.locator(".explore .whole").click()
    assert map_ink(other) != seen
    other.wait_for_function("!location.search.includes('map=')")


@pytest.mark.parametrize("area", ["0,0,1e-9", "1e9,-1e9,1", "0,0,99999", "0,0,0"])
def test_an_area_beyond_the_map_is_what_there_is_of_it(visit, area):
    page = visit(f"?model=mlp-2&z=0,0&map={area}")
    page.mouse.click(5, 5)
    page.locator(".explore .whole").click()
    page.get_by_test_id("map").click(position={"x": 200, "y": 150})
    settle(page)
    assert latents(page) != [0, 0]
    assert max(map(abs, latents(page))) < 10
