"""Learning in Compare: the curves, and the scrub through a training."""

import csv
import io

import numpy as np
import torch
from driving import choose, grey, latents, open_compare, open_tab, rest, settle

import vae
from vae import checkpoints
from vae.training import snapshots


def test_only_models_with_such_a_loss_are_offered_as_curves(page):
    open_compare(page, "Learning")
    names = page.locator(".compare .chosen button").all_inner_texts()
    assert sorted(names) == sorted({*vae.list_models()} - {"gan"})


def test_curves_are_read_under_the_pointer_and_saved_as_csv(page):
    open_compare(page, "Learning")
    canvas = page.get_by_test_id("curves")
    canvas.scroll_into_view_if_needed()
    settle(page)
    box = canvas.bounding_box()
    said = set()
    for share in np.linspace(0.2, 0.95, 16):
        page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + share * box["height"])
        page.wait_for_timeout(30)
        said.add(page.locator(".curves .reading").inner_text())
    read = [text for text in said if ", epoch " in text]
    assert read
    name, _, rest = read[0].partition(", ")
    which, epoch = rest.split(", epoch ")
    number, value = epoch.split(": ")
    entry = vae.load(name).record.history[int(number) - 1]
    key = "train_total" if which == "training" else "test_total"
    assert abs(float(value) - entry[key]) < 0.01

    with page.expect_download() as download:
        page.locator(".curves .save-csv").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    mine = [row for row in rows if row["model"] == "mlp-20"]
    history = vae.load("mlp-20").record.history
    assert [float(row["test_total"]) for row in mine] == [row["test_total"] for row in history]


def epoch_digit(page, number: int) -> np.ndarray:
    width, levels = (
        page.locator(".column .z")
        .nth(number)
        .evaluate(
            """canvas => {
              const {data} = canvas.getContext("2d").getImageData(0, 0, 28, 28);
              return [canvas.width, [...data].filter((_, i) => i % 4 === 0)];
            }"""
        )
    )
    return np.array(levels).reshape(-1, width)


def test_scrubbing_decodes_the_same_z_at_every_epoch(page):
    choose(page, "mlp-20")
    open_compare(page, "Learning")
    page.wait_for_selector(".column h3:has-text('epoch')")
    kept = snapshots.load("mlp-20")
    slider = page.get_by_label("epoch of training")
    for index in (0, 3, len(kept) - 1):
        slider.fill(str(index))
        rest(page)
        epoch = int(kept[index].entry["epoch"])
        assert page.locator(".snapshots-of-training .epoch").inner_text() == f"epoch {epoch}"
        with torch.inference_mode():
            expected = kept[index].model.decode(torch.tensor([latents(page)])).mean[0, 0]
        assert np.abs(epoch_digit(page, 1) - 255 * expected.numpy()).max() <= 1
    assert np.abs(epoch_digit(page, 1) - grey(page, "digit")).max() <= 1
    page.get_by_role("button", name="one snapshot back").click()
    assert slider.input_value() == str(len(kept) - 2)


def test_the_scrub_keeps_to_itself(page):
    """Another model's training leaves the page's model, its z and its pins where they are."""
    choose(page, "conv-16")
    page.get_by_role("button", name="pin A").click()
    before = latents(page)
    open_compare(page, "Learning")
    page.wait_for_selector(".column h3:has-text('epoch')")
    page.get_by_label("model whose training is shown").select_option("mlp-2")
    rest(page)
    assert page.get_by_test_id("stage").get_attribute("data-model") == "conv-16"
    assert page.locator(".column .whose").first.inner_text() == "the code of one test digit"
    assert epoch_digit(page, 1).max() > 100
    open_tab(page, "Explore")
    assert latents(page) == before
    assert page.locator("[data-pin=A]").get_attribute("aria-pressed") == "true"


def test_the_snapshots_are_small_and_end_with_the_shipped_model():
    for path in (checkpoints.WEIGHTS / "snapshots").glob("*.safetensors"):
        assert path.stat().st_size <= 8_000_000
        last = snapshots.load(path)[-1].model.decoder.state_dict()
        shipped = vae.load(path.stem).decoder.state_dict()
        assert all(torch.equal(last[name], tensor) for name, tensor in shipped.items())
