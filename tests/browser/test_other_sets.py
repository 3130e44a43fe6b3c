"""A model of no digits: the page shows its classes' names and asks no one to read digits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from driving import latents, settle
from playwright.sync_api import Page

from vae import checkpoints
from vae.checkpoints import Record
from vae.evaluation import statistics
from vae.model import VAE, VAEConfig
from vae.networks import RELU, dense

CLASSES = ("cat", "dog", "owl")


@pytest.fixture(scope="module")
def weights(tmp_path_factory, make_digits) -> Path:
    """A folder with one tiny model of three animals, and the classifier."""
    folder = tmp_path_factory.mktemp("weights")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = VAE(VAEConfig(3, **dense([12, 8], 3, RELU))).eval()
    examples = make_digits(60, classes=CLASSES)
    record = Record("pets", "Three animals.", data_set="pets", images=60, classes=CLASSES)
    stored = statistics.collect(model, examples, examples)
    checkpoints.save(folder / "pets.safetensors", model, record, stored)
    classifier = checkpoints.WEIGHTS / "classifier.safetensors"
    (folder / "classifier.safetensors").write_bytes(classifier.read_bytes())
    return folder


@pytest.fixture
def pets(serve_app, weights, chromium) -> Iterator[Page]:
    with serve_app("--weights", str(weights)) as url:
        page = chromium.new_page()
        page.goto(url)
        page.wait_for_selector('.stage[data-ready="1"]')
        yield page
        page.close()


def test_the_classes_have_names_and_nobody_reads_digits(pets):
    page = pets
    page.mouse.click(5, 5)
    page.wait_for_selector("#explore [data-mounted]")
    buttons = page.locator(".explore .classes button")
    assert buttons.all_inner_texts() == list(CLASSES)
    assert page.locator(".explore .legend button").all_inner_texts() == list(CLASSES)
    before = latents(page)
    buttons.nth(1).click()
    settle(page)
    assert latents(page) != before
    page.wait_for_timeout(1500)  # the classifier has come by now
    assert not page.locator(".stage .bars").is_visible()
    assert "trained on pets" in page.locator(".not-read").inner_text()
    assert not page.locator(".machine .ready").is_visible()
    options = page.locator(".from option").all_inner_texts()
    assert "the encodings of dog" in options and len(options) == 5
