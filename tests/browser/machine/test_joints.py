"""The machine unfolded: its numbers against torch, its Python against the files, by pointer, key
and touch."""

import re
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
import torch
from driving import LAB, choose, grey, rest, settle
from torch.distributions import (
    Categorical,
    MixtureSameFamily,
    MultivariateNormal,
    kl_divergence,
)

import vae

ROOT = Path(vae.__file__).parents[1]
# A ready digit as a model sees it: the page's own strokes, before they are shown in 256 greys.
READY = """async digit => {
  const load = (path) => import(new URL(path, document.baseURI));
  const { readyStrokes } = await load("web/machine/ready.js");
  const { normalise } = await load("web/canvas/ink.js");
  const surface = new OffscreenCanvas(28, 28).getContext("2d", { willReadFrequently: true });
  return [...normalise(readyStrokes(digit), 1000, surface)];
}"""
TRACE = """async ([name, x, z]) => {
  const { Model } = await import(new URL("web/engine/model.js", document.baseURI));
  const model = await Model.open(new URL(`weights/${name}.safetensors`, document.baseURI).href);
  if (model.hasEncoder) await model.loadEncoder();
  const plain = (trace) => trace.map(({ shape, values }) => [shape, [...values]]);
  return [model.hasEncoder ? plain(model.traceEncoder(x)) : [], plain(model.traceDecoder(z, 3))];
}"""


def take(page, digit: int) -> torch.Tensor:
    """Puts a ready digit into the machine; as x (1, 1, 28, 28)."""
    page.get_by_label(f"put a ready {digit} into the machine").click()
    page.wait_for_function(
        "document.querySelector('.machine .origin').textContent.includes('q(z|x)')"
    )
    settle(page)
    return torch.tensor(page.evaluate(READY, digit)).reshape(1, 1, 28, 28)


def unfold(page, name: str):
    """Opens a joint; its part of the page."""
    page.locator(f".stage [data-joint={name}]").click()
    joint = page.get_by_test_id("joint")
    page.wait_for_function(f"document.querySelector('#joint')?.dataset.joint === '{name}'")
    joint.locator("pre").first.wait_for()
    settle(page)
    return joint


def table(joint) -> tuple[list[str], np.ndarray]:
    """The heads beside "latent", and the numbers (D, heads) in the order of the latents."""
    rows = joint.locator("tr").all_inner_texts()
    cells = [row.replace("\u2212", "-").split("\t") for row in rows]
    numbers = {int(row[0]): [float(cell) for cell in row[1:]] for row in cells[1:]}
    return cells[0][1:], np.array([numbers[i] for i in range(len(numbers))])


def sums(joint) -> list[float]:
    text = joint.locator(".sums").inner_text().replace("\u2212", "-")
    return [float(number) for number in re.findall(r"-?\d+\.\d", text)]


def place(page, name: str) -> list[float]:
    """z on the stage in a link, exactly."""
    rest(page)
    address = re.search(r"[?&]z=([^&]+)", page.url)[1]
    assert f"model={name}&" in page.url
    return [float(value) for value in address.split(",")]


@pytest.mark.parametrize(
    "name", ["mlp-20", "conv-16", "gaussian-1-2", "beta-4-3", "laplace", "cvae"]
)
def test_the_numbers_of_an_encoded_digit_are_torchs(page, name):
    choose(page, name)
    x = take(page, 3)
    model = vae.load(name)
    with torch.inference_mode():
        raw = model.encoder(x)[0].reshape(2, -1).numpy()
        q = model.encode(x)
    joint = unfold(page, "encode")
    heads, shown = table(joint)
    np.testing.assert_allclose(shown[:, :2].T, raw, atol=1e-3)
    values = [value[0].numpy() for value in model.family.values(q)]
    made = values[1:] if len(heads) == 3 else values
    assert len(heads) == 2 + len(made)
    np.testing.assert_allclose(shown[:, 2:].T, made, atol=1e-3, rtol=1e-5)

    _, shown = table(unfold(page, "sample"))
    np.testing.assert_allclose(shown[:, :2].T, values, atol=1e-3, rtol=1e-5)

    joint = unfold(page, "costs")
    z = torch.tensor([place(page, name)])
    y = torch.tensor([0]) if model.config.classes else None
    with torch.inference_mode():
        kl = kl_divergence(q, model.prior)[0].numpy()
        pixels = -model.decode(z, y).base_dist.log_prob(x)[0, 0].numpy()
    np.testing.assert_allclose(table(joint)[1][:, 0], kl, atol=1e-3)
    assert sums(joint) == pytest.approx([kl.sum(), pixels.sum(), kl.sum() + pixels.sum()], abs=0.06)
    levels = 255 * (pixels - pixels.min()) / (pixels.max() - pixels.min())
    np.testing.assert_allclose(grey(page, "pixel-costs"), levels, atol=1)


def test_the_code_is_priced_by_the_mixture_of_the_encodings_too(page):
    """Against torch's own mixture and its own draws of q."""
    choose(page, "mlp-20")
    x = take(page, 3)
    stored = vae.checkpoints.load_statistics("mlp-20")
    weight, mean, covariance = (
        stored[f"mixture.{name}"].double() for name in ("weight", "mean", "covariance")
    )
    mixture = MixtureSameFamily(Categorical(weight), MultivariateNormal(mean, covariance))
    torch.manual_seed(0)
    with torch.inference_mode():
        q = vae.load("mlp-20").encode(x)
        z = q.sample((4000,))[:, 0]
        terms = q.log_prob(z).sum(1) - mixture.log_prob(z.double())
    joint = unfold(page, "costs")
    text = joint.locator(".swapped").inner_text().replace("\u2212", "-")
    cost, error, prior = map(
        float, re.search(r"costs (\S+) ± (\S+) instead of (\S+)", text).groups()
    )
    assert error == pytest.approx(terms.std().item() / 10, abs=0.15)
    assert cost == pytest.approx(terms.mean().item(), abs=4 * (error + 0.05))
    assert prior == pytest.approx(sums(joint)[0])
    choose(page, "beta-4-3")  # whose codes are no mixture of Gaussians
    settle(page)
    assert page.get_by_test_id("joint").locator(".swapped").inner_text() == ""


@pytest.mark.parametrize("name", ["mlp-20", "beta-4-3", "laplace"])
def test_noise_makes_another_z_of_the_same_q(page, name):
    choose(page, name)
    x = take(page, 4)
    joint = unfold(page, "sample")
    page.get_by_role("button", name="draw another").click()
    page.wait_for_function(
        "document.querySelector('.machine .origin').textContent.includes('drawn from q(z|x)')"
    )
    settle(page)
    z = np.array(place(page, name))
    model = vae.load(name)
    with torch.inference_mode():
        q = model.encode(x)
        values = [value[0].double().numpy() for value in model.family.values(q)]
    _, shown = table(joint)
    expected = (
        scipy.stats.beta.cdf(z, *values) if name == "beta-4-3" else (z - values[0]) / values[1]
    )
    np.testing.assert_allclose(shown[:, 2], expected, atol=1e-3)
    np.testing.assert_allclose(shown[:, 3], z, atol=1e-6)
    assert np.std(expected) > 0.1  # a draw, not the mean
    assert "no bound" not in page.get_by_test_id("elbo").inner_text()
    page.get_by_role("button", name="back to q(z|x)").click()
    settle(page)
    np.testing.assert_allclose(table(joint)[1][:, 3], q.mean[0], atol=1e-3)


@pytest.mark.parametrize("name", ["mlp-2", "conv-16", "cvae", "gan"])
def test_every_layer_gives_what_torchs_gives(page, name):
    model = vae.load(name)
    x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    z = torch.randn(1, model.config.latents, generator=torch.Generator().manual_seed(1))
    encoder, decoder = page.evaluate(TRACE, [name, x.flatten().tolist(), z[0].tolist()])

    def held(trace, layers, h):
        with torch.inference_mode():
            for layer, (shape, values) in zip(layers, trace, strict=True):
                h = layer(h)
                assert list(h.shape[1:]) == shape
                np.testing.assert_allclose(values, h.flatten(), atol=2e-4, rtol=2e-4)

    if encoder:
        held(encoder, model.encoder, x)
    code = (z - model.prior.mean) / model.prior.stddev
    if model.config.classes:
        code = torch.cat([code, torch.nn.functional.one_hot(torch.tensor([3]), 10)], 1)
    assert decoder[0][1] == pytest.approx(code[0].tolist(), abs=1e-6)
    held(decoder[1:], model.decoder, code.float())


def test_the_decoder_unfolds_in_a_gan_and_its_other_joints_say_what_it_lacks(page):
    take(page, 3)
    joint = unfold(page, "encode")
    choose(page, "gan")
    settle(page)
    assert "no encoder" in joint.locator(".lacks").inner_text()
    assert not joint.locator("table").is_visible()
    joint.get_by_role("button", name="decoder").click()
    settle(page)
    steps = joint.locator(".steps figure")
    assert steps.count() >= 4
    last = steps.last.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    np.testing.assert_allclose(np.reshape(last, (28, 28)), grey(page, "digit"), atol=2)


def test_the_python_is_that_of_the_files(page):
    joint = unfold(page, "decode")
    heads = joint.locator(".sources h3").all_inner_texts()
    codes = joint.locator(".sources pre").all_inner_texts()
    assert len(heads) == len(codes) == 2
    for head, code in zip(heads, codes, strict=True):
        file, line = re.fullmatch(r"(\S+), line (\d+)", head).groups()
        source = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1 :]
        assert code.splitlines()[0] == source[0].strip()
        assert set(map(str.strip, code.splitlines())) <= set(map(str.strip, source))


def test_nothing_of_it_is_fetched_before_and_a_link_opens_it(page):
    assert not [url for url in page.requested if "/joints/" in url or url.endswith("/sources")]
    take(page, 2)
    unfold(page, "costs")
    rest(page)
    assert "joint=costs" in page.url
    page.reload()
    page.get_by_test_id("joint").wait_for()
    assert page.get_by_test_id("joint").get_attribute("data-joint") == "costs"
    page.get_by_test_id("joint").locator("th", has_text="KL in nats").wait_for()
    assert table(page.get_by_test_id("joint"))[0] == ["KL in nats"]  # the drawing came back, too


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_opens_a_joint_and_escape_returns_to_its_button(page, key):
    button = page.locator(".stage [data-joint=sample]")
    button.focus()
    page.keyboard.press(key)
    joint = page.get_by_test_id("joint")
    joint.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    assert joint.locator("h2").evaluate("one => one === document.activeElement")
    page.keyboard.press("Escape")
    assert not joint.is_visible()
    assert button.evaluate("one => one === document.activeElement")


def test_a_tap_opens_a_joint_below_the_strip_of_a_phone(chromium, app_url):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(app_url + LAB)
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    for name in ("encode", "sample", "decode", "costs"):
        button = page.locator(f".stage [data-joint={name}]")
        assert min(button.bounding_box()[side] for side in ("width", "height")) >= 44
        button.tap()
        page.wait_for_function(f"document.querySelector('#joint')?.dataset.joint === '{name}'")
        settle(page)
        stage = page.locator("#stage-column").bounding_box()
        top = page.get_by_test_id("joint").bounding_box()["y"]
        assert stage["y"] + stage["height"] <= top + 1 < 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
