"""Explore in the running app: sliders, undo, paths, links and files, with real pointer events."""

import io
import json
import re

import numpy as np
import pytest
import torch
from driving import (
    DEFAULT,
    choose,
    decoded,
    grey,
    latents,
    map_point,
    rest,
    saved,
    settle,
    wake,
)
from PIL import Image, ImageSequence

import vae
from vae import checkpoints, files
from vae.sampling.mixture import Mixture


def test_strips_come_though_the_digit_sways_until_the_first_touch(page):
    inked = """() => [...document.querySelectorAll(".sliders canvas")].slice(0, 5).every((canvas) =>
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(
        (value, i) => i % 4 === 0 && value > 128))"""
    page.wait_for_function(inked)
    moves(page)


def moves(page) -> None:
    """Waits until z is another than now."""
    sliders = "[...document.querySelectorAll('.latent [type=range]')].map(one => one.value).join()"
    page.wait_for_function(f"before => {sliders} !== before", arg=page.evaluate(sliders))


def test_undo_and_redo_go_back_and_forth_between_rests(page):
    wake(page)
    begin = latents(page)
    undo, redo = (page.locator(f".explore .{name}") for name in ("undo", "redo"))
    assert undo.is_disabled()
    slider = page.locator(".active [type=range]").first
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 10, steps=10)
    page.mouse.up()
    rest(page)
    dragged = latents(page)
    page.get_by_label("digit class 3").click()
    rest(page)
    three = latents(page)
    undo.click()
    settle(page)
    assert latents(page) == dragged
    page.keyboard.press("Control+z")
    settle(page)
    assert latents(page) == begin
    assert undo.is_disabled()
    redo.click()
    redo.click()
    settle(page)
    assert latents(page) == three
    assert redo.is_disabled()


def test_home_end_and_a_double_click(page):
    wake(page)
    slider = page.locator(".active [type=range]").first
    slider.focus()
    page.keyboard.press("End")
    assert slider.input_value() == slider.get_attribute("max")
    page.keyboard.press("Home")
    assert slider.input_value() == slider.get_attribute("min")
    slider.dblclick()
    settle(page)
    index = int(slider.get_attribute("aria-label").split()[1])
    mean = checkpoints.load_statistics(DEFAULT)["mean"][index].item()
    assert float(slider.input_value()) == pytest.approx(mean, abs=1e-3)


def test_a_strip_shows_what_its_slider_leads_to(page):
    choose(page, "mlp-20")
    page.get_by_label("digit class 8").click()
    rest(page)
    strip, slider = page.locator(".strip").first, page.locator(".active [type=range]").first
    shown = strip.evaluate(
        """canvas => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [...data].filter((_, i) => i % 4 === 0);
        }"""
    )
    shown = np.array(shown).reshape(28, -1)
    count = shown.shape[1] // 28
    z, index = latents(page), int(slider.get_attribute("aria-label").split()[1])
    low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
    for n in (0, count - 1):
        z[index] = low + (n + 0.5) / count * (high - low)
        assert np.abs(shown[:, 28 * n : 28 * n + 28] - decoded("mlp-20", z)).max() <= 1


@pytest.mark.parametrize("source", ["prior", "aggregate", "5"])
def test_random_from_the_prior_the_aggregate_posterior_and_a_class(page, source):
    choose(page, "mlp-20")
    wake(page)
    page.get_by_label("where random comes from").select_option(source)
    seen = set()
    for _ in range(3):
        page.get_by_role("button", name="random", exact=True).click()
        settle(page)
        seen.add(tuple(latents(page)))
    assert len(seen) == 3


def test_what_is_said_of_the_digit_is_what_torch_says(page):
    choose(page, "mlp-20")
    page.get_by_label("digit class 4").click()
    settle(page)
    z = torch.tensor([latents(page)])
    model = vae.load("mlp-20")
    assert page.get_by_test_id("bars").get_attribute("data-reads") == "4"
    number = lambda name: float(page.locator(name).inner_text().replace("\u2212", "-"))  # noqa: E731
    assert number(".log-prior") == pytest.approx(model.prior.log_prob(z).sum().item(), abs=0.06)
    assert number(".norm") == pytest.approx(z.norm().item(), abs=0.006)
    stored = checkpoints.load_statistics("mlp-20")
    mixture = Mixture(*(stored[f"mixture.{key}"] for key in ("weight", "mean", "covariance")))
    log_q = mixture.log_terms(z).logsumexp(1).item()
    assert number(".log-aggregate") == pytest.approx(log_q, abs=0.06)


def pin_two(page) -> tuple[list[float], list[float]]:
    page.get_by_label("digit class 1").click()
    settle(page)
    a = latents(page)
    page.get_by_role("button", name="pin A").click()
    page.get_by_label("digit class 8").click()
    settle(page)
    page.get_by_role("button", name="pin B").click()
    page.wait_for_selector(".journey:not([hidden])")
    return a, latents(page)


def test_a_path_between_pins(page):
    choose(page, "mlp-20")
    a, b = pin_two(page)
    way = page.get_by_role("slider", name="the way from A to B")
    for t, expected in ((0, a), (1, b), (0.5, (np.array(a) + b) / 2)):
        way.fill(str(t))
        settle(page)
        np.testing.assert_allclose(latents(page), expected, atol=2e-3)
    page.get_by_label("kind of path").select_option("spherical")
    way.fill("0.25")
    settle(page)
    norms = [np.linalg.norm(z) for z in (a, b, latents(page))]
    assert norms[2] == pytest.approx(0.75 * norms[0] + 0.25 * norms[1], abs=5e-3)


def test_play_and_roam_move_until_somebody_takes_over(page):
    choose(page, "mlp-20")
    pin_two(page)
    for name in ("play", "roam"):
        button = page.get_by_role("button", name=name, exact=True)
        button.click()
        moves(page)
        assert button.get_attribute("aria-pressed") == "true"
        page.locator("h1").click()
        settle(page)
        still = latents(page)
        page.wait_for_timeout(300)
        assert latents(page) == still
        assert button.get_attribute("aria-pressed") == "false"


def test_files_to_take_away(page):
    choose(page, "mlp-20")
    pin_two(page)
    z = latents(page)
    stage = page.locator(".take-away")
    content = json.loads(saved(page, stage.get_by_role("button", name="JSON")))
    path = checkpoints.WEIGHTS / "mlp-20.safetensors"
    assert content == {"model": "mlp-20", "hash": files.file_hash(path), "z": z}
    with np.load(io.BytesIO(saved(page, stage.get_by_role("button", name="NPZ")))) as file:
        np.testing.assert_allclose(file["z"], [z], atol=1e-6)
        assert str(file["hash"]) == content["hash"]
        np.testing.assert_allclose(255 * file["picture"][0], decoded("mlp-20", z), atol=1)
    with Image.open(io.BytesIO(saved(page, stage.get_by_role("button", name="PNG")))) as picture:
        small = np.asarray(picture.convert("L"))[5::10, 5::10]
    assert np.array_equal(small, grey(page, "digit"))

    path = page.locator(".journey")
    with Image.open(io.BytesIO(saved(page, path.get_by_role("button", name="PNG")))) as film:
        assert film.size == (11 * 280, 280)
    with Image.open(io.BytesIO(saved(page, path.get_by_role("button", name="GIF")))) as gif:
        last = [frame.convert("L").copy() for frame in ImageSequence.Iterator(gif)][30]
    small = np.asarray(last, dtype=float)[2::5, 2::5]
    np.testing.assert_allclose(small, decoded("mlp-20", z), atol=4)


def test_a_link_restores_the_picture_to_the_pixel(page, app_url):
    choose(page, "mlp-20")
    wake(page)
    page.get_by_label("where random comes from").select_option("prior")
    page.get_by_role("button", name="random", exact=True).click()
    rest(page)
    picture, z, address = grey(page, "digit"), latents(page), page.url
    assert re.search(r"model=mlp-20&z=[-0-9.,]+", address)
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#explore [data-mounted]")
    settle(page)
    assert latents(page) == z
    assert np.array_equal(grey(page, "digit"), picture)


def test_a_broken_link_is_left_out_with_a_quiet_word(page, app_url):
    page.goto(f"{app_url}/?model=mlp-20&z=1,<b>2</b>&tab=draw&seed=<script>alert(1)</script>")
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    settle(page)
    said = page.locator(".stage .status").inner_text()
    assert "its z is not 20 numbers" in said and "its seed cannot be read" in said
    assert page.locator(".stage .status").inner_html().count("<") == 0
    assert page.get_by_test_id("stage").get_attribute("data-model") == "mlp-20"
    assert page.get_by_test_id("pad").is_visible()


def test_the_page_goes_on_without_its_server(page):
    wake(page)
    page.route("**/*", lambda route: route.abort())
    page.get_by_label("digit class 2").click()
    settle(page)
    assert np.abs(grey(page, "digit") - decoded(DEFAULT, latents(page))).max() <= 1
    page.get_by_label("model", exact=True).select_option("mlp-2")
    page.wait_for_selector(".status.failed")
    page.mouse.click(*map_point(page, 0.4, 0.4))
    settle(page)
    assert np.abs(grey(page, "digit") - decoded(DEFAULT, latents(page))).max() <= 1


def test_ctrl_z_in_a_field_is_the_fields(page):
    """Ctrl+Z in a field undoes typing there, not the last movement."""
    wake(page)
    page.get_by_label("digit class 9").click()
    rest(page)
    z = latents(page)
    value = page.locator(".active .value").first
    value.focus()
    page.keyboard.press("Control+z")
    settle(page)
    assert latents(page) == z
