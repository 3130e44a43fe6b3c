"""Compare in the running app: its pages and their addresses, and the table of models."""

import json
import re

import pytest
from driving import open_compare, open_tab

import vae
from vae import checkpoints


def column(page, name: str) -> list[str]:
    heads = page.locator(".models-table th").all_inner_texts()
    index = next(i for i, head in enumerate(heads) if head.split()[0] == name)
    return page.locator(f".models-table tbody td:nth-child({index + 1})").all_inner_texts()


PAGES = {
    "models": ("Models", ".models-table"),
    "learning": ("Learning", "[data-testid=curves]"),
    "vae-and-gan": ("VAE against GAN", ".vae-and-gan table"),
    "claims": ("Which claims hold", ".claims table"),
}


@pytest.mark.parametrize("name", PAGES)
def test_an_address_opens_a_page_with_the_stage_only_where_it_says_something(page, app_url, name):
    title, content = PAGES[name]
    page.goto(f"{app_url}?tab=compare&compare={name}")
    page.wait_for_selector(content)
    assert page.locator(".compare .pages [aria-pressed=true]").all_inner_texts() == [title]
    assert page.locator(".compare > section").filter(visible=True).count() >= 1
    assert page.locator(".machine").is_visible() == (name == "learning")
    page.mouse.click(5, 5)
    page.get_by_role("button", name="copy link", exact=True).click()
    page.locator(".stage .status", has_text="address").wait_for()
    open_tab(page, "Explore")
    assert page.locator(".machine").is_visible()


def test_the_two_frechet_distances_stand_side_by_side_and_say_from_where(page):
    open_compare(page)
    heads = page.locator(".models-table th").all_inner_texts()
    first = heads.index("Fr\u00e9chet, prior")
    assert heads[first : first + 3] == ["Fr\u00e9chet, prior", "Fr\u00e9chet, best", "best sampler"]
    evaluation = json.loads((checkpoints.WEIGHTS / "evaluation.json").read_text(encoding="utf-8"))
    measured = {
        name: figures["frechet_distance"]["mean"]
        for name, figures in evaluation["models"]["mlp-20"]["distributions"].items()
        if "frechet_distance" in figures and name != "encodings"
    }
    best = min(measured, key=measured.get)
    row = page.locator(".models-table tbody tr", has=page.get_by_text("mlp-20", exact=True))
    shown = row.locator("td").all_inner_texts()[first : first + 3]
    label = evaluation["distributions"][best]["label"]
    assert shown == [f"{measured['prior']:.1f}", f"{measured[best]:.1f}", label]


def test_a_wide_table_scrolls_in_its_own_window(page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_compare(page)
    table = page.get_by_role("region", name="every model")
    width, content = table.evaluate("element => [element.clientWidth, element.scrollWidth]")
    assert width <= 390 < content
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.models .scroll').scrollLeft > 0")


# Not "loss, 500 samples"; an arrow follows where the table is sorted by it.
LOSS = re.compile("^loss(?!,)")


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
    page.locator(".models-table th button", has_text=LOSS).click()
    losses = [text.replace("\u2212", "-") for text in column(page, "loss")]
    numbers = [float(text) for text in losses if text != "\u2013"]
    assert numbers == sorted(numbers)
    page.locator(".models-table th button", has_text=LOSS).click()
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
