"""Draw in the running app: what is seen, how it is encoded, and where it can go from there."""

import numpy as np
import pytest
import torch
from driving import DEFAULT, FOUR, LAB, choose, draw, grey, latents, open_tab, rest, settle

import vae
from vae import checkpoints
from vae.inference import laplace, log_joint


def pixels(page, selector: str) -> np.ndarray:
    """A canvas' intensities in 0..255, (H, W)."""
    width, levels = page.locator(selector).evaluate(
        """canvas => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.width, [...data].filter((_, i) => i % 4 === 0)];
        }"""
    )
    return np.array(levels).reshape(-1, width)


def draw_four(page, **options) -> torch.Tensor:
    """A drawn 4 as the model sees it, (1, 1, 28, 28)."""
    open_tab(page, "Draw")
    draw(page, FOUR, **options)
    page.wait_for_selector(".encoding:not([hidden])")
    rest(page)
    return torch.tensor(grey(page, "input") / 255, dtype=torch.float32)[None, None]


def tiles(grid: np.ndarray) -> list[np.ndarray]:
    """The digits of a grid, row by row."""
    rows = grid.reshape(grid.shape[0] // 28, 28, -1, 28)
    return [*rows.transpose(0, 2, 1, 3).reshape(-1, 28, 28)]


def test_as_drawn_is_the_pad_squeezed_and_as_mnist_would_is_not(page):
    draw_four(page, scale=1 / 3, at=(0.62, 0.04))
    prepared = grey(page, "input")
    page.get_by_role("button", name="as drawn").click()
    settle(page)
    squeezed = grey(page, "input")
    rows, columns = np.nonzero(squeezed > 60)
    assert np.ptp(rows) < 12 and rows.max() < 12 and columns.min() > 16
    page.get_by_role("button", name="as MNIST would").click()
    settle(page)
    assert np.array_equal(grey(page, "input"), prepared)


def test_the_classifier_reads_the_input_and_the_reconstruction(page):
    x = draw_four(page)
    with torch.inference_mode():
        p = checkpoints.load_classifier().classify(x).probs[0]
    said = page.locator(".reads-input").inner_text()
    assert said == f"read as {p.argmax()}, {100 * p.max():.0f}%"
    assert page.locator(".reads-output").inner_text().startswith("read as 4")


def test_the_mode_of_the_posterior_is_found_when_the_pen_rests(page):
    x = draw_four(page)
    model = vae.load("conv-16")
    before = grey(page, "reconstruction")
    page.get_by_role("button", name="best code (searched)").click()
    page.wait_for_function("document.querySelector('.losses').textContent.includes('log p(x, z)')")
    with torch.inference_mode():
        mean, mode = model.encode(x).mean, laplace(model, x).mean
        expected = 255 * model.decode(mode).mean[0, 0].numpy()
        gain = (log_joint(model, x, mode) - log_joint(model, x, mean)).item()
    reconstruction, _, said = page.locator(".losses").inner_text().splitlines()
    assert "MNIST" not in reconstruction  # whose percentiles are of the encoder's means
    assert float(said.split()[4]) == pytest.approx(gain, abs=0.3)
    assert np.abs(grey(page, "reconstruction") - expected).mean() < 1.5
    assert page.locator(".true-posterior").is_visible()
    page.get_by_role("button", name="take it to Explore").click()
    settle(page)
    assert latents(page) == pytest.approx(mode[0].tolist(), abs=0.05)
    open_tab(page, "Draw")
    page.get_by_role("button", name="encoder\u2019s mean").click()
    settle(page)
    assert np.array_equal(grey(page, "reconstruction"), before)
    assert not page.locator(".true-posterior").is_visible()


def test_the_mode_follows_the_pen_and_a_beta_prior_has_none(page):
    open_tab(page, "Draw")
    page.get_by_role("button", name="best code (searched)").click()
    draw_four(page)
    page.wait_for_function("document.querySelector('.losses').textContent.includes('log p(x, z)')")
    choose(page, "beta-4-3")
    assert page.get_by_role("button", name="best code (searched)").is_disabled()
    page.wait_for_function(
        "/KL/.test(document.querySelector('.losses').textContent) "
        "&& !document.querySelector('.losses').textContent.includes('log p(x, z)')"
    )


def test_samples_of_the_posterior_vary_with_epsilon_and_keep_it(page):
    choose(page, "mlp-20")
    x = draw_four(page)
    samples = pixels(page, ".drawn-samples")
    with torch.inference_mode():
        model = vae.load("mlp-20")
        mean = model.decode(model.encode(x).mean).mean[0, 0].numpy() * 255
    parts = tiles(samples)
    assert len(parts) == 16
    spread = [np.abs(part - mean).mean() for part in parts]
    assert 1 < np.mean(spread) < 25
    assert not np.array_equal(parts[0], parts[1])
    page.get_by_role("button", name="another \u03b5").click()
    rest(page)
    assert not np.array_equal(pixels(page, ".drawn-samples"), samples)


def test_the_nearest_encodings_are_the_nearest(page):
    choose(page, "mlp-20")
    x = draw_four(page)
    model, stored = vae.load("mlp-20"), checkpoints.load_statistics("mlp-20")
    with torch.inference_mode():
        mean = model.encode(x).mean[0]
    active = stored["activity"] > 0.01
    means = stored["encodings.mean"].float()
    distance = (means - mean)[:, active].norm(dim=1)
    order = distance.argsort()[:16]
    said = page.locator(".neighbours").inner_text()
    labels = " ".join(str(label) for label in stored["encodings.label"][order].tolist())
    assert f"labelled {labels};" in said
    assert f"{distance[order[0]]:.2f} standard deviations" in said
    with torch.inference_mode():
        first = model.decode(means[order[:1]]).mean[0, 0].numpy() * 255
    assert np.abs(tiles(pixels(page, ".nearest"))[0] - first).max() <= 1


def test_a_drawing_goes_to_explore_with_its_posterior(page):
    x = draw_four(page)
    page.get_by_role("button", name="take it to Explore").click()
    settle(page)
    assert page.get_by_test_id("map").is_visible()
    with torch.inference_mode():
        mean = vae.load(DEFAULT).encode(x).mean[0].numpy()
    np.testing.assert_allclose(latents(page), mean, atol=2e-3)


def test_two_drawings_are_morphed_into_one_another(page):
    draw_four(page)
    page.get_by_role("button", name="pin as A").click()
    page.get_by_role("button", name="clear").click()
    draw(page, [[(0.5, 0.1), (0.5, 0.9)]])
    page.wait_for_selector(".encoding:not([hidden])")
    page.get_by_role("button", name="pin as B").click()
    assert "Explore plays the way" in page.locator(".kept").inner_text()
    page.get_by_role("button", name="take it to Explore").click()
    page.wait_for_selector(".journey:not([hidden])")


def test_ten_digits_in_the_handwriting_of_the_drawing(page):
    x = draw_four(page)
    page.wait_for_selector(".ten-digits:not([hidden])")
    rest(page)
    shown = pixels(page, ".ten")
    model = vae.load("cvae")
    with torch.inference_mode():
        mean = model.encode(x).mean
        pictures = model.decode(mean.expand(10, -1), torch.arange(10)).mean
        read = checkpoints.load_classifier().classify(pictures).probs.argmax(1)
    for part, picture in zip(tiles(shown), pictures, strict=True):
        assert np.abs(part - 255 * picture[0].numpy()).max() <= 1
    assert (read == torch.arange(10)).sum() >= 9

    box = page.get_by_test_id("ten-digits").bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_function("document.querySelector('.stage').dataset.model === 'cvae'")
    settle(page)
    assert np.abs(grey(page, "digit") - 255 * pictures[7, 0].numpy()).max() <= 3


def test_the_same_digit_through_every_model(page):
    x = draw_four(page)
    page.get_by_text("the same digit through every model").click()
    names = vae.list_models()
    page.wait_for_function(
        "count => document.querySelectorAll('.every-model .models button').length === count"
        " && document.querySelector('.every-model .progress').textContent.startsWith('Squared')",
        arg=len(names),
        timeout=60_000,
    )
    card = page.locator(".every-model .models button", has_text="mlp-100-mse")
    with torch.inference_mode():
        model = vae.load("mlp-100-mse")
        q = model.encode(x)
        error = (model.decode(q.mean).mean - x).square().sum().item()
        kl = torch.distributions.kl_divergence(q, model.prior).sum().item()
    assert f"error {error:.1f} \u00b7 KL {kl:.1f}" in card.inner_text()


def test_on_a_phone_the_reconstruction_stays_in_view_and_the_pad_where_it_is(chromium, app_url):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(app_url + LAB)
    page.wait_for_selector("#explore [data-mounted]")
    page.wait_for_selector(".bars[data-reads]", state="attached")
    # The first touch of the page, which changes what the stage says.
    open_tab(page, "Draw")
    page.get_by_test_id("pad").evaluate("pad => pad.scrollIntoView({block: 'end'})")
    settle(page)
    pad = page.get_by_test_id("pad").bounding_box()
    draw(page, FOUR)
    page.wait_for_selector(".encoding:not([hidden])")
    settle(page)
    assert page.get_by_test_id("pad").bounding_box() == pad
    strip = page.locator("#stage-column").bounding_box()
    for name in ("input", "reconstruction"):
        picture = page.get_by_test_id(name).bounding_box()
        assert picture["y"] >= strip["y"] + strip["height"]
        assert picture["y"] + picture["height"] <= pad["y"]
        assert grey(page, name).max() > 128
    context.close()
