"""Sample in the running app: sets of samples, links, files and refusals, with real events."""

import csv
import io
import json
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import scipy.stats
import torch
from driving import (
    decoded_batch,
    grey,
    open_sample,
    open_tab,
    preset,
    rest,
    sample_arrays,
    sample_pictures,
    saved,
    settle,
    shows,
)

import vae
from vae import checkpoints, files

SPEC = {"family": "beta", "alpha": 4.0, "beta": 3.0}


def test_the_digits_are_what_torch_decodes_from_the_files_z(page):
    open_sample(page)
    preset(page, "Beta(4, 3)").click()
    shows(page, "mlp-20~beta:4,3")
    found = sample_arrays(page)
    assert np.abs(sample_pictures(page) - decoded_batch("mlp-20", found["z"])).max() <= 1
    assert (found["z"] > 0).all() and (found["z"] < 1).all()
    path = checkpoints.WEIGHTS / "mlp-20.safetensors"
    about = {name: str(found[name]) for name in ("model", "hash", "seed", "temperature")}
    assert about == {
        "model": "mlp-20",
        "hash": files.file_hash(path),
        "seed": "0",
        "temperature": "1",
    }
    assert json.loads(str(found["spec"])) == SPEC
    with torch.inference_mode():
        seen = torch.from_numpy(decoded_batch("mlp-20", found["z"]) / 255).unsqueeze(1)
        p = checkpoints.load_classifier().classify(seen).probs.numpy()
    np.testing.assert_allclose(found["probability"], p, atol=2e-3)
    assert (found["label"] == found["probability"].argmax(1)).all()


def test_the_table_of_z_says_the_same_as_the_arrays(page):
    open_sample(page)
    found = sample_arrays(page)
    text = saved(page, page.locator(".sample [data-take=csv]")).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    z = np.array([[float(row[f"z{i}"]) for i in range(20)] for row in rows], np.float32)
    assert np.array_equal(z, found["z"])
    assert [int(row["label"]) for row in rows] == found["label"].tolist()
    assert {(row["model"], row["hash"], row["seed"]) for row in rows} == {
        ("mlp-20", str(found["hash"]), "0")
    }
    assert json.loads(rows[0]["spec"]) == {"family": "normal", "mean": 0, "std": 1}
    assert saved(page, page.locator(".sample [data-take=png]"))[:4] == b"\x89PNG"


@pytest.mark.parametrize("family", ["gaussian", "classes", "encodings"])
def test_what_is_fitted_to_the_encodings_comes_from_the_models_statistics(page, family):
    names = {"gaussian": "one Gaussian", "classes": "per class", "encodings": "encodings"}
    open_sample(page, "conv-16")
    preset(page, names[family]).click()
    shows(page, f"conv-16~{family}")
    z = sample_arrays(page)["z"]
    assert np.abs(sample_pictures(page) - decoded_batch("conv-16", z)).max() <= 1
    statistics = checkpoints.load_statistics("conv-16")
    mean, covariance = statistics["mean"].numpy(), statistics["covariance"].numpy()
    distance = np.linalg.norm(np.linalg.solve(np.linalg.cholesky(covariance), (z - mean).T), axis=0)
    assert 3 < distance.mean() < 5  # in 16 dimensions about the root of 16


def test_forms_and_temperature_change_z_as_they_say(page):
    open_sample(page)
    preset(page, "Beta(4, 3)").click()
    shows(page, "mlp-20~beta:4,3")
    raw = sample_arrays(page)["z"].astype(float)
    p = scipy.stats.beta(4, 3)
    page.get_by_role("button", name="standardised", exact=True).click()
    shows(page, "mlp-20~beta:4,3:standardised")
    np.testing.assert_allclose(sample_arrays(page)["z"], (raw - p.mean()) / p.std(), atol=1e-5)
    page.get_by_role("button", name="matched", exact=True).click()
    shows(page, "mlp-20~beta:4,3:matched")
    matched = sample_arrays(page)["z"]
    np.testing.assert_allclose(matched, scipy.stats.norm.ppf(p.cdf(raw)), atol=1e-4)
    settle(page)
    assert page.locator(".sample-set .advice").inner_text().startswith("Matched, it is the prior")
    page.get_by_label("value of temperature").fill("0.5")
    shows(page, "mlp-20~beta:4,3:matched:t0.5")
    np.testing.assert_allclose(sample_arrays(page)["z"], matched / 2, atol=1e-6)
    settle(page)
    assert "temperature 1" in page.locator(".sample-set .measures").inner_text()


def test_a_slider_morphs_the_same_digits_and_its_last_value_is_painted(page):
    open_sample(page)
    preset(page, "Beta(4, 3)").click()
    shows(page, "mlp-20~beta:4,3")
    page.evaluate(
        """() => {
          const slider = document.querySelector(".sample [aria-label=alpha]");
          for (let i = 0; i <= 50; i++) {
            slider.value = Math.log(4) + i / 50;
            slider.dispatchEvent(new Event("input", {bubbles: true}));
          }
        }"""
    )
    alpha = float(page.get_by_label("value of alpha").input_value())
    assert 10.5 < alpha < 11.5
    page.wait_for_function("document.querySelector('.sample-set').dataset.drawn.includes('beta:1')")
    settle(page)
    found = sample_arrays(page)
    assert json.loads(str(found["spec"]))["alpha"] == alpha
    assert np.abs(sample_pictures(page) - decoded_batch("mlp-20", found["z"])).max() <= 1


def test_a_link_restores_the_whole_experiment(page):
    open_sample(page)
    preset(page, "Gaussian(1, 2)").click()
    page.get_by_role("button", name="the variance").click()
    page.locator(".sample .add").click()
    page.get_by_label("model of samples 2").select_option("beta-4-3")
    shows(page, "beta-4-3~prior", number=1)
    preset(page, "Beta(1.1, 2)").click()
    page.get_by_role("button", name="standardised", exact=True).click()
    page.get_by_label("value of temperature").fill("0.7")
    page.locator(".sample .seed-value").fill("4294967295")
    shows(page, "beta-4-3~beta:1.1,2:standardised:t0.7", number=1)
    rest(page)
    first, second = sample_pictures(page), sample_pictures(page, "samples-2")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["p"] == ["normal:1,1.4142135623730951"]
    assert asked["p2"] == ["beta-4-3~beta:1.1,2:standardised:t0.7"]
    page.goto(page.url)
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    open_tab(page, "Sample")
    shows(page, "mlp-20~normal:1,1.4142135623730951")
    shows(page, "beta-4-3~beta:1.1,2:standardised:t0.7", number=1)
    assert np.array_equal(sample_pictures(page), first)
    assert np.array_equal(sample_pictures(page, "samples-2"), second)
    assert page.locator(".sample .seed-value").input_value() == "4294967295"


@pytest.mark.parametrize(
    "query", ["p=beta:0,3", "p=normal:1,2&p2=mlp-20~beta:4,99", "seed=5000000000"]
)
def test_a_link_that_is_out_of_range_still_shows_digits(page, app_url, query):
    page.goto(f"{app_url}/?model=mlp-2&{query}")
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    open_tab(page, "Sample")
    page.wait_for_selector(".sample-set[data-drawn]")
    assert page.locator(".sample .seed-value").input_value() == "0"
    assert sample_pictures(page).max() > 200


@pytest.mark.parametrize(
    ("control", "name", "typed"),
    [
        ("value of std", "std", "0"),
        ("value of std", "std", "-1"),
        ("value of mean", "mean", "1e30"),
        ("value of temperature", "temperature", "1.6"),
        ("value of temperature", "temperature", ""),
        ("seed", "seed", "-1"),
        ("seed", "seed", "1.5"),
        ("seed", "seed", "4294967296"),
        ("seed", "seed", ""),
    ],
)
def test_bad_input_is_refused_at_the_control_and_the_digits_stay(page, control, name, typed):
    open_sample(page)
    before = sample_pictures(page)
    page.get_by_label(control).fill(typed)
    message = page.locator(".sample .message").inner_text()
    assert name in message and " from " in message and " to " in message
    assert page.get_by_label(control).get_attribute("aria-invalid") is not None
    page.wait_for_timeout(200)
    assert np.array_equal(sample_pictures(page), before)
    page.get_by_label(control).blur()
    assert page.locator(".sample .message").inner_text() == ""
    assert float(page.get_by_label(control).input_value()) in (0, 1)


def test_a_conditional_model_is_told_every_class_by_the_same_uniforms(page):
    open_sample(page, "cvae")
    found = sample_arrays(page)
    assert len({*found["y"].tolist()}) == 10
    with torch.inference_mode():
        z, y = torch.from_numpy(found["z"]), torch.from_numpy(found["y"]).long()
        expected = 255 * vae.load("cvae").decode(z, y).mean[:, 0].numpy()
    assert np.abs(sample_pictures(page) - expected).max() <= 1
    text = saved(page, page.locator(".sample [data-take=csv]")).decode()
    rows = csv.DictReader(io.StringIO(text))
    assert [int(row["y"]) for row in rows] == found["y"].tolist()
    # Its digit goes to the stage with its class.
    page.get_by_test_id("samples").focus()
    page.keyboard.press("Enter")
    settle(page)
    assert np.abs(grey(page, "digit") - sample_pictures(page)[0]).max() <= 2


def test_a_gan_has_nothing_that_is_fitted_to_encodings(page):
    open_sample(page, "gan")
    before = sample_pictures(page)
    preset(page, "mixture").click()
    shows(page, "gan~prior")
    said = page.locator(".sample-set .trouble").inner_text()
    assert "A GAN has no encoder, so nothing can be fitted to encodings." in said
    assert np.array_equal(sample_pictures(page), before)


def test_many_draws_in_a_row_end_with_the_last_one(page):
    open_sample(page, "conv-16")
    for _ in range(8):
        page.get_by_role("button", name="new draw").click()
        page.wait_for_timeout(150)
    rest(page)
    found = sample_arrays(page)
    assert str(found["seed"]) == page.locator(".sample .seed-value").input_value()
    assert np.abs(sample_pictures(page) - decoded_batch("conv-16", found["z"])).max() <= 1
