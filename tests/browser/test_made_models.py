"""Models that somebody else has made: whatever Python accepts the page accepts, and what neither
does is named with the reason."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from driving import LAB, every_room, grey, latents, open_tab, preset, rest, settle, shows
from playwright.sync_api import Page, expect
from torch import Tensor

from vae import checkpoints
from vae.checkpoints import Record
from vae.model import VAE, Decoder, VAEConfig
from vae.networks import RELU, dense

ENCODED = 2000
# What files may be called, and how many latents each of these models has.
NAMES = [
    "50% off",
    "a#b",
    "this&that=1",
    "who?",
    "prior~beta:4,3",
    "Schrödinger's 数字",
    'a "b" <i>c',
]
BARE = {name: 2 for name in NAMES} | {"bare-5": 5}
FULL = {"one": 1, "sixty-four": 64, "many": 512}
KINDS = [torch.bfloat16, torch.float32, torch.float16, torch.float64]


def made(count: int) -> VAE:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(count)
        return VAE(VAEConfig(count, **dense([16], count, RELU))).eval()


def invented(count: int) -> dict[str, Tensor]:
    """Statistics of every name, as large as those of MNIST, of a Gaussian aggregate posterior."""
    generator = torch.Generator().manual_seed(count)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    mixing = normal(count, count) / count**0.5
    covariance = mixing @ mixing.T + 0.1 * torch.eye(count)
    label = torch.arange(ENCODED) % 10
    class_mean = normal(10, count)
    means = class_mean[label] + 0.5 * normal(ENCODED, count) @ mixing.T
    spread = covariance.expand(10, -1, -1).contiguous()
    return {
        "kl": torch.linspace(3, 0.1, count),
        "activity": torch.linspace(1, 0.05, count),
        "mean": means.mean(0),
        "covariance": covariance,
        "class_mean": class_mean,
        "class_covariance": spread,
        "encodings.mean": means.half(),
        "encodings.std": torch.full((ENCODED, count), 0.25).half(),
        "encodings.label": label.to(torch.uint8),
        "mixture.weight": torch.full((2,), 0.5),
        "mixture.mean": class_mean[:2].clone(),
        "mixture.covariance": spread[:2].clone(),
        "percentiles.reconstruction": torch.linspace(50, 300, 101),
        "percentiles.kl": torch.linspace(5, 60, 101),
    }


def damage(good: Path, folder: Path) -> None:
    """Files of every kind that cannot be used, beside a good one."""
    metadata, tensors = checkpoints.read(good)
    (folder / "cut.safetensors").write_bytes(good.read_bytes()[:-7])
    weights = {**tensors, "decoder.0.bias": torch.full_like(tensors["decoder.0.bias"], torch.nan)}
    checkpoints.write(folder / "nan.safetensors", weights, metadata)
    checkpoints.write(folder / "future.safetensors", tensors, metadata | {"version": "2"})
    checkpoints.write(folder / "stranger.safetensors", tensors, {"format": "pt"})
    torch.save({"fc1.weight": torch.zeros(2, 2)}, folder / "course.pth")


REASONS = {
    "cut.safetensors": "is damaged",
    "nan.safetensors": "is damaged: decoder.0.bias holds a number that is not finite",
    "future.safetensors": "is of another version: expected version 1, got 2",
    "stranger.safetensors": "is foreign",
    "course.pth": "python -m vae.convert course.pth",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    for number, (name, count) in enumerate(BARE.items()):
        path = folder / f"{name}.safetensors"
        checkpoints.save(path, made(count), Record(name, "Made elsewhere."))
        metadata, tensors = checkpoints.read(path)
        kind = KINDS[number % len(KINDS)]
        stored = {key: tensor.to(kind) for key, tensor in tensors.items()}
        checkpoints.write(path, stored, metadata)
    for name, count in FULL.items():
        path = folder / f"{name}.safetensors"
        checkpoints.save(path, made(count), Record(name, "Made elsewhere."), invented(count))
    damage(folder / "bare-5.safetensors", folder)
    shutil.copy(checkpoints.WEIGHTS / "classifier.safetensors", folder)
    return folder


@pytest.fixture(scope="module")
def url(serve_app, folder) -> Iterator[str]:
    with serve_app("--weights", str(folder)) as address:
        yield address


@pytest.fixture
def app(chromium, url) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url + LAB)
    page.wait_for_selector(".stage[data-ready='1']")
    page.wait_for_selector("#explore [data-mounted]")
    page.mouse.click(5, 5)
    yield page
    page.close()
    assert errors == []


def picked(page: Page, name: str) -> None:
    page.get_by_label("model", exact=True).select_option(name)
    expect(page.locator(".stage")).to_have_attribute("data-model", name, timeout=30_000)


def check_stage(page: Page, model: Decoder) -> None:
    """The digit on the stage is what torch decodes from the sliders."""
    settle(page)
    z = latents(page)
    assert len(z) == model.config.latents
    with torch.inference_mode():
        expected = 255 * model.decode(torch.tensor([z])).mean[0, 0].numpy()
    np.testing.assert_allclose(grey(page, "digit"), expected, atol=1.01)


@pytest.mark.parametrize("name", [*BARE, *FULL])
def test_a_model_is_used_and_its_link_leads_back_to_it(name, app, folder):
    picked(app, name)
    check_stage(app, checkpoints.load(name, folder))
    app.get_by_role("button", name="random", exact=True).click()
    check_stage(app, checkpoints.load(name, folder))
    z = latents(app)
    app.wait_for_function("location.search.includes('model=')")
    rest(app)  # the address is kept once z rests
    app.reload()
    app.wait_for_selector(".stage[data-ready='1']")
    app.wait_for_selector("#explore [data-mounted]")
    assert app.get_by_label("model", exact=True).input_value() == name
    np.testing.assert_allclose(latents(app), z)
    assert "left out" not in app.locator(".stage .status").inner_text()


@pytest.mark.parametrize("name", ["bare-5", "one", "many"])
def test_every_tab_works_for_it(name, app):
    picked(app, name)
    assert list(every_room(app))
    assert app.locator(".failed:visible").all_inner_texts() == ["5 files are left out"]


@pytest.mark.parametrize("name", FULL)
def test_sample_draws_from_all_that_is_stored(name, app):
    picked(app, name)
    open_tab(app, "Sample")
    for button, family in (("mixture", "mixture"), ("per class", "classes")):
        app.locator(".sample .families").get_by_role("button", name=button).first.click()
        shows(app, f"{name}~{family}")


@pytest.mark.parametrize("name", NAMES)
def test_a_link_to_samples_holds_any_name(name, app):
    picked(app, name)
    open_tab(app, "Sample")
    preset(app, "Beta(4, 3)").click()
    shows(app, f"{name}~beta:4,3")
    rest(app)  # the address is kept once all rests
    app.reload()
    app.wait_for_selector(".stage[data-ready='1']")
    shows(app, f"{name}~beta:4,3")
    assert "left out" not in app.locator(".stage .status").inner_text()


def test_what_is_left_out_is_named_with_its_kind_of_fault(app, folder):
    note = app.locator(".bar .left-out")
    note.get_by_text("5 files are left out").click()
    said = note.locator("li").all_inner_texts()
    assert len(said) == len(REASONS)
    for name, reason in REASONS.items():
        [sentence] = [one for one in said if one.startswith(f"{name}: ")]
        assert reason in sentence
        assert str(folder) not in sentence
    options = app.get_by_label("model", exact=True).locator("option").count()
    assert options == len(BARE) + len(FULL)


@pytest.mark.parametrize(
    ("name", "reason"), [one for one in REASONS.items() if one[0] != "course.pth"]
)
def test_a_file_that_is_opened_in_train_says_what_is_wrong_with_it(name, reason, app, folder):
    open_tab(app, "Train")
    app.wait_for_selector('[data-testid="train-test-loss"][data-value], .train .state.failed')
    file = {"name": name, "mimeType": "", "buffer": (folder / name).read_bytes()}
    app.get_by_test_id("train-open").set_input_files(file)
    expect(app.locator(".train .failed, .stage .status.failed").first).to_contain_text(reason)
    check_stage(app, checkpoints.load(next(iter(sorted([*BARE, *FULL]))), folder))


def test_the_map_of_one_latent_moves_it_across_alone(app):
    picked(app, "one")
    settle(app)
    box = app.get_by_test_id("map").bounding_box()
    for x, y in ((0.3, 0.2), (0.3, 0.7), (0.7, 0.7)):
        app.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        settle(app)
        if (x, y) == (0.3, 0.2):
            [left] = latents(app)
        elif x == 0.3:
            assert latents(app) == [left]
        else:
            assert latents(app)[0] > left + 0.5
    assert "plane" not in app.evaluate("location.search")
    assert app.get_by_label("latent up").is_hidden()
