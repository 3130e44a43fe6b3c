"""The running app in a real browser, driven with real pointer events."""

import io
import json

import numpy as np
import pytest
import torch
from driving import (
    DEFAULT,
    FOUR,
    LAB,
    choose,
    decoded,
    draw,
    grey,
    latents,
    open_tab,
    settle,
    wake,
)
from PIL import Image, ImageDraw

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


def test_a_drawing_is_reconstructed_as_torch_does(page):
    open_tab(page, "Draw")
    draw(page, FOUR)
    page.wait_for_function("document.querySelector('.losses').textContent !== ''")
    settle(page)  # The words come a little after the last movement.
    seen = grey(page, "input")
    assert seen.max() == 255
    rows, columns = np.nonzero(seen > 60)
    assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
    model = vae.load(DEFAULT)
    x = torch.tensor(seen / 255, dtype=torch.float32)[None, None]
    with torch.inference_mode():
        q = model.encode(x)
        # The stage's z lies on a grid; picture and figures are those of what is there.
        z = torch.tensor([latents(page)])
        p = model.decode(z)
        nats = -p.log_prob(x).item()
        kl = torch.distributions.kl_divergence(q, model.prior).sum().item()
    assert (z - q.mean).abs().max() < 1e-3
    assert np.abs(grey(page, "reconstruction") - 255 * p.mean[0, 0].numpy()).max() <= 1
    shown = page.locator(".losses").inner_text()
    assert f"reconstruction {nats:.1f} nats" in shown
    assert f"KL {kl:.1f} nats" in shown


def test_size_and_place_of_a_drawing_do_not_matter(page):
    open_tab(page, "Draw")
    draw(page, FOUR)
    settle(page)
    large = grey(page, "input")
    page.get_by_role("button", name="clear").click()
    draw(page, FOUR, scale=1 / 3, at=(0.62, 0.04))
    settle(page)
    assert np.abs(grey(page, "input") - large).mean() < 4


def test_undo_redo_and_leaving_the_pad(page):
    open_tab(page, "Draw")
    draw(page, [[(0.5, 0.5), (0.5, 1.4), (0.8, 0.5)]])
    page.mouse.move(300, 300, steps=5)
    settle(page)
    one = grey(page, "input")
    draw(page, [[(0.2, 0.2), (0.8, 0.2)]])
    settle(page)
    two = grey(page, "input")
    assert not np.array_equal(one, two)
    page.get_by_role("button", name="undo").click()
    settle(page)
    assert np.array_equal(grey(page, "input"), one)
    page.get_by_role("button", name="redo").click()
    settle(page)
    assert np.array_equal(grey(page, "input"), two)


def picture(kind: str = "PNG") -> bytes:
    image = Image.new("L", (300, 200), 235)
    ImageDraw.Draw(image).line([(150, 40), (150, 160)], fill=30, width=14)
    body = io.BytesIO()
    image.save(body, kind)
    return body.getvalue()


def test_an_uploaded_picture_is_read_and_a_bad_one_explained(page):
    open_tab(page, "Draw")
    chooser = page.get_by_label("upload a picture")
    chooser.set_input_files({"name": "one.png", "mimeType": "image/png", "buffer": picture()})
    page.wait_for_function("document.querySelector('.losses').textContent !== ''")
    settle(page)  # The words come a little after the last movement.
    seen = grey(page, "input")
    assert seen.max() > 200 and seen[14, :6].max() == 0
    chooser.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"not a picture"})
    page.wait_for_selector(".draw .message.failed")
    assert "picture" in page.locator(".draw .message").inner_text()
    assert np.array_equal(grey(page, "input"), seen)


def test_sampling_follows_the_distribution_and_the_seed(page):
    open_tab(page, "Sample")
    choose(page, "mlp-20")
    settle(page)
    first = grey(page, "samples")
    assert first.shape == (224, 224)
    page.get_by_role("button", name="Beta(4, 3)").click()
    settle(page)
    beta = grey(page, "samples")
    assert beta.std((0, 1)) > 0 and not np.array_equal(first, beta)
    page.get_by_label("seed").fill("7")
    settle(page)
    assert not np.array_equal(grey(page, "samples"), beta)
    page.get_by_label("seed").fill("0")
    settle(page)
    assert np.array_equal(grey(page, "samples"), beta)
    assert "mean 0.571" in page.locator(".moments").inner_text()


@pytest.mark.parametrize("typed", ["0", "-1", "1e9", ""])
def test_impossible_parameters_are_refused_at_the_control(page, typed):
    open_tab(page, "Sample")
    page.get_by_role("button", name="Beta(4, 3)").click()
    settle(page)
    before = grey(page, "samples")
    page.get_by_label("value of alpha").fill(typed)
    assert "alpha must be a number from 0.05 to 20" in page.locator(".sample .message").inner_text()
    assert np.array_equal(grey(page, "samples"), before)


def test_gaussian_1_2_says_how_the_two_is_read(page):
    open_tab(page, "Sample")
    page.get_by_role("button", name="Gaussian(1, 2)").click()
    assert "std 2.000" in page.locator(".moments").inner_text()
    page.get_by_role("button", name="the variance").click()
    assert "variance 2.000" in page.locator(".moments").inner_text()


def test_a_laplace_distribution_is_chosen_by_location_and_scale(page):
    open_tab(page, "Sample")
    choose(page, "laplace")
    page.get_by_role("button", name="Laplace(0, 1)").click()
    settle(page)
    assert "std 1.414" in page.locator(".moments").inner_text()
    assert "the prior that laplace was trained with" in page.locator(".advice").inner_text()
    before = grey(page, "samples")
    page.get_by_label("value of location").fill("1")
    page.get_by_label("value of scale").fill("2")
    settle(page)
    assert "mean 1.000 \u00b7 std 2.828" in page.locator(".moments").inner_text()
    assert not np.array_equal(grey(page, "samples"), before)


def test_a_sample_goes_to_the_stage(page):
    open_tab(page, "Sample")
    choose(page, "mlp-20")
    settle(page)
    canvas = page.get_by_test_id("samples")
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 2.5 / 8, box["y"] + box["height"] * 1.5 / 8)
    settle(page)
    clicked = grey(page, "samples")[28:56, 56:84]
    assert np.abs(grey(page, "digit") - clicked).max() <= 2


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
