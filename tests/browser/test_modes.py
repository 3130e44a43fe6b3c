"""Learn and Present: what they show, that a link and a reload keep them, and the way back."""

import re

import pytest
from driving import DEFAULT, choose, depth, grey, latents, open_tab, rest, settle

SMALL = """() => [...document.querySelectorAll(".part *, #tools-column [role=tab]")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true })
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 20)
  .map((one) => one.outerHTML.slice(0, 80))"""
CONTROLS = """() => [...document.querySelectorAll(".part :is(button, input, select, a, summary)")]
  .filter((one) => one.checkVisibility()).length"""


def shows_model(page, name: str) -> None:
    page.wait_for_function(
        "name => document.querySelector('.stage').dataset.model === name", arg=name
    )
    settle(page)


def ready(page) -> None:
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.wait_for_selector("#explore [data-mounted]")


def test_learn_is_one_model_its_map_and_few_controls_and_lab_comes_back_as_it_was(page):
    choose(page, "conv-16")
    page.get_by_label("digit class 5").click()
    settle(page)
    before, plane = latents(page), page.locator(".explore .across").input_value()
    controls = page.evaluate(CONTROLS)
    depth(page, "Learn")
    shows_model(page, "mlp-2")
    assert len(latents(page)) == 2
    assert not page.get_by_label("model", exact=True).is_visible()
    assert page.get_by_role("tab").filter(visible=True).all_inner_texts() == ["Explore", "Draw"]
    assert "squeeze a handwritten digit into two numbers" in page.locator(".bar .what").inner_text()
    assert page.evaluate(CONTROLS) < controls - 40
    told = page.locator(".explore .told").filter(visible=True).all_inner_texts()
    assert "all that the decoder knows" in told[0] and "coloured dot" in told[-1]
    box, tools = (page.locator(one).bounding_box() for one in (".map .over", "#tools-column"))
    assert box["width"] > 0.6 * tools["width"]
    rest(page)
    assert "depth=learn" in page.url and "model=mlp-2&" in page.url
    depth(page, "Lab")
    shows_model(page, "conv-16")
    assert latents(page) == before
    assert page.locator(".explore .across").input_value() == plane
    rest(page)
    assert "depth=lab" in page.url


def test_a_reload_stays_in_learn_and_at_its_z(page):
    depth(page, "Learn")
    shows_model(page, "mlp-2")
    page.get_by_role("button", name="random").click()
    settle(page)
    z = latents(page)
    rest(page)
    page.reload()
    ready(page)
    page.wait_for_selector("body.learn")
    assert latents(page) == z
    assert page.locator(".learn[aria-pressed=true]").is_visible()


def test_a_link_to_learn_and_to_a_tab_that_it_lacks_shows_its_map(page, app_url):
    page.goto(f"{app_url}?depth=learn&tab=sample")
    page.wait_for_selector("body.learn")
    shows_model(page, "mlp-2")
    page.wait_for_selector(".explore .map", state="visible")
    depth(page, "Lab")
    shows_model(page, DEFAULT)


def test_a_drawing_goes_along_to_learn(page):
    page.get_by_label("put a ready 3 into the machine").click()
    settle(page)
    x = grey(page, "machine-x")
    depth(page, "Learn")
    shows_model(page, "mlp-2")
    assert (grey(page, "machine-x") == x).all()
    assert "read from q(z|x)" in page.locator(".machine .origin").inner_text()


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
@pytest.mark.parametrize("name", ["Learn", "Lab"])
def test_present_shows_the_machine_and_a_tool_at_once_in_large_letters(page, size, name):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if name == "Learn":
        depth(page, name)
        shows_model(page, "mlp-2")
    page.get_by_label("put a ready 3 into the machine").click()
    page.get_by_test_id("present").click()
    page.wait_for_selector("body.present")
    page.wait_for_function("document.fullscreenElement === document.documentElement")
    rest(page)
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    width, height = page.evaluate("[innerWidth, innerHeight]")
    for part in (".machine", ".stage .digit", ".elbo", ".map .over", ".latent"):
        box = page.locator(part).first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, part
    rest(page)
    assert "present=1" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not(.present)")
    page.wait_for_function("document.fullscreenElement === null")
    rest(page)
    assert "present" not in page.url


def test_a_link_presents_without_the_whole_screen_and_the_button_leaves(page, app_url):
    page.goto(f"{app_url}?model=mlp-20&present=1&tab=draw")
    page.wait_for_selector("body.present")
    ready_tab = page.get_by_role("tab", name="Draw")
    page.wait_for_selector("#draw [data-mounted]")
    assert ready_tab.get_attribute("aria-selected") == "true"
    open_tab(page, "Explore")
    page.get_by_test_id("present").click()
    page.wait_for_selector("body:not(.present)")
    assert re.search(r"model=mlp-20", page.url)
