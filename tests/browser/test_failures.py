"""What does not come from the server is said, and comes when it is asked for again."""

import pytest
from driving import LAB, choose, open_tab

from vae.ui.page import BROWSERS

READY = ".stage[data-ready='1']"


@pytest.fixture
def cut(chromium, app_url):
    """Opens the page while what `pattern` matches does not come; `page.mend()` lets it come."""
    pages = []

    def open_page(pattern: str, query: str = LAB, **answer):
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        pages.append(page)
        fail = (lambda route: route.fulfill(**answer)) if answer else lambda route: route.abort()
        page.route(pattern, fail)
        page.mend = lambda: page.unroute(pattern)
        page.fail = lambda where: page.route(where, fail)
        page.goto(app_url + query)
        return page

    yield open_page
    for page in pages:
        page.close()


def status(page) -> str:
    page.wait_for_selector(".stage .status")
    page.wait_for_function("!document.querySelector('.status').textContent.includes('Loading')")
    return page.locator(".status").first.inner_text()


@pytest.mark.parametrize(
    "answer", [{}, {"body": "old ?. browser", "content_type": "text/javascript"}]
)
def test_without_its_code_the_page_says_so_and_what_it_needs(cut, answer):
    page = cut("**/packed/*/page.js", **answer)
    said = status(page)
    assert "could not be fetched or run" in said
    assert "Reload the page" in said
    assert BROWSERS in said


@pytest.mark.parametrize("tab", ["Explore", "Draw", "Sample", "Train", "Compare"])
def test_a_tab_is_tried_again(cut, tab):
    page = cut(f"**/packed/*/{tab.lower()}/{tab.lower()}.js")
    page.wait_for_selector(READY)
    page.get_by_role("tab", name=tab).click()
    place = page.locator(f"#{tab.lower()}")
    place.get_by_text("could not be loaded").wait_for()
    page.mend()
    place.get_by_role("button", name="Try again").click()
    page.wait_for_selector(f"#{tab.lower()} [data-mounted]")
    assert place.get_by_role("alert").filter(has_text="could not be loaded").count() == 0


@pytest.mark.parametrize("answer", [{}, {"status": 500, "body": "no"}])
def test_a_model_that_does_not_come_is_tried_again(cut, answer):
    page = cut("**/weights/conv-16.safetensors*", "?model=conv-16", **answer)
    said = status(page)
    assert "conv-16.safetensors" in said
    assert "try again" in said
    choose(page, "mlp-2")
    page.wait_for_selector(READY)
    page.mend()
    choose(page, "conv-16")
    page.wait_for_selector(READY)


def test_an_encoder_that_does_not_come_is_tried_again(cut):
    page = cut("**/nothing")
    page.wait_for_selector(READY)
    page.fail("**/weights/*.safetensors*")
    page.get_by_label("put a ready 3 into the machine").click()
    page.wait_for_selector(".status.failed")
    assert "try again" in page.locator(".status").inner_text()
    page.unroute("**/weights/*.safetensors*")
    page.get_by_label("put a ready 7 into the machine").click()
    page.wait_for_function("document.querySelector('.total').textContent > '0'")


def test_a_classifier_that_does_not_come_is_said_where_it_reads(cut):
    page = cut("**/weights/classifier.safetensors*")
    page.wait_for_selector(READY)
    page.get_by_text("Nothing reads the digits").wait_for()
    page.mend()
    choose(page, "mlp-2")
    page.wait_for_selector(".bars[data-reads]")
    assert page.get_by_text("Nothing reads the digits").is_hidden()


def test_a_term_that_does_not_come_is_tried_again(cut):
    page = cut("**/packed/*/machine/terms.js")
    page.wait_for_selector(READY)
    word = page.locator(".stage [data-term=elbo]")
    word.click()
    page.get_by_text("could not be fetched").wait_for()
    page.mend()
    word.click()
    word.click()
    page.wait_for_function(
        "!document.querySelector('[data-testid=glossary]').textContent.includes('fetched')"
    )
    assert page.get_by_test_id("glossary").is_visible()


@pytest.mark.parametrize(
    ("file", "room"),
    [
        ("evaluation", "models"),
        ("vae-against-gan", "vae-and-gan"),
        ("findings", "claims"),
    ],
)
def test_a_page_of_compare_is_tried_again(cut, file, room):
    page = cut(f"**/weights/{file}.json*")
    page.wait_for_selector(READY)
    open_tab(page, "Compare")
    page.locator(f"[data-page={room}]").click()
    place = page.locator(f".compare > [data-of={room}]")
    place.get_by_text("cannot be fetched").wait_for()
    page.mend()
    place.get_by_role("button", name="Try again").click()
    place.locator("tbody tr").first.wait_for()
    assert place.get_by_text("cannot be fetched").count() == 0


def test_an_exhibit_is_tried_again(cut):
    page = cut("**/weights/exhibits.json*")
    page.wait_for_selector(READY)
    open_tab(page, "Compare")
    page.locator("[data-page=claims]").click()
    opener = page.get_by_role("button", name="see it").first
    opener.click()
    page.get_by_text("exhibits.json cannot be fetched").wait_for()
    page.mend()
    opener.click()
    opener.click()
    page.locator(".exhibit figure").first.wait_for()


def test_a_script_that_does_not_come_is_tried_again(cut):
    page = cut("**/packed/*/train/script.js")
    page.wait_for_selector(READY)
    open_tab(page, "Train")
    page.wait_for_selector('[data-testid="train-test-loss"][data-value], .train .state.failed')
    page.get_by_role("button", name="As PyTorch").click()
    page.locator(".train .state.failed").wait_for()
    assert "try again" in page.locator(".train .state").inner_text()
    page.mend()
    page.get_by_role("button", name="As PyTorch").click()
    page.locator(".train .script").wait_for()
