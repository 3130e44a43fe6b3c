"""The pad under a real mouse, touch and pen: what it keeps, and what it leaves out."""

import re

import numpy as np
import pytest
import torch
from driving import FOUR, draw, grey, open_tab, settle

import vae
from vae import checkpoints


@pytest.fixture
def pad(page):
    """The page with Draw open, and the pad's box."""
    open_tab(page, "Draw")
    page.get_by_test_id("pad").scroll_into_view_if_needed()
    page.get_by_role("button", name="clear", exact=True).click()
    return page.get_by_test_id("pad")


def inked(pad) -> np.ndarray:
    """Where the pad holds ink, as shares of its width and height: (N, 2)."""
    width, points = pad.evaluate(
        """canvas => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const found = [];
          for (let i = 0; i < data.length; i += 4) if (data[i] > 128) found.push(i / 4);
          return [canvas.width, found];
        }"""
    )
    at = np.array(points, dtype=int)
    return np.stack([at % width, at // width], axis=1) / width


def devtools(page):
    """Chromium's own protocol, one session a page: it remembers which fingers are down."""
    page.devtools = getattr(page, "devtools", None) or page.context.new_cdp_session(page)
    return page.devtools


def touch(page, kind: str, *points: tuple[float, float]) -> None:
    devtools(page).send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
    )


def pen(page, kind: str, x: float, y: float) -> None:
    session = page.context.new_cdp_session(page)
    held = 0 if kind == "mouseReleased" else 1
    session.send(
        "Input.dispatchMouseEvent",
        {"type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1}
        | {"pointerType": "pen"},
    )


def place(pad, x: float, y: float) -> tuple[float, float]:
    box = pad.bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_a_tap_draws_a_dot_which_costs_what_torch_says(page, pad):
    page.mouse.click(*place(pad, 0.3, 0.6))
    settle(page)
    found = inked(pad)
    np.testing.assert_allclose(found.mean(axis=0), (0.3, 0.6), atol=0.01)
    assert grey(page, "input").max() > 200
    page.wait_for_function("document.querySelector('.losses').textContent.includes('KL')")
    kl = re.search(r"KL ([\d.]+) nats", page.get_by_test_id("losses").inner_text())
    x = torch.tensor(grey(page, "input") / 255, dtype=torch.float32)[None, None]
    model = vae.load(page.locator(".stage").get_attribute("data-model"))
    with torch.inference_mode():
        expected = torch.distributions.kl_divergence(model.encode(x), model.prior).sum().item()
    assert float(kl[1]) == pytest.approx(expected, rel=0.01)


def test_a_speck_far_from_the_strokes_is_not_fitted(page, pad):
    draw(page, FOUR, scale=0.5)
    settle(page)
    without = grey(page, "input")
    page.mouse.click(*place(pad, 0.95, 0.95))
    settle(page)
    assert inked(pad).max() > 0.9
    assert np.array_equal(grey(page, "input"), without)


def test_a_cancelled_touch_leaves_nothing(page, pad):
    touch(page, "touchStart", place(pad, 0.3, 0.3))
    touch(page, "touchMove", place(pad, 0.6, 0.6))
    settle(page)
    assert len(inked(pad)) > 0
    touch(page, "touchCancel")
    settle(page)
    assert len(inked(pad)) == 0
    assert not page.locator(".encoding").is_visible()


def test_a_pen_wins_over_a_resting_palm(page, pad):
    touch(page, "touchStart", place(pad, 0.9, 0.9))
    pen(page, "mousePressed", *place(pad, 0.2, 0.2))
    pen(page, "mouseMoved", *place(pad, 0.4, 0.2))
    touch(page, "touchMove", place(pad, 0.9, 0.8))
    pen(page, "mouseReleased", *place(pad, 0.4, 0.2))
    touch(page, "touchEnd")
    settle(page)
    found = inked(pad)
    assert len(found) > 0 and found[:, 1].max() < 0.3
    assert found[:, 0].max() == pytest.approx(0.434, abs=0.02)


def test_ink_stays_under_the_pointer_when_the_page_scrolls(page, pad):
    page.set_viewport_size({"width": 1280, "height": 500})
    pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
    settle(page)
    page.mouse.move(*place(pad, 0.3, 0.5))
    page.mouse.down()
    page.evaluate("scrollBy(0, 60)")
    settle(page)
    x, y = place(pad, 0.7, 0.5)
    page.mouse.move(x, y)
    page.mouse.up()
    settle(page)
    right = inked(pad)[inked(pad)[:, 0] > 0.7]
    assert right[:, 1].mean() == pytest.approx(0.5, abs=0.02)


def test_the_costs_stand_among_those_of_mnists_test_digits(page, pad):
    draw(page, FOUR)
    page.wait_for_function("document.querySelector('.losses').textContent.includes('ELBO')")
    settle(page)
    name = page.locator(".stage").get_attribute("data-model")
    model, stored = vae.load(name), checkpoints.load_statistics(name)
    x = torch.tensor(grey(page, "input") / 255, dtype=torch.float32)[None, None]
    with torch.inference_mode():
        q = model.encode(x)
        reconstruction = -model.decode(q.mean).log_prob(x).item()
        kl = torch.distributions.kl_divergence(q, model.prior).sum().item()
    lines = page.get_by_test_id("losses").inner_text().splitlines()
    for line, value, key in zip(
        lines, (reconstruction, kl), ("reconstruction", "kl"), strict=False
    ):
        percentiles = stored[f"percentiles.{key}"].numpy()
        way, share = re.search(r"(lower|higher) than for (\d+)%", line).groups()
        reached = percentiles[100 - int(share)] if way == "lower" else percentiles[int(share)]
        assert (value <= reached) if way == "lower" else (value >= reached)
    total = float(re.search(r"ELBO ([\d.]+) nats", lines[2])[1])
    assert total == pytest.approx(reconstruction + kl, abs=0.2)
