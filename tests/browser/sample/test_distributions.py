"""Distributions are chosen, refused and read as they are meant; a sample goes to the stage."""

import numpy as np
import pytest
from driving import (
    choose,
    grey,
    open_tab,
    settle,
)


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
