"""A model of no digits: the page shows its classes' names and asks no one to read digits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from driving import latents, settle
from playwright.sync_api import Page, expect

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


def test_sample_reads_no_digits_in_them_and_says_so(pets):
    page = pets
    page.get_by_role("tab", name="Sample").click()
    page.wait_for_selector("#sample [data-mounted]")
    absent = page.locator(".shares-absent")
    absent.filter(
        has_text="The classifier reads digits alone; pets was trained on pets."
    ).wait_for()
    assert not page.locator(".shares").is_visible()
    assert not page.evaluate(
        "[...document.querySelectorAll('#sample *')].some((e) => /reads \\d/.test(e.textContent))"
    )


def test_draw_does_not_say_what_digit_it_is(pets):
    page = pets
    page.get_by_role("tab", name="Draw").click()
    page.wait_for_selector("#draw [data-mounted]")
    pad = page.get_by_test_id("pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    page.locator(".losses").filter(has_text="of pets").wait_for()
    page.wait_for_timeout(1500)  # the classifier has come by now
    assert "read as" not in page.locator("#draw").inner_text()


def test_a_file_that_is_opened_says_what_its_classes_are(pets, weights):
    page = pets
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector("#train [data-mounted]")
    content = (weights / "pets.safetensors").read_bytes()
    file = {"name": "friend.safetensors", "mimeType": "", "buffer": content}
    page.get_by_test_id("train-open").set_input_files(file)
    expect(page.locator("#header select")).to_have_value("friend")
    expect(page.locator(".not-read")).to_contain_text("trained on pets")
    page.get_by_role("tab", name="Explore").click()
    expect(page.locator(".explore .legend button")).to_have_text(list(CLASSES))
