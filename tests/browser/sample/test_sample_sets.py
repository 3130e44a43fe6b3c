"""Sets of samples in the running app: beside each other, on the map, on the stage, and read."""

import numpy as np
import pytest
from driving import (
    decoded_batch,
    grey,
    latents,
    open_sample,
    preset,
    sample_arrays,
    sample_pictures,
    settle,
    shows,
)


def test_two_sets_of_samples_differ_in_what_is_changed_and_in_nothing_else(page):
    open_sample(page)
    page.locator(".sample .add").click()
    # From another distribution, or nothing could be compared.
    shows(page, "mlp-20~normal:1,2", number=1)
    before = sample_pictures(page)
    preset(page, "N(0, 1)").click()
    shows(page, "mlp-20~normal:0,1", number=1)
    assert np.array_equal(before, sample_pictures(page, "samples-2"))
    page.get_by_label("model of samples 2").select_option("gaussian-1-2")
    shows(page, "gaussian-1-2~normal:0,1", number=1)
    preset(page, "Gaussian(1, 2)").click()
    shows(page, "gaussian-1-2~normal:1,2", number=1)
    assert np.array_equal(sample_pictures(page), before)
    z = sample_arrays(page)["z"]
    assert np.abs(sample_pictures(page, "samples-2") - decoded_batch("gaussian-1-2", z)).max() <= 1
    page.get_by_test_id("samples").focus()
    np.testing.assert_allclose(1 + 2 * sample_arrays(page)["z"], z, atol=1e-5)
    page.get_by_role("button", name="remove samples 1").click()
    assert page.locator(".sample-set").count() == 1
    assert page.get_by_label("model of samples 1").input_value() == "gaussian-1-2"


def test_there_are_four_sets_of_samples_at_most(page):
    open_sample(page, "mlp-2")
    for _ in range(3):
        page.locator(".sample .add").click()
        settle(page)
    assert page.locator(".sample-set").count() == 4
    shows(page, "mlp-2~beta:1,1", number=3)
    drawn = page.locator(".sample-set").evaluate_all("sets => sets.map(one => one.dataset.drawn)")
    assert len(set(drawn)) == 4
    assert page.locator(".sample .add").is_disabled()


def test_matched_all_betas_are_alike_and_the_page_says_so(page):
    open_sample(page)
    preset(page, "Beta(4, 3)").click()
    shows(page, "mlp-20~beta:4,3")
    assert "alike" not in page.locator(".in-form").inner_text()
    page.get_by_role("button", name="matched", exact=True).click()
    shows(page, "mlp-20~beta:4,3:matched")
    assert "all Betas included, z is alike" in page.locator(".in-form").inner_text()
    before = sample_pictures(page)
    preset(page, "Beta(0.25, 0.25)").click()
    shows(page, "mlp-20~beta:0.25,0.25:matched")
    assert np.abs(sample_pictures(page) - before).max() <= 2


SIZES = [(1440, 900), (1280, 720), (820, 1180), (390, 844), (844, 390)]


@pytest.mark.parametrize("width, height", SIZES)
def test_no_name_and_no_last_column_is_cut(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    open_sample(page)
    for count in (1, 2):
        page.locator(".measures table").nth(count - 1).wait_for(state="attached")
        settle(page)
        names = page.locator(".families button").evaluate_all(
            """all => all.map(one => one.getBoundingClientRect())
              .map(({top, right}) => [top, right])"""
        )
        tops, rights = zip(*names, strict=True)
        # A small screen scrolls a single row.
        assert len(names) > 10 and len(set(map(round, tops))) <= (2 if width > 860 else 1)
        assert width <= 860 or max(rights) <= width
        cut = page.locator(".sample-set").evaluate_all(
            """sets => sets.flatMap(one => [".digits", ".measures table"].map((name) => {
              const inner = one.querySelector(name).getBoundingClientRect();
              const outer = one.querySelector(name).parentElement.getBoundingClientRect();
              return inner.right - Math.min(innerWidth, outer.width ? outer.right : innerWidth);
            }))"""
        )
        assert len(cut) == 2 * count and max(cut) < 1
        page.locator(".sample .add").click()


def test_a_digit_of_another_model_takes_the_page_there_and_leaves_the_samples(page):
    open_sample(page)
    page.locator(".sample .add").click()
    page.get_by_label("model of samples 2").select_option("gaussian-1-2")
    shows(page, "gaussian-1-2~normal:1,2", number=1)
    z = sample_arrays(page)["z"]
    canvas = page.get_by_test_id("samples-2")
    side = canvas.bounding_box()["width"]
    canvas.click(position={"x": side * 2.5 / 8, "y": side * 1.5 / 8})
    page.wait_for_function("document.querySelector('.stage').dataset.model === 'gaussian-1-2'")
    settle(page)
    np.testing.assert_allclose(latents(page), z[10], atol=6e-4)
    assert page.get_by_label("model of samples 1").input_value() == "mlp-20"


def test_a_digit_goes_to_the_stage_by_keys(page):
    open_sample(page)
    page.get_by_test_id("samples").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    settle(page)
    assert page.locator(".sample-set .pointed").inner_text().startswith("Digit 10: reads")
    np.testing.assert_allclose(latents(page), sample_arrays(page)["z"][9], atol=6e-4)


def test_the_map_is_clicked_dragged_and_zoomed(page):
    open_sample(page, "mlp-2")
    canvas = page.get_by_test_id("sample-map")
    canvas.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('[data-testid=sample-map]').style.height")
    box = canvas.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=6)
    settle(page)
    there = latents(page)
    page.mouse.move(middle[0] + 120, middle[1], steps=6)
    page.mouse.up()
    settle(page)
    step = latents(page)[0] - there[0]
    assert step > 0 and latents(page)[1] == pytest.approx(there[1], abs=2e-3)
    page.mouse.wheel(0, -100)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=6)
    page.mouse.up()
    settle(page)
    nearer = there[0] + step - latents(page)[0]
    assert nearer == pytest.approx(step / 1.25, rel=0.02)
    page.keyboard.press("0")
    z = sample_arrays(page)["z"]
    unit = step / 60
    target = [middle[0] + (z[0][0] - there[0]) / unit + 60, middle[1] - (z[0][1] - there[1]) / unit]
    page.mouse.click(*map(float, target))
    settle(page)
    found = np.abs(np.asarray(z) - latents(page)).max(axis=1).min()
    assert found < 6e-4


def test_the_page_says_which_model_was_trained_for_a_distribution(page):
    open_sample(page)
    settle(page)
    said = page.locator(".sample-set .advice").first
    assert "This is the prior that mlp-20 was trained with" in said.inner_text()
    preset(page, "Beta(4, 3)").click()
    shows(page, "mlp-20~beta:4,3")
    page.get_by_role("button", name="show beta-4-3, trained for it").click()
    shows(page, "beta-4-3~beta:4,3", number=1)
    settle(page)
    assert "mlp-20 was trained with the prior N(0,\u00a01)" in said.inner_text()
    second = page.locator(".sample-set .advice").nth(1)
    assert "This is the prior that beta-4-3 was trained with" in second.inner_text()
    page.get_by_test_id("samples").focus()
    page.get_by_role("button", name="match it to the prior").click()
    shows(page, "mlp-20~beta:4,3:matched")


def test_the_sweep_is_the_same_digits_over_both_parameters(page):
    open_sample(page)
    page.locator(".sweep summary").click()
    page.wait_for_function("document.querySelector('.sweep').dataset.drawn", timeout=60_000)
    cell = page.get_by_role("button", name="alpha 20, beta 0.05", exact=True)
    cell.click()
    shows(page, "mlp-20~beta:20,0.05")
    assert cell.get_attribute("aria-pressed") == "true"
    swept = grey(page, "sweep")[-84:, -84:].reshape(3, 28, 3, 28).swapaxes(1, 2).reshape(9, 28, 28)
    assert np.abs(swept - decoded_batch("mlp-20", sample_arrays(page)["z"][:9])).max() <= 1
    cell.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    shows(page, "mlp-20~beta:20,0.136")


def test_what_the_classifier_reads_is_counted_over_the_visible_digits(page):
    open_sample(page)
    page.wait_for_function("document.querySelector('.quick').innerText !== ''")
    found = sample_arrays(page)
    counts = [int(text) for text in page.locator(".shares em").all_inner_texts()]
    assert counts == np.bincount(found["label"], minlength=10).tolist()
    confidence = found["probability"].max(1).mean()
    assert f"confidence {confidence:.2f}" in page.locator(".quick").inner_text()
