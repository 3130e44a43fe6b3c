"""What a browser that is too old is told, and one that is none of Chromium's kind relies on."""

import pytest
from playwright.sync_api import Page

from vae.ui.page import BROWSERS


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("Array.prototype.with", "delete Array.prototype.with"),
        ("OffscreenCanvas", "delete window.OffscreenCanvas"),
    ],
)
def test_an_old_browser_is_told_what_it_lacks_and_which_will_do(chromium, app_url, name, taken):
    page = chromium.new_page()
    page.add_init_script(taken)
    page.goto(app_url)
    page.wait_for_selector(".stage .status.failed")
    said = page.locator(".stage .status").inner_text()
    page.close()
    assert said == f"This browser lacks {name}. The page needs {BROWSERS}."


def test_code_that_does_not_come_is_said_not_to_have_come(chromium, app_url):
    page = chromium.new_page()
    page.route("**/page.js*", lambda route: route.abort())
    page.goto(app_url)
    page.locator(".stage .status.failed").wait_for()
    assert BROWSERS in page.locator(".stage .status").inner_text()
    page.close()


def test_work_runs_once_a_frame_though_the_clock_ticks_between_frames(engine):
    """As WebKit's document.timeline.currentTime does."""
    worked, frames = engine.evaluate(
        """async () => {
          const {paced} = await import("/web/canvas/schedule.js");
          Object.defineProperty(document.timeline, "currentTime",
            {get: () => performance.now(), configurable: true});
          let [worked, frames] = [0, 0];
          const request = paced(() => (worked += 1));
          let over = false;
          requestAnimationFrame(function count() {
            frames += 1;
            if (!over) requestAnimationFrame(count);
          });
          for (let i = 0; i < 400; i++) {
            request();
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          over = true;
          delete document.timeline.currentTime;
          return [worked, frames];
        }"""
    )
    assert frames > 3
    # A busy machine makes frames in which nobody asked.
    assert 3 < worked <= frames + 2


def test_fields_and_canvases_suit_a_phone_and_a_dark_page(page: Page):
    page.locator("[data-switch=dark]").click()
    style = "(selector) => {{ return getComputedStyle(document.querySelector(selector)){} }}"
    assert page.evaluate(style.format(".colorScheme"), ".latent .value") == "dark"
    assert page.evaluate(style.format(".userSelect"), ".explore .over") == "none"
    assert page.evaluate(style.format(".userSelect"), ".stage .digit") == "none"
