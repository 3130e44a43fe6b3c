"""A real Chromium, for the page's modules and for the whole page."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import LAB
from file_server import WebRoot
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# As all that waits has it.
expect.set_options(timeout=30_000)

# The shell draws no window of its own around a page, which halves the work of opening one.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser that lives as long as the test session."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"no browser: install one of {', '.join(NAMES)}, or set CHROMIUM to its path"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        _count_what_pends(browser)
        yield browser
        browser.close()


def _count_what_pends(browser: Browser) -> None:
    """Lets every page of a browser say when it rests, for `driving.settle`."""
    open_context = browser.new_context

    def new_context(**options) -> BrowserContext:
        context = open_context(**options)
        context.add_init_script(path=Path(__file__).with_name("rest.js"))
        return context

    def new_page(**options) -> Page:
        context = new_context(**options)
        page = context.new_page()
        page.close = context.close
        return page

    browser.new_context, browser.new_page = new_context, new_page


@pytest.fixture(scope="session")
def engine(chromium: Browser, web_root: WebRoot) -> Iterator[Page]:
    """An empty page of `web_root`, in which scripts can import the page's modules from /web/."""
    page = chromium.new_page()
    page.goto(web_root.url)
    yield page
    page.close()


@pytest.fixture
def page(chromium: Browser, app_url: str) -> Iterator[Page]:
    """The running app in Lab, ready, in a fresh page; `requested` lists the addresses it asked for.

    A test in which the page throws an error fails.
    """
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    errors = []
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(app_url + LAB)
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.wait_for_selector("#explore [data-mounted]")
    # What is fetched last by itself is the classifier.
    page.wait_for_selector(".bars[data-reads]")
    yield page
    page.close()
    assert errors == []
