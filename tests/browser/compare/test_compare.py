"""Compare in the running app: the table, the curves, the scrub through training, the exhibits."""

import csv
import io
import json

import numpy as np
import pytest
import torch
from driving import choose, grey, latents, open_tab, settle

import vae
from vae import checkpoints
from vae.training import snapshots


def open_compare(page, shown: str = "Models") -> None:
    """Opens one of the four pages of the tab."""
    open_tab(page, "Compare")
    page.wait_for_selector(".models-table tbody tr", state="attached")
    page.locator(".compare .pages").get_by_role("button", name=shown, exact=True).click()


def column(page, name: str) -> list[str]:
    heads = page.locator(".models-table th").all_inner_texts()
    index = next(i for i, head in enumerate(heads) if head.split()[0] == name)
    return page.locator(f".models-table tbody td:nth-child({index + 1})").all_inner_texts()


def test_the_table_is_that_of_the_records_and_can_be_sorted(page):
    open_compare(page)
    names = column(page, "model")
    assert sorted(names) == vae.list_models()
    for name, parameters, loss in zip(
        names, column(page, "parameters"), column(page, "loss"), strict=True
    ):
        figures = vae.load(name).record.figures
        assert parameters == f"{figures['parameters']:,}"
        if "total" in figures:
            assert float(loss.replace("\u2212", "-")) == round(figures["total"], 2)
        else:
            assert loss == "\u2013"
    page.locator(".models-table th button", has_text="loss").click()
    losses = [text.replace("\u2212", "-") for text in column(page, "loss")]
    numbers = [float(text) for text in losses if text != "\u2013"]
    assert numbers == sorted(numbers)
    page.locator(".models-table th button", has_text="loss").click()
    assert column(page, "loss")[0].replace("\u2212", "-") == f"{max(numbers):.2f}"


@pytest.mark.parametrize(
    ("model", "decoder"),
    [
        ("conv-16", "decoder 256-128-64-32"),
        ("gan", "decoder only"),
        ("cvae", None),
        ("conv-beta", None),
        ("mlp-20", None),
    ],
)
def test_a_decoder_is_said_where_it_is_no_mirror_image_of_the_encoder(page, model, decoder):
    open_compare(page)
    network = dict(zip(column(page, "model"), column(page, "network"), strict=True))[model]
    assert network.endswith(f", {decoder}") if decoder else "decoder" not in network


def test_a_name_in_the_table_puts_the_model_in_use(page):
    open_compare(page)
    page.locator(".models-table td button", has_text="beta-4-3").click()
    page.wait_for_function("document.querySelector('.stage').dataset.model === 'beta-4-3'")
    assert page.get_by_test_id("map").is_visible()


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
        page.wait_for_timeout(700)
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
    page.wait_for_timeout(1500)
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


def test_the_exhibits_show_what_was_measured(page):
    open_compare(page, "Which claims hold")
    rows = json.loads((checkpoints.WEIGHTS / "findings.json").read_text(encoding="utf-8"))["rows"]
    page.wait_for_selector(".claims tbody tr")
    shown = page.locator(".claims tbody tr td:first-child").all_inner_texts()
    assert shown == [row["claim"] for row in rows]
    buttons = page.locator(".claims tbody tr:has(button) td:first-child").all_inner_texts()
    assert buttons == [row["claim"] for row in rows if row["exhibit"]]
    measured = checkpoints.WEIGHTS / "vae-against-gan.json"
    if not measured.is_file():
        assert "python -m vae.studies.vae_and_gan" in page.locator(".vae-and-gan").inner_text()
        return
    duel = json.loads(measured.read_text(encoding="utf-8"))
    open_compare(page, "VAE against GAN")
    first = page.locator(".vae-and-gan tbody tr").first.inner_text()
    assert duel["summary"][0]["contender"] in first
    assert page.locator(".vae-and-gan img").count() >= 3


def test_a_finding_opens_its_pictures(page):
    open_compare(page, "Which claims hold")
    page.wait_for_selector(".claims tbody tr")
    shown = json.loads((checkpoints.WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))
    exhibit = shown["exhibits"]["squared-error"]
    assert not any("exhibits.json" in address for address in page.requested)
    row = page.locator(".claims tbody tr", has_text="Under Beta the squared-error model")
    row.get_by_role("button", name="see it").press("Enter")
    figures = page.locator(".claims .exhibit figure")
    figures.nth(len(exhibit["rows"]) - 1).wait_for()
    assert page.locator(".claims .exhibit h3").inner_text() == exhibit["title"]
    captions = page.locator(".claims .exhibit figcaption").all_text_contents()
    assert captions == [f"{row['model']} {row['words']}" for row in exhibit["rows"]]
    seen = page.locator(".claims .exhibit img").evaluate_all(
        """async (images) => {
          await Promise.all(images.map((image) => image.decode()));
          return images.map((image) => [image.src, image.alt, image.naturalWidth,
            getComputedStyle(image).imageRendering, image.getBoundingClientRect().left]);
        }"""
    )
    for row, (source, alt, width, rendering, left) in zip(exhibit["rows"], seen, strict=True):
        picture = shown["pictures"][row["picture"]]
        assert (source, alt) == (f"data:image/png;base64,{picture['png']}", picture["alt"])
        assert (width, rendering, left) == (280, "pixelated", seen[0][4])
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = figures.first.locator("img").bounding_box()
    assert box["x"] >= 0 and 320 <= box["width"] <= 390 - box["x"]
    page.locator(".claims button[aria-expanded=true]").click()
    assert not figures.first.is_visible()
    assert sum("exhibits.json" in address for address in page.requested) == 1


def test_what_is_no_picture_in_the_file_stays_text(page):
    """Nothing of a file becomes an element or an address of its own."""
    found = page.evaluate(
        """async () => {
          const { picture } = await import(new URL("web/canvas/picture.js", document.baseURI));
          const image = picture('x"><script>', "<b>alt</b>");
          return [image.outerHTML.includes("src"), image.alt];
        }"""
    )
    assert found == [False, "<b>alt</b>"]


def test_the_comparison_is_shown_where_it_was_made(page):
    """With a file as `vae.vae-and-gan` writes it, of one contender, measured once."""
    shown = json.loads((checkpoints.WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))
    png = shown["pictures"]["gan-normal-0-1"]["png"]
    figure = {"mean": 5.9, "spread": 0.1}
    names = ("frechet_distance", "recall", "coverage", "class_entropy")
    row = {
        "contender": "gan",
        "sampler": "prior",
        "curve": [{"seconds": seconds, "mean": 9, "least": 8, "most": 10} for seconds in (60, 120)],
        "reached": {"50": [3.2, None, 4.1]},
        "end": dict.fromkeys(names, figure),
        "dropped": [[], [4, 7], []],
    }
    history = [{"epoch": 1, "seconds": 9.0, "train_generator": 1.0, "train_discriminator": 0.6}]
    duel = {
        "protocol": {"seconds": 120, "seeds": [0, 1, 2], "batch_size": 128},
        "floor": {"frechet_distance": figure},
        "contenders": {"gan": {"about": "the GAN", "parameters": 800_000}},
        "samplers": {"prior": "the model's prior"},
        "runs": [{"contender": "gan", "seed": 0, "history": history}],
        "summary": [row],
        "pictures": [{"contender": "gan", "sampler": "prior", "seconds": 120, "png": png}],
    }
    page.route("**/vae-against-gan.json", lambda route: route.fulfill(json=duel))
    page.route("**/vae-against-gan-tuning.json", lambda route: route.fulfill(status=404))
    open_compare(page, "VAE against GAN")
    page.wait_for_selector(".vae-and-gan tbody tr")
    cells = page.locator(".vae-and-gan tbody td").all_inner_texts()
    assert cells[:3] == ["gan", "prior", "5.90 \u00b1 0.10"]
    assert cells[-2:] == ["3 \u2013 4", "none, 47, none"]
    image = page.locator(".vae-and-gan img").first
    assert image.get_attribute("src") == f"data:image/png;base64,{png}"
    assert image.get_attribute("alt") == "samples of gan after 120 seconds"


def test_the_shipped_comparison_is_shown_at_every_time(page):
    duel = json.loads((checkpoints.WEIGHTS / "vae-against-gan.json").read_text(encoding="utf-8"))
    open_compare(page, "VAE against GAN")
    page.wait_for_selector(".vae-and-gan tbody tr")
    assert "undefined" not in page.locator(".vae-and-gan").inner_text()
    slider = page.get_by_role("slider", name="seconds of training")
    slider.focus()
    for time, key in ((duel["protocol"]["times"][-1], "End"), (1.88, "Home")):
        page.keyboard.press(key)
        page.get_by_role("heading", name=f"After {time:g} seconds").wait_for()
        shown = [
            image.get_attribute("src") for image in page.locator(".vae-and-gan .pair img").all()
        ]
        wanted = [p["png"] for p in duel["pictures"] if round(p["seconds"], 2) == time]
        assert shown == [f"data:image/png;base64,{png}" for png in wanted]
