"""Other people's visits."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from visiting import ready


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
