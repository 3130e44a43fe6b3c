"""A first visit, the choice that is remembered, and the ways back and forward."""

from driving import latents, settle
from visiting import NO_STORAGE, ready


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


def test_a_theme_that_was_chosen_holds_against_the_systems(chromium, app_url):
    page = chromium.new_page(color_scheme="dark")
    page.goto(f"{app_url}?model=mlp-2&theme=light")
    ready(page)
    assert page.evaluate("document.body.classList.contains('dark')") is False
    assert page.locator("[data-switch=dark]").get_attribute("aria-pressed") == "false"
    page.close()
