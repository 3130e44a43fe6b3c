"""What every size of a screen shows, and that a first touch moves nothing of it."""

import pytest
from driving import LAB, settle
from fingers import Fingers

SAVE = "[data-save=png], .explore .random, .explore .classes button, [role=tab], .header button"


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (820, 1180), (390, 844), (844, 390)])
def test_the_first_click_finds_everything_where_it_was(chromium, app_url, size):
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(app_url + LAB)
    page.wait_for_selector("#explore [data-mounted]")
    page.wait_for_selector(".bars[data-reads]")
    settle(page)
    places = f"""() => [...document.querySelectorAll({SAVE!r})].map(one => {{
      const {{x, y}} = one.getBoundingClientRect();
      return [x, y];
    }})"""
    before = page.evaluate(places)
    page.mouse.move(3, 3)
    page.mouse.down()
    settle(page)
    assert page.evaluate(places) == before
    page.mouse.up()
    page.close()


@pytest.mark.parametrize(
    "size", [(844, 390), (667, 375), (853, 533), (819, 614), (820, 1180), (390, 844)]
)
def test_the_pad_its_buttons_and_the_results_are_in_view_together(chromium, app_url, size):
    viewport = {"width": size[0], "height": size[1]}
    context = chromium.new_context(viewport=viewport, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{app_url}/?tab=draw")
    page.wait_for_selector("#draw [data-mounted]")
    page.wait_for_selector(".bars[data-reads]", state="attached")
    page.touchscreen.tap(2, 2)
    low = "document.querySelector('.draw .pad-figure .actions').getBoundingClientRect().bottom"
    page.evaluate(f"scrollBy(0, Math.max(0, {low} + 4 - innerHeight))")
    settle(page)
    stage = page.locator("#stage-column").bounding_box()
    above = stage["y"] + stage["height"] if stage["width"] > 0.9 * size[0] else 0
    shown = (".draw .pad", ".draw .pad-figure .actions", "[data-testid=input]")
    for selector in (*shown, "[data-testid=reconstruction]"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= above and box["y"] + box["height"] <= size[1]
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        assert min(box["width"], box["height"]) >= 40
    assert page.locator(".draw .pad").bounding_box()["width"] >= 0.5 * min(size)
    x = page.locator("[data-testid=reconstruction]").bounding_box()
    top = page.evaluate("scrollY")
    Fingers(page).swipe((x["x"] + 50, x["y"] + 50), (0, -40 - x["y"] / 2))
    page.wait_for_function("top => scrollY > top + 20", arg=top)
    context.close()


@pytest.mark.parametrize("size", [(820, 1180), (390, 844), (844, 390)])
def test_the_map_and_the_sliders_never_cover_each_other(chromium, app_url, size):
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(app_url)
    page.wait_for_selector("#explore [data-mounted]")
    settle(page)
    for top in (0, 300, 600, 900):
        page.evaluate("top => scrollTo(0, top)", top)
        settle(page)
        chart, sliders = (
            page.locator(f".explore .{name}").bounding_box() for name in ("chart", "sliders")
        )
        first, second = sorted((chart, sliders), key=lambda box: box["y"])
        assert first["y"] + first["height"] <= second["y"]
    page.close()


def test_the_strip_of_a_phone_does_not_grow_with_what_it_says(chromium, app_url):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{app_url}{LAB}&model=mlp-2")
    page.wait_for_selector("#explore [data-mounted]")
    page.touchscreen.tap(2, 2)
    settle(page)
    strip = page.locator("#stage-column")
    heights = [strip.bounding_box()["height"]]
    page.get_by_role("tab", name="Draw").click()
    page.wait_for_selector("#draw [data-mounted]")
    page.get_by_test_id("pad").press("5")
    settle(page)
    heights.append(strip.bounding_box()["height"])
    page.get_by_role("tab", name="Explore").click()
    page.locator(".active [type=range]").first.press("End")
    settle(page)
    assert "no bound" in page.get_by_test_id("elbo").inner_text()
    heights.append(strip.bounding_box()["height"])
    assert heights == [heights[0]] * 3
    context.close()
