"""The machine: one truth from x to p(x|z), driven with real pointer events, against torch."""

import re

import numpy as np
import pytest
import torch
from driving import FOUR, choose, draw, grey, latents, open_tab, settle
from torch.distributions import kl_divergence

import vae

ORIGIN = ".machine .origin"


def numbers(page) -> list[float]:
    """KL, reconstruction and total, as they are shown."""
    text = page.get_by_test_id("elbo").inner_text().replace("\u2212", "-")
    return [float(value) for value in re.findall(r"-?\d+\.\d", text)]


def shows(page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('.machine .origin').textContent.includes(words)",
        arg=words,
    )


def take(page, digit: int) -> None:
    page.get_by_label(f"put a ready {digit} into the machine").click()
    shows(page, "read from q(z|x)")
    settle(page)


@pytest.mark.parametrize("name", ["mlp-20", "beta-4-3"])
def test_a_ready_digit_is_encoded_and_its_code_is_on_the_stage(page, name):
    choose(page, name)
    take(page, 4)
    x = torch.tensor(grey(page, "machine-x") / 255, dtype=torch.float32)[None, None]
    model = vae.load(name)
    with torch.inference_mode():
        q = model.encode(x)
        p = model.decode(q.mean)
        kl = kl_divergence(q, model.prior).sum().item()
        reconstruction = -p.log_prob(x).item()
    np.testing.assert_allclose(latents(page), q.mean[0], atol=2e-2)  # x is shown in 256 greys
    np.testing.assert_allclose(grey(page, "digit"), 255 * p.mean[0, 0], atol=3)
    np.testing.assert_allclose(numbers(page), [kl, reconstruction, kl + reconstruction], atol=0.6)
    assert page.locator(".stage .bars").get_attribute("data-reads") == "4"


def test_a_click_without_a_pointer_puts_a_digit_there_while_z_still_sways(page):
    # As a screen reader clicks.
    page.get_by_label("put a ready 3 into the machine").evaluate("button => button.click()")
    page.wait_for_function("document.querySelector('.stage .bars').dataset.reads === '3'")
    settle(page)
    x = torch.tensor(grey(page, "machine-x") / 255, dtype=torch.float32)[None, None]
    code = vae.load("conv-16").encode(x).mean[0].detach()
    np.testing.assert_allclose(latents(page), code, atol=2e-2)


@pytest.mark.parametrize("digit", range(10))
def test_every_ready_digit_is_read_as_what_it_is(page, digit):
    take(page, digit)
    page.wait_for_function(f"document.querySelector('.stage .bars').dataset.reads === '{digit}'")


def test_a_longer_bar_is_a_larger_cost_and_one_too_long_is_broken(page):
    def bars() -> tuple[float, bool]:
        return tuple(
            page.get_by_test_id("elbo").evaluate(
                """root => {
                  const ends = [...root.querySelectorAll("i")].map((bar) => bar.offsetWidth);
                  const track = root.querySelector(".track").clientWidth;
                  return [(ends[0] + ends[1]) / track, root.classList.contains("broken")];
                }"""
            )
        )

    take(page, 3)
    settle(page)
    slider = page.locator(".active [type=range]").first
    share, broken = bars()
    assert share == pytest.approx(numbers(page)[-1] / 300, abs=0.02)
    assert not broken
    for _ in range(8):
        slider.press("Shift+ArrowRight")
        settle(page)
        if numbers(page)[-1] > 300:
            break
        assert bars()[0] == pytest.approx(numbers(page)[-1] / 300, abs=0.02)
    assert bars()[1] == (numbers(page)[-1] > 300)


def test_a_slider_leaves_q_and_one_click_goes_back(page):
    take(page, 3)
    code, total = latents(page), numbers(page)[-1]
    slider = page.locator(".active [type=range]").first
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    shows(page, "moved away from q(z|x)")
    settle(page)
    assert "no bound" in page.get_by_test_id("elbo").inner_text()
    assert numbers(page)[-1] > total
    page.get_by_role("button", name="back to q(z|x)").click()
    shows(page, "read from q(z|x)")
    settle(page)
    assert latents(page) == pytest.approx(code, abs=1e-3)
    assert not page.get_by_role("button", name="back to q(z|x)").is_visible()


def test_what_is_drawn_is_on_the_stage_in_every_tab_and_model(page):
    open_tab(page, "Draw")
    draw(page, FOUR)
    shows(page, "read from q(z|x)")
    settle(page)
    drawn = grey(page, "machine-x")
    assert np.array_equal(drawn, grey(page, "input"))
    np.testing.assert_allclose(grey(page, "digit"), grey(page, "reconstruction"), atol=2)
    choose(page, "mlp-2")
    settle(page)
    shows(page, "read from q(z|x)")
    settle(page)
    assert np.array_equal(grey(page, "machine-x"), drawn)
    np.testing.assert_allclose(grey(page, "digit"), grey(page, "reconstruction"), atol=2)
    open_tab(page, "Explore")
    assert np.array_equal(grey(page, "machine-x"), drawn)


def test_without_a_digit_the_left_half_rests_and_z_says_where_it_comes_from(page):
    assert page.get_by_test_id("elbo").inner_text().count("\u2013") == 3
    page.get_by_role("button", name="random").click()
    shows(page, "drawn from the prior")
    page.get_by_role("button", name="prior mean").or_(
        page.get_by_role("button", name="prior mean")
    ).first.click()
    shows(page, "mean of the prior")
    page.get_by_label("digit class 7").click()
    shows(page, "mean code of a class, which may decode to another")


def test_clearing_the_pad_leaves_z_where_it_is_and_says_so(page):
    open_tab(page, "Draw")
    draw(page, FOUR)
    shows(page, "read from q(z|x)")
    settle(page)
    before = grey(page, "digit")
    page.locator(".draw .clear").click()
    shows(page, "stays where your last digit put it")
    settle(page)
    assert np.array_equal(grey(page, "digit"), before)
    assert not grey(page, "machine-x").any()


def test_a_gan_has_no_left_half_and_starts_from_a_draw_of_its_prior(page):
    choose(page, "gan")
    shows(page, "drawn from the prior")
    assert not page.locator(".machine .x").is_visible()
    assert not page.get_by_test_id("elbo").is_visible()
    assert np.std(latents(page)) > 0.3


def test_a_ready_digit_lies_on_the_pad(page):
    take(page, 7)
    open_tab(page, "Draw")
    assert (grey(page, "pad") > 128).mean() > 0.01
    assert grey(page, "input").max() > 200
