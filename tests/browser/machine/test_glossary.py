"""A dotted word opens its sentence: by pointer, by key and by touch; every dotted word has one."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[3] / "vae" / "ui" / "web"


def test_every_dotted_word_has_a_sentence_and_every_sentence_is_one():
    source = (WEB / "machine" / "terms.js").read_text(encoding="utf-8")
    terms = dict(re.findall(r'^  (\w+): \["[^"]+", "([^"]+)"\]', source, re.MULTILINE))
    assert len(terms) >= 25
    for sentence in terms.values():
        assert sentence.endswith(".") and ". " not in sentence
    used = set()
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.js")]:
        used |= set(re.findall(r'data-term="(\w+)"', path.read_text(encoding="utf-8")))
    assert used and used <= terms.keys()


def test_a_click_opens_it_and_another_closes_it(page):
    note = page.get_by_test_id("glossary")
    assert not note.is_visible()
    page.locator("[data-term=kl]").click()
    note.wait_for()
    assert note.inner_text().startswith("KL(q")
    inside = note.bounding_box()
    assert inside["x"] >= 0 and inside["y"] >= 0
    assert inside["y"] + inside["height"] <= page.viewport_size["height"]
    page.locator("[data-term=elbo]").click()
    page.wait_for_function("document.querySelector('.glossary').textContent.startsWith('ELBO')")
    page.mouse.click(700, 30)
    assert not note.is_visible()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_opens_it_and_escape_closes_it(page, key):
    word = page.locator("[data-term=posterior]")
    word.focus()
    page.keyboard.press(key)
    note = page.get_by_test_id("glossary")
    note.wait_for()
    assert word.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not note.is_visible()
    assert word.get_attribute("aria-expanded") == "false"
