"""The running app in a real browser, driven with real pointer events."""

import json

import numpy as np
import pytest
from driving import (
    DEFAULT,
    LAB,
    choose,
    decoded,
    grey,
    latents,
    open_tab,
    settle,
    wake,
)

import vae


def test_the_picture_is_what_torch_decodes_at_the_sliders(page):
    page.mouse.click(5, 5)
    settle(page)
    assert np.abs(grey(page, "digit") - decoded(DEFAULT, latents(page))).max() <= 1


def test_dragging_a_slider_moves_the_digit_without_a_request(page):
    slider = page.get_by_label("latent", exact=False).and_(page.locator(".active [type=range]"))
    box = slider.first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    settle(page)
    before = grey(page, "digit")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    for step in range(20):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.02 * step), y)
    page.mouse.up()
    settle(page)
    # The tabs that nobody has opened may be on their way.
    assert [url for url in requests if "/packed/" not in url] == []
    assert np.abs(grey(page, "digit") - before).max() > 30
    assert np.abs(grey(page, "digit") - decoded(DEFAULT, latents(page))).max() <= 1


def test_arrow_keys_move_one_latent(page):
    page.mouse.click(5, 5)
    settle(page)
    slider = page.locator(".active [type=range]").first
    slider.focus()
    before = latents(page)
    page.keyboard.press("ArrowRight")
    settle(page)
    changed = [
        i for i, pair in enumerate(zip(before, latents(page), strict=True)) if len({*pair}) > 1
    ]
    assert len(changed) == 1


@pytest.mark.parametrize("name", ["mlp-20", "mlp-2", "conv-beta", "beta-4-3"])
def test_every_kind_of_model_can_be_chosen(page, name):
    choose(page, name)
    page.get_by_label("digit class 3").click()
    settle(page)
    z = latents(page)
    assert len(z) == vae.load(name).config.latents
    assert np.abs(grey(page, "digit") - decoded(name, z)).max() <= 1


def test_sliders_are_ordered_by_kl_and_inactive_ones_folded_away(page):
    choose(page, "mlp-20")
    kl = [float(text.split()[0]) for text in page.locator(".active .kl b").all_inner_texts()]
    assert kl == sorted(kl, reverse=True)
    assert len(kl) == vae.load("mlp-20").record.figures["active_units"]
    folded = page.locator(".inactive [type=range]")
    assert folded.count() == 20 - len(kl)
    assert not folded.first.is_visible()


def test_of_very_many_active_latents_the_lesser_ones_are_folded_away_too(page):
    choose(page, "mlp-100-noisy")
    active = vae.load("mlp-100-noisy").record.figures["active_units"]
    sliders, further = page.locator(".active [type=range]"), page.locator(".further")
    assert sliders.count() == active
    shown = [slider.is_visible() for slider in sliders.all()]
    assert shown == [True] * 24 + [False] * (active - 24)
    assert further.locator("summary").inner_text() == f"{active - 24} more active latents"
    further.locator("summary").click()
    assert sliders.last.is_visible()
    settle(page)
    sliders.last.fill("1")
    settle(page)
    assert np.abs(grey(page, "digit") - decoded("mlp-100-noisy", latents(page))).max() <= 1


def test_a_typed_value_reaches_the_slider_and_nonsense_does_not(page):
    value = page.locator(".active .value").first
    wake(page)
    value.fill("1.25")
    value.press("Enter")
    settle(page)
    slider = page.locator(".active [type=range]").first
    assert slider.input_value() == "1.25"
    value.fill("")
    value.press("Enter")
    assert slider.input_value() == "1.25"


def test_no_outside_host_is_asked(page, app_url):
    for tab in ("Explore", "Draw", "Sample", "Compare"):
        open_tab(page, tab)
    settle(page)
    local = (app_url, "data:", "blob:")
    assert [url for url in page.requested if not url.startswith(local)] == []


def test_a_failing_checkpoint_leaves_the_previous_model_working(page):
    page.route("**/weights/mlp-2.safetensors*", lambda route: route.fulfill(body=b"broken"))
    page.get_by_label("model", exact=True).select_option("mlp-2")
    page.wait_for_selector(".status.failed")
    assert "mlp-2.safetensors" in page.locator(".status").inner_text()
    page.get_by_label("digit class 7").click()
    settle(page)
    assert np.abs(grey(page, "digit") - decoded(DEFAULT, latents(page))).max() <= 1


def test_a_part_that_fails_leaves_the_others_working(chromium, app_url):
    page = chromium.new_page()
    page.route("**/packed/*/sample/sample.js", lambda route: route.abort())
    page.goto(app_url + LAB)
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.mouse.click(5, 5)
    before = latents(page)
    page.locator(".latent input[type=range]").first.press("ArrowRight")
    settle(page)
    assert latents(page) != before
    page.get_by_role("tab", name="Sample").click()
    page.locator("#sample").get_by_text("could not be loaded").wait_for()
    assert page.locator("#sample .part").is_hidden()
    page.close()


@pytest.mark.parametrize("viewport", [(1440, 900), (1280, 720), (390, 844)])
def test_nothing_scrolls_sideways(page, viewport):
    page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
    for tab in ("Explore", "Draw", "Sample", "Compare"):
        open_tab(page, tab)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], tab


def test_every_control_has_a_name(page):
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(
            "#header :is(button, input, select), #instrument :is(input, select, canvas)")]
          .filter((e) => e.ariaHidden !== "true" && !e.ariaLabel)
          .filter((e) => !e.labels?.length && !e.textContent.trim())
          .map((e) => e.outerHTML)"""
    )
    assert json.dumps(nameless) == "[]"


COUNTED = """const frame = window.requestAnimationFrame;
window.asked = 0;
window.requestAnimationFrame = (act) => {
  window.asked += 1;
  return frame(act);
};"""

NO_MORE = """() => new Promise((done) => {
  const before = window.asked;
  setTimeout(() => done(before > 10 && window.asked === before), 500);
})"""


def test_a_page_at_rest_asks_for_no_frames(chromium, app_url):
    page = chromium.new_page()
    page.add_init_script(COUNTED)
    page.goto(app_url + LAB)
    page.wait_for_selector("#explore [data-mounted]")
    page.wait_for_selector(".bars[data-reads]")
    wake(page)
    page.wait_for_function(NO_MORE, polling=100)
    page.close()
