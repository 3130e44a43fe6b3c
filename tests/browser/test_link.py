"""A link, and a reload, bring back exactly what was on the page; what is wrong with one is said."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from driving import FOUR, LAB, choose, draw, grey, latents, open_tab, settle, wake
from playwright.sync_api import Browser, Page

INK = "canvas => canvas.toDataURL()"
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {get() { throw new Error("forbidden"); }});"""


@pytest.fixture
def visit(chromium: Browser, app_url: str) -> Iterator:
    """`visit(query)` opens the page in a fresh profile, as somebody else would."""
    contexts, errors = [], []

    def open_page(query: str = "", script: str = "", size=(1440, 900)) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(script)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(app_url + query)
        ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def ready(page: Page) -> None:
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.wait_for_selector("#explore [data-mounted]", state="attached")
    page.wait_for_selector(".bars[data-reads]")
    settle(page)


def link(page: Page) -> str:
    """What the button copies, from its question mark on."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="copy link").click()
    page.wait_for_function(
        "document.querySelector('.stage .status').textContent.includes('clipboard')"
    )
    return "?" + urlsplit(page.evaluate("navigator.clipboard.readText()")).query


def ink(page: Page) -> str:
    """Every pixel of the pad, which is shown."""
    return page.get_by_test_id("pad").evaluate(INK)


def state(page: Page) -> dict:
    """What a restored page must have in common with the one that was left."""
    return {
        "z": latents(page),
        "x": grey(page, "machine-x").tolist(),
        "digit": grey(page, "digit").tolist(),
        "origin": page.locator(".machine .origin").inner_text(),
        "elbo": page.get_by_test_id("elbo").inner_text(),
        "model": page.get_by_test_id("stage").get_attribute("data-model"),
        "body": sorted(page.evaluate("[...document.body.classList]")),
        "pressed": page.locator(".bar [aria-pressed=true]").all_inner_texts(),
    }


def test_a_drawing_comes_back_to_the_pixel_with_its_code(page, visit):
    choose(page, "mlp-20")
    open_tab(page, "Draw")
    draw(page, FOUR)
    settle(page)
    left, pad = state(page), ink(page)
    assert "read from q(z|x)" in left["origin"]
    other = visit(link(page))
    assert state(other) == left
    assert ink(other) == pad
    assert other.get_by_role("tab", name="Draw").get_attribute("aria-selected") == "true"
    # It is on the pad: taking its last stroke back changes it.
    other.locator(".draw .undo").click()
    settle(other)
    assert np.any(grey(other, "machine-x") != left["x"])


def test_z_that_was_moved_away_from_a_drawing_stays_there(page, visit):
    choose(page, "mlp-20")
    page.get_by_label("put a ready 5 into the machine").click()
    settle(page)
    page.locator(".latent input[type=range]").first.press("ArrowRight")
    settle(page)
    left = state(page)
    assert "moved away from q(z|x)" in left["origin"]
    other = visit(link(page))
    assert state(other) == left
    other.locator(".machine .back").click()
    settle(other)
    assert "read from q(z|x)" in other.locator(".machine .origin").inner_text()
    assert latents(other) != left["z"]


def test_how_a_drawing_was_prepared_comes_back(page, visit):
    open_tab(page, "Draw")
    draw(page, FOUR, scale=0.5)
    page.get_by_role("button", name="as drawn").click()
    settle(page)
    left = state(page)
    other = visit(link(page))
    assert state(other) == left
    assert other.get_by_role("button", name="as drawn").get_attribute("aria-pressed") == "true"


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
    page.wait_for_timeout(500)
    left, film = state(page), page.locator(".film").evaluate(INK)
    assert {"dark", "pixels", "paper"} <= {*left["body"]}
    other = visit(link(page))
    other.wait_for_selector(".journey:not([hidden])")
    other.wait_for_timeout(500)
    left["origin"] = "z comes with the link."
    assert state(other) == left
    assert other.locator(".film").evaluate(INK) == film
    assert other.locator("[data-pin][aria-pressed=true]").count() >= 2


def test_a_theme_that_was_chosen_holds_against_the_systems(chromium, app_url):
    page = chromium.new_page(color_scheme="dark")
    page.goto(f"{app_url}?model=mlp-2&theme=light")
    ready(page)
    assert page.evaluate("document.body.classList.contains('dark')") is False
    assert page.locator("[data-switch=dark]").get_attribute("aria-pressed") == "false"
    page.close()


@pytest.mark.parametrize("script", ["", NO_STORAGE], ids=["", "storage throws"])
def test_a_reload_keeps_everything(visit, script):
    page = visit(LAB, script)
    open_tab(page, "Draw")
    draw(page, FOUR)
    page.locator("[data-switch=pixels]").click()
    settle(page)
    page.wait_for_timeout(600)
    left, pad = state(page), ink(page)
    page.reload()
    ready(page)
    assert state(page) == left
    assert ink(page) == pad


LONG = [[(0.5 + 0.3 * np.sin(t), 0.5 + 0.3 * np.cos(t / 1.6)) for t in range(700)]]


def test_a_drawing_too_long_for_a_link_is_said_to_be_and_a_reload_keeps_it(page, visit):
    open_tab(page, "Draw")
    draw(page, LONG, steps=1)
    settle(page)
    left, pad = state(page), ink(page)
    address = link(page)
    assert "too long for a link" in page.locator(".stage .status").inner_text()
    assert len(address) < 2000 and "drawing" not in parse_qs(address)
    page.reload()
    ready(page)
    assert state(page) == left
    assert ink(page) == pad
    # Somebody else gets its code.
    other = visit(address)
    assert latents(other) == left["z"]
    assert grey(other, "machine-x").max() == 0
    # And another link in the same tab is not mixed up with it.
    page.goto(page.url.split("?")[0] + "?model=mlp-2")
    ready(page)
    assert grey(page, "machine-x").max() == 0


@pytest.mark.parametrize("text", ["AgEBAQ", "A", "AQIA_-09AAAA", "AAAA"])
def test_a_drawing_that_is_none_is_said_and_breaks_nothing(visit, text):
    page = visit(f"?model=mlp-20&drawing={text}")
    assert "its drawing cannot be read" in page.locator(".stage .status").inner_text()
    page.get_by_label("put a ready 3 into the machine").click()
    settle(page)
    assert page.locator(".stage .bars").get_attribute("data-reads") == "3"


def test_a_link_to_a_gan_shows_the_drawing_and_its_own_z(page, visit):
    page.get_by_label("put a ready 3 into the machine").click()
    settle(page)
    choose(page, "gan")
    page.locator(".latent input[type=range]").first.press("ArrowRight")
    settle(page)
    z, x = latents(page), grey(page, "machine-x")
    other = visit(link(page))
    assert latents(other) == z
    assert (grey(other, "machine-x") == x).all()


def test_the_first_visit_begins_in_learn_and_the_choice_is_remembered(visit):
    page = visit()
    assert page.evaluate("document.body.classList.contains('learn')")
    assert page.get_by_test_id("stage").get_attribute("data-model") == "mlp-2"
    box, tools = (page.locator(one).bounding_box() for one in (".map .over", "#tools-column"))
    assert box["width"] > 0.6 * tools["width"]
    assert "squeeze a handwritten digit" in page.locator(".bar .what").inner_text()
    # A click into the map goes there.
    before = latents(page)
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
    settle(page)
    assert latents(page) != before
    page.get_by_test_id("depth").get_by_role("button", name="Lab").click()
    page.wait_for_selector(".stage[data-model='conv-16']")
    address = page.url.split("?")[0]
    page.goto(address)
    ready(page)
    assert page.get_by_test_id("stage").get_attribute("data-model") == "conv-16"
    assert page.get_by_role("tab").filter(visible=True).count() == 5
    page.get_by_test_id("depth").get_by_role("button", name="Learn").click()
    page.wait_for_selector(".stage[data-model='mlp-2']")
    page.goto(address)
    ready(page)
    assert page.get_by_test_id("stage").get_attribute("data-model") == "mlp-2"
    # A link says itself where it opens, and changes nothing for the next visit.
    page.goto(f"{address}?model=mlp-20")
    ready(page)
    assert page.get_by_test_id("stage").get_attribute("data-model") == "mlp-20"
    assert page.evaluate("document.body.classList.contains('learn')") is False
    page.goto(address)
    ready(page)
    assert page.evaluate("document.body.classList.contains('learn')")


def test_a_first_visit_works_where_storage_throws(visit):
    page = visit("", NO_STORAGE)
    page.get_by_test_id("depth").get_by_role("button", name="Lab").click()
    page.wait_for_selector(".stage[data-model='conv-16']")


def test_back_leaves_lab_for_learn_and_forward_returns(visit):
    page = visit()
    page.get_by_role("button", name="random").click()
    page.wait_for_function("location.search.includes('depth=learn')")
    page.get_by_test_id("depth").get_by_role("button", name="Lab").click()
    page.wait_for_selector(".stage[data-model='conv-16']")
    page.wait_for_function("location.search.includes('depth=lab')")
    page.go_back()
    page.wait_for_selector("body.learn .stage[data-model='mlp-2']")
    page.go_forward()
    page.wait_for_selector("body:not(.learn) .stage[data-model='conv-16']")


def map_ink(page: Page) -> list[str]:
    """Both canvases of the map, when nothing is being decoded any more."""
    seen = None
    for _ in range(40):
        page.wait_for_timeout(250)
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


def test_what_compare_shows_comes_back(page, visit):
    page.mouse.click(5, 5)
    open_tab(page, "Compare")
    page.locator("[data-page=learning]").click()
    page.wait_for_selector(".chosen button")
    page.locator(".chosen").get_by_role("button", name="cvae", exact=True).click()
    page.locator(".chosen").get_by_role("button", name="mlp-2", exact=True).click()
    page.locator(".quantity").select_option("kl")
    page.locator(".curves .by").select_option("seconds")
    page.locator(".curves .of-training").uncheck()
    learning = page.locator(".snapshots-of-training")
    learning.scroll_into_view_if_needed()
    page.wait_for_selector(".column:not(.waiting)")
    names = learning.locator(".snapshots option").all_inner_texts()
    learning.locator(".snapshots").select_option(names[1])
    page.wait_for_function("location.search.includes('snapshots=')")
    learning.get_by_label("epoch to compare with").select_option(index=2)
    learning.get_by_role("button", name="one snapshot back").click()
    page.locator("[data-page=vae-and-gan]").click()
    slider = page.get_by_role("slider", name="seconds of training")
    slider.focus()
    slider.press("ArrowLeft")
    after = page.locator(".vae-and-gan h3").all_inner_texts()
    page.locator("[data-page=learning]").click()
    page.wait_for_timeout(800)
    shown = [page.locator(".plot").first.evaluate(INK), learning.locator("h3").all_inner_texts()]
    other = visit(link(page))
    other.wait_for_selector(".compare[data-shows=learning]")
    there = other.locator(".snapshots-of-training")
    there.scroll_into_view_if_needed()
    other.wait_for_selector(".column:not(.waiting)")
    other.wait_for_timeout(800)
    assert [
        other.locator(".plot").first.evaluate(INK),
        there.locator("h3").all_inner_texts(),
    ] == shown
    assert there.locator(".snapshots").input_value() == names[1]
    assert not other.locator(".curves .of-training").is_checked()
    pressed = lambda one: one.locator(".chosen [aria-pressed=true]").all_inner_texts()  # noqa: E731
    assert pressed(other) == pressed(page) and "cvae" in pressed(other)
    other.locator("[data-page=vae-and-gan]").click()
    assert other.locator(".vae-and-gan h3").all_inner_texts() == after


def test_names_that_compare_does_not_know_are_left_out(visit):
    query = "?model=mlp-2&tab=compare&compare=learning&curves=none-such&snapshots=no model,99,99"
    page = visit(query)
    page.wait_for_selector(".chosen button")
    assert page.locator(".chosen [aria-pressed=true]").count() == 0
    page.locator(".snapshots-of-training").scroll_into_view_if_needed()
    page.wait_for_selector(".column:not(.waiting)")


def test_which_samples_are_being_changed_and_their_readings_come_back(page, visit):
    page.mouse.click(5, 5)
    open_tab(page, "Sample")
    page.wait_for_selector(".sample-set[data-drawn]")
    page.locator(".sample .add").click()
    page.wait_for_selector(".sample-set:nth-of-type(2)[data-drawn]")
    page.locator(".sample .labels").click()
    page.get_by_label("dimension of the density plot").select_option("0")
    which = page.locator(".sample .which").inner_text()
    assert which.startswith("Samples 2")
    other = visit(link(page))
    other.wait_for_selector(".sample-set:nth-of-type(2)[data-drawn]")
    assert other.locator(".sample .which").inner_text() == which
    assert other.locator(".sample .labels").get_attribute("aria-pressed") == "false"
    assert other.get_by_label("dimension of the density plot").input_value() == "0"


def first_models(page: Page) -> list[str]:
    return page.locator(".models-table tbody tr td:first-child").all_inner_texts()


def test_the_sorting_of_tables_and_opened_exhibits_come_back(page, visit):
    page.mouse.click(5, 5)
    open_tab(page, "Compare")
    page.locator(".models-table th button", has_text="parameters").dblclick()
    counts = page.locator(".models-table tbody tr td:nth-child(3)").all_inner_texts()
    numbers = [int(text.replace(",", "")) for text in counts]
    assert numbers == sorted(numbers, reverse=True)
    page.locator("[data-page=claims]").click()
    page.locator(".claims").get_by_role("button", name="see it").nth(4).click()
    open_tab(page, "Sample")
    page.locator(".sample .evaluation > summary").click()
    page.locator(".evaluation").get_by_role("button", name="model", exact=True).click()
    figures = page.locator(".evaluation tbody").inner_text()
    other = visit(link(page))
    other.wait_for_selector(".evaluation[open] tbody tr")
    assert other.locator(".evaluation tbody").inner_text() == figures
    open_tab(other, "Compare")
    other.wait_for_selector(".claims .exhibit", state="attached")
    assert first_models(other) == first_models(page)
    other.locator("[data-page=claims]").click()
    opened = other.locator(".claims [aria-expanded]").evaluate_all(
        "all => all.map((button) => button.ariaExpanded)"
    )
    assert [i for i, one in enumerate(opened) if one == "true"] == [4]


def test_a_reload_keeps_the_steps_that_can_be_undone_and_done_again(visit):
    page = visit(LAB)
    wake(page)
    places = [latents(page)]
    for digit in (3, 7, 1):
        page.get_by_label(f"digit class {digit}").click()
        settle(page)
        places.append(latents(page))
    page.get_by_role("button", name="undo").click()
    settle(page)
    page.wait_for_timeout(600)
    page.reload()
    ready(page)
    assert latents(page) == places[2]
    undo, redo = (page.get_by_role("button", name=name) for name in ("undo", "redo"))
    for button, place in ((redo, 3), (undo, 2), (undo, 1), (undo, 0)):
        button.click()
        settle(page)
        assert latents(page) == places[place]
    assert undo.is_disabled()


def test_a_link_has_no_steps_to_undo(visit):
    page = visit("?model=mlp-2&z=0.5,-1")
    assert page.get_by_role("button", name="undo").is_disabled()
    assert page.get_by_role("button", name="redo").is_disabled()


@pytest.mark.parametrize("kept", ["[]", "null", '{"conv-16": {"past": [{"z": [1], "y": 0}, 3]}}'])
def test_steps_that_are_none_are_left_out(visit, kept):
    page = visit(LAB)
    page.get_by_label("digit class 3").click()
    settle(page)
    page.wait_for_timeout(600)
    page.add_init_script(
        "sessionStorage.setItem('vae-explorer.steps',"
        f'`{{"address": ${{JSON.stringify(location.search)}}, "value": {kept}}}`)'
    )
    page.reload()
    ready(page)
    assert page.get_by_role("button", name="undo").is_disabled()
