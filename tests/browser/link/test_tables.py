"""A link brings back what Compare and Sample show."""

from driving import open_tab, rest
from playwright.sync_api import Page
from visiting import INK, link


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
    rest(page)
    shown = [page.locator(".plot").first.evaluate(INK), learning.locator("h3").all_inner_texts()]
    other = visit(link(page))
    other.wait_for_selector(".compare[data-shows=learning]")
    there = other.locator(".snapshots-of-training")
    there.scroll_into_view_if_needed()
    other.wait_for_selector(".column:not(.waiting)")
    rest(other)
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
    other.wait_for_selector(".models-table tbody tr", state="attached")
    other.wait_for_selector(".claims .exhibit", state="attached")
    assert first_models(other) == first_models(page)
    other.locator("[data-page=claims]").click()
    opened = other.locator(".claims [aria-expanded]").evaluate_all(
        "all => all.map((button) => button.ariaExpanded)"
    )
    assert [i for i, one in enumerate(opened) if one == "true"] == [4]
