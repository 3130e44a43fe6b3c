"""The figures in Sample: beside the digits, and in the table of every model."""

import numpy as np
import pytest
from driving import open_sample, preset, shows

from vae import checkpoints, files
from vae.evaluation import generation
from vae.evaluation.judge import MEASURES


def figures(seed: int) -> dict:
    values = np.random.default_rng(seed).uniform(0.1, 0.9, len(MEASURES))
    return {
        name: {"mean": value, "spread": 0.0123}
        for name, value in zip(MEASURES, values, strict=True)
    }


@pytest.fixture
def evaluated(page):
    """The page with a table of figures that a test knows; it must be opened anew."""
    models = {
        name: {
            "hash": files.file_hash(checkpoints.WEIGHTS / f"{name}.safetensors"),
            "distributions": {"prior": figures(1), "beta-4-3": figures(2)},
        }
        for name in ("mlp-20", "conv-16")
    }
    models["mlp-20"]["distributions"]["normal-0-1"] = {"same_as": "prior"}
    models["mlp-2"] = {"hash": "0" * 12, "distributions": {"prior": figures(3)}}
    content = {
        "conditions": {
            "classifier": "0" * 12,
            "samples": 10_000,
            "seeds": [0, 1, 2],
            "reference": "the 10,000 test digits of MNIST",
            "floor": "10,000 training digits of MNIST at random",
        },
        "measures": MEASURES,
        "distributions": {
            name: {"label": name, "spec": spec} for name, spec in generation.distributions().items()
        },
        "floor": figures(0),
        "models": models,
    }
    page.route("**/weights/evaluation.json*", lambda route: route.fulfill(json=content))
    return page


def test_figures_stand_beside_the_floor_and_explain_themselves(evaluated):
    page = evaluated
    open_sample(page)
    row = page.locator(".measures tbody tr", has_text="recall")
    row.wait_for()
    assert f"{figures(1)['recall']['mean']:.3f} \u00b10.012" in row.inner_text()
    assert f"{figures(0)['recall']['mean']:.3f}" in row.inner_text()
    row.get_by_role("button").click()
    assert page.locator(".measures .definition").inner_text() == (MEASURES["recall"]["definition"])
    # Matched, it is the prior, which is measured; other parameters are not.
    preset(page, "Beta(1.1, 2)").click()
    shows(page, "mlp-20~beta:1.1,2")
    page.wait_for_function("document.querySelector('.measures').innerText === 'Not measured.'")
    page.get_by_role("button", name="matched", exact=True).click()
    row.wait_for()
    assert f"{figures(1)['recall']['mean']:.3f}" in row.inner_text()


def test_figures_of_another_file_of_the_model_do_not_count(evaluated):
    page = evaluated
    open_sample(page, "mlp-2")
    page.wait_for_function("document.querySelector('.measures').innerText === 'Not measured.'")


def test_the_table_of_every_model_sorts_and_shows(evaluated):
    page = evaluated
    open_sample(page)
    page.locator(".evaluation summary").click()
    rows = page.locator(".evaluation tbody tr")
    rows.first.wait_for()
    assert rows.count() == 6  # the floor, and mlp-20's three and conv-16's two
    page.locator(".evaluation th button", has_text="recall").click()
    heads = page.locator(".evaluation th").all_inner_texts()
    place = next(i for i, head in enumerate(heads, 1) if head.startswith("recall"))
    cells = rows.locator(f"td:nth-child({place})").all_inner_texts()
    shown = [float(text.split()[0]) for text in cells]
    assert shown[1:] == sorted(shown[1:], reverse=True)
    assert (
        page.locator(".evaluation .definition").inner_text() == (MEASURES["recall"]["definition"])
    )
    page.get_by_label("models in the table").select_option("conv-16")
    assert rows.count() == 3
    rows.get_by_role("button", name="Beta(4, 3)").click()
    shows(page, "conv-16~beta:4,3")


def test_without_a_table_the_page_says_not_measured(page):
    page.route("**/weights/evaluation.json*", lambda route: route.fulfill(status=404))
    open_sample(page)
    page.wait_for_function("document.querySelector('.measures').innerText === 'Not measured.'")
    page.locator(".evaluation summary").click()
    page.locator(".evaluation .basis").wait_for()
    assert "Not measured" in page.locator(".evaluation .basis").inner_text()
