"""The server is killed while a page comes and while it reads an upload: what to do is said, nothing
that a person made is lost, and all goes on when it is there again."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from driving import FOUR, draw, grey, latents, open_tab, settle
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Route
from processes import App, logged_app

READY = ".stage[data-ready='1']"
LONG = 120_000


@pytest.fixture
def app(tmp_path) -> Iterator[App]:
    with logged_app(tmp_path / "log") as app:
        yield app


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(LONG)
    yield page
    page.close()


def photo() -> dict[str, object]:
    picture = Image.new("L", (200, 220), 240)
    ImageDraw.Draw(picture).line([(110, 40), (110, 180)], fill=20, width=16)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": file.getvalue()}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("**/packed/*/page.js", "could not be fetched or run"),
        ("**/weights/*.safetensors*", ".safetensors"),
    ],
)
def test_the_first_page_says_what_to_do_and_comes_when_it_is_asked_for_again(
    asked, said, app, page
):
    held: list[Route] = []
    page.route(asked, lambda route: held.append(route))
    page.goto(f"{app.url}?model=mlp-2", wait_until="commit")
    # Without what Gradio itself needs nobody can say anything.
    page.wait_for_selector(".stage .status", state="attached")
    while not held:
        page.wait_for_timeout(50)
    app.kill()
    # Lets go on what was held.
    page.unroute(asked)
    failed = page.locator(".status.failed").first
    failed.wait_for()
    sentence = failed.inner_text()
    assert said in sentence
    assert "Reload the page" in sentence or "try again" in sentence
    app.start()
    page.reload()
    page.wait_for_selector(READY + "[data-model=mlp-2]")


def test_what_a_person_made_outlives_the_server(app, page):
    page.goto(f"{app.url}?model=mlp-2")
    page.wait_for_selector(READY)
    open_tab(page, "Draw")
    chooser = page.get_by_label("upload a picture")
    chooser.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.wait_for_selector(".draw .message.failed")
    draw(page, FOUR)
    settle(page)
    drawn = grey(page, "input")
    assert drawn.any()

    app.pause()
    with page.expect_request("**/prepare"):
        chooser.set_input_files(photo())
    app.kill()
    page.get_by_text("The server did not answer").wait_for()
    assert np.array_equal(grey(page, "input"), drawn)

    before = latents(page)
    open_tab(page, "Explore")
    page.get_by_role("button", name="random", exact=True).click()
    settle(page)
    made = latents(page)
    assert made != before

    app.start()
    page.reload()
    page.wait_for_selector(READY)
    page.wait_for_selector("#explore [data-mounted]")
    settle(page)
    assert latents(page) == pytest.approx(made, abs=1e-3)
    open_tab(page, "Draw")
    page.get_by_label("upload a picture").set_input_files(photo())
    page.wait_for_selector(".draw.with-photo")
