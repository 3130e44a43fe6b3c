"""A link, and a reload, bring a drawing back exactly; what is wrong with one is said."""

from urllib.parse import parse_qs

import numpy as np
import pytest
from driving import FOUR, choose, draw, grey, latents, open_tab, settle
from visiting import ink, link, ready, state


def test_a_drawing_comes_back_to_the_pixel_with_its_code(page, visit):
    choose(page, "mlp-20")
    open_tab(page, "Draw")
    draw(page, FOUR)
    settle(page)
    left, pad = state(page), ink(page)
    assert "read from q(z|x)" in left["origin"]
    other = visit(link(page))
    assert state(other) == left
    assert ink(other) == pad
    assert other.get_by_role("tab", name="Draw").get_attribute("aria-selected") == "true"
    # It is on the pad: taking its last stroke back changes it.
    other.locator(".draw .undo").click()
    settle(other)
    assert np.any(grey(other, "machine-x") != left["x"])


def test_z_that_was_moved_away_from_a_drawing_stays_there(page, visit):
    choose(page, "mlp-20")
    page.get_by_label("put a ready 5 into the machine").click()
    settle(page)
    page.locator(".latent input[type=range]").first.press("ArrowRight")
    settle(page)
    left = state(page)
    assert "moved away from q(z|x)" in left["origin"]
    other = visit(link(page))
    assert state(other) == left
    other.locator(".machine .back").click()
    settle(other)
    assert "read from q(z|x)" in other.locator(".machine .origin").inner_text()
    assert latents(other) != left["z"]


def test_z_that_was_drawn_from_a_drawings_posterior_is_said_to_be(page, visit):
    page.get_by_label("put a ready 5 into the machine").click()
    page.locator("[data-joint=sample]").click()
    page.get_by_role("button", name="draw another").click()
    settle(page)
    left = state(page)
    assert "drawn from q(z|x)" in left["origin"]
    assert "no bound" not in left["elbo"]
    other = visit(link(page))
    assert state(other) == left
    choose(other, "mlp-2")
    settle(other)
    assert "read from q(z|x)" in other.locator(".machine .origin").inner_text()


def test_how_a_drawing_was_prepared_comes_back(page, visit):
    open_tab(page, "Draw")
    draw(page, FOUR, scale=0.5)
    page.get_by_role("button", name="as drawn").click()
    settle(page)
    left = state(page)
    other = visit(link(page))
    assert state(other) == left
    assert other.get_by_role("button", name="as drawn").get_attribute("aria-pressed") == "true"


LONG = [[(0.5 + 0.3 * np.sin(t), 0.5 + 0.3 * np.cos(t / 1.6)) for t in range(700)]]


def test_a_drawing_too_long_for_a_link_is_said_to_be_and_a_reload_keeps_it(page, visit):
    open_tab(page, "Draw")
    draw(page, LONG, steps=1)
    settle(page)
    left, pad = state(page), ink(page)
    address = link(page)
    assert "too long for a link" in page.locator(".stage .status").inner_text()
    assert len(address) < 2000 and "drawing" not in parse_qs(address)
    page.reload()
    ready(page)
    assert state(page) == left
    assert ink(page) == pad
    # Somebody else gets its code.
    other = visit(address)
    assert latents(other) == left["z"]
    assert grey(other, "machine-x").max() == 0
    # And another link in the same tab is not mixed up with it.
    page.goto(page.url.split("?")[0] + "?model=mlp-2")
    ready(page)
    assert grey(page, "machine-x").max() == 0


@pytest.mark.parametrize("text", ["AgEBAQ", "A", "AQIA_-09AAAA", "AAAA"])
def test_a_drawing_that_is_none_is_said_and_breaks_nothing(visit, text):
    page = visit(f"?model=mlp-20&drawing={text}")
    assert "its drawing cannot be read" in page.locator(".stage .status").inner_text()
    page.get_by_label("put a ready 3 into the machine").click()
    settle(page)
    assert page.locator(".stage .bars").get_attribute("data-reads") == "3"


def test_a_link_to_a_gan_shows_the_drawing_and_its_own_z(page, visit):
    page.get_by_label("put a ready 3 into the machine").click()
    settle(page)
    choose(page, "gan")
    page.locator(".latent input[type=range]").first.press("ArrowRight")
    settle(page)
    z, x = latents(page), grey(page, "machine-x")
    other = visit(link(page))
    assert latents(other) == z
    assert (grey(other, "machine-x") == x).all()
