"""The page at an address of the local network, which is no secure context for a browser."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from driving import LAB
from PIL import Image
from playwright.sync_api import Browser, Page

from vae.ui.network import host_for_others

READY = '[data-testid="stage"][data-ready="1"]'


@pytest.fixture(scope="module")
def port(serve_app) -> Iterator[int]:
    """Of an app that everybody in the network can open."""
    with serve_app("--host", "0.0.0.0") as url:
        yield urlsplit(url).port


@pytest.fixture(scope="module")
def own_host() -> str:
    if (host := host_for_others("0.0.0.0")) is None:
        pytest.skip("this machine has no address in a network")
    return host


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def test_its_address_is_copied_without_a_clipboard_to_write_to(opened, port, own_host):
    url = f"http://{own_host}:{port}/"
    opened.goto(url)
    opened.wait_for_selector(READY)
    assert opened.evaluate("isSecureContext || 'clipboard' in navigator") is False
    opened.locator(".link").click()
    opened.get_by_text("is in the clipboard").wait_for()
    assert pasted(opened) == opened.url
    assert opened.url.startswith(f"{url}?model=")


def test_from_this_machine_the_address_that_others_can_open_is_copied(opened, port, own_host):
    opened.goto(f"http://localhost:{port}/")
    opened.wait_for_selector(READY)
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.locator(".link").click()
    opened.get_by_text("is in the clipboard").wait_for()
    assert pasted(opened).startswith(f"http://{own_host}:{port}/?model=")


def pasted(page: Page) -> str:
    """What Ctrl+V puts into a text field."""
    page.evaluate("document.body.append(document.createElement('textarea'))")
    area = page.locator("body > textarea")
    area.focus()
    page.keyboard.press("Control+V")
    return area.input_value()


def test_pictures_are_saved(opened, port, own_host):
    opened.goto(f"http://{own_host}:{port}/{LAB}")
    opened.wait_for_selector(READY)
    opened.mouse.click(5, 5)
    with opened.expect_download() as saving:
        opened.locator("[data-save=png]").click()
    assert Image.open(saving.value.path()).format == "PNG"


def test_the_camera_is_the_one_of_the_system_which_asks_for_no_secure_page(opened, port, own_host):
    opened.goto(f"http://{own_host}:{port}/?tab=draw")
    opened.wait_for_selector("#draw [data-mounted], #draw[data-mounted]")
    assert opened.locator("#draw input[type=file][capture]").count() == 1
