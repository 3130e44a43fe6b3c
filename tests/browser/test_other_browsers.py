"""The page in Firefox and in WebKitGTK: it loads, a drag, a drawing, samples, training, a file."""

import os

import pytest
from webdriver import BROWSERS, Driven, lacking

TABS = ("explore", "draw", "sample", "train", "compare")


def ink(selector: str) -> str:
    """How much light there is on a canvas, as an expression."""
    return f"""(canvas => {{
      const {{data}} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, i) => sum + (i % 4 ? 0 : value), 0);
    }})(document.querySelector({selector!r}))"""


@pytest.fixture(params=BROWSERS)
def driven(request: pytest.FixtureRequest, tmp_path) -> Driven:
    if missing := lacking(request.param):
        reason = f"{request.param} needs {', '.join(missing)}: CONTRIBUTING.md says which packages"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(reason)
    with BROWSERS[request.param][1](tmp_path) as browser:
        yield browser


# WebKit calls it an error when a size changes while others are told of sizes: it tells them later.
ERRORS = """(window.errors = [],
  addEventListener("error", (event) => errors.push(event.message)),
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason))), 1)"""
FAILED = """[...document.querySelectorAll(".failed")].filter((one) => one.offsetParent)
  .map((one) => one.textContent)"""


def test_every_tab_works(driven, app_url):
    driven.open(f"{app_url}/?model=mlp-20")
    driven.run(ERRORS)
    driven.wait("document.querySelector('.stage[data-ready=\"1\"]') && 1")
    driven.wait("document.querySelector('#explore [data-mounted]') && 1")
    drag_a_slider(driven)
    save_a_picture(driven)
    for tab in TABS:
        title = "[...document.querySelectorAll('#tools-column [role=tab]')].find((one) => one"
        driven.run(f"{title}.textContent.trim().toLowerCase() === '{tab}').click()")
        driven.wait(f"document.querySelector('#{tab} [data-mounted]')?.offsetHeight > 100")
        if tab == "draw":
            driven.drag("[data-testid=pad]", 0.2, 0.8)
            driven.wait(f"{ink('[data-testid=reconstruction]')} > 1000")
        if tab == "sample":
            driven.wait("document.querySelector('.sample-set[data-drawn]') && 1")
    assert [error for error in driven.run("errors") if "ResizeObserver" not in error] == []
    assert driven.run(FAILED) == []


def drag_a_slider(driven: Driven) -> None:
    """The latent and the digit follow the mouse."""
    slider = ".explore .latent [type=range]"
    value = f"document.querySelector({slider!r}).valueAsNumber"
    driven.drag(slider, 0.5, 0.2)
    before = driven.run(value)
    picture = driven.wait(ink(".stage .digit"))
    driven.drag(slider, 0.2, 0.9)
    driven.wait(f"{value} > {before}")
    driven.wait(f"{ink('.stage .digit')} !== {picture}")


def save_a_picture(driven: Driven) -> None:
    """As far as the browser itself, which would ask where to."""
    driven.run("(URL.createObjectURL = (blob) => { window.saved = blob.type; return '#'; }, 1)")
    driven.click("[data-save=png]")
    driven.wait("window.saved === 'image/png'")
