"""What is drawn or uploaded, as torch reads and reconstructs it."""

import io

import numpy as np
import torch
from driving import (
    DEFAULT,
    FOUR,
    draw,
    grey,
    latents,
    open_tab,
    settle,
)
from PIL import Image, ImageDraw

import vae


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
