"""The shipped table, weights/evaluation.json: of these very files, and what it shows."""

import json
from typing import Any

import pytest

import vae
from vae import checkpoints, sampling
from vae.evaluation import generation
from vae.evaluation.judge import MEASURES
from vae.evaluation.results import Table

CORE = ("prior", "normal-0-1", "normal-1-2", "beta-0.25-0.25", "beta-4-3", "beta-4-3-matched")
FITTED = tuple(sampling.FITTED)


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return json.loads((checkpoints.WEIGHTS / "evaluation.json").read_text())


@pytest.fixture(scope="module")
def table(content) -> Table:
    return Table(checkpoints.WEIGHTS, content["conditions"])


@pytest.fixture
def distance(table):
    """`distance(model, distribution)` is the mean Frechet distance."""

    def read(model: str, distribution: str) -> float:
        found = table.models[model]["distributions"]
        return found[found[distribution].get("same_as", distribution)]["frechet_distance"]["mean"]

    return read


def test_the_classifier_is_the_shipped_one(content):
    assert content["conditions"]["classifier"] == checkpoints.load_classifier().hash
    assert content["conditions"]["samples"] == 10_000
    assert len(content["conditions"]["seeds"]) == 3
    assert content["measures"] == MEASURES
    assert content["distributions"].keys() == generation.distributions().keys()


@pytest.mark.parametrize("name", vae.list_models())
def test_every_model_is_measured_as_it_is(name, table):
    """`python -m vae.evaluation` measures a model that was trained again."""
    model = vae.load(name)
    wanted = CORE + FITTED if isinstance(model, vae.VAE) else CORE
    assert table.missing(name, model.config.prior, wanted) == []


def test_figures_are_in_their_ranges(table):
    for model in table.models.values():
        for figures in model["distributions"].values():
            if "same_as" in figures:
                assert figures["same_as"] in model["distributions"]
                continue
            means = {name: figures[name]["mean"] for name in MEASURES}
            assert means.pop("frechet_distance") >= 0
            assert means.pop("second_frechet_distance") >= 0
            assert means.pop("density") >= 0
            assert 0 <= means.pop("class_entropy") <= 2.3026
            assert all(0 <= value <= 1 for value in means.values())
            assert sum(figures["classes"]) == pytest.approx(1, abs=1e-3)


def test_no_model_is_closer_to_real_digits_than_other_real_digits_are(table, distance):
    floor = table.floor["frechet_distance"]["mean"]
    for name, model in table.models.items():
        for one in model["distributions"]:
            assert distance(name, one) > floor, (name, one)


def test_sampling_from_the_right_place_cures_mlp_20(distance):
    assert distance("mlp-20", "classes") < distance("mlp-20", "prior") / 4
    assert distance("mlp-20", "mixture") < distance("mlp-20", "prior") / 4


def test_conv_16_from_its_fits_is_close_to_its_encodings(distance):
    best = min(distance("conv-16", one) for one in ("classes", "mixture"))
    assert best < 2.5 * distance("conv-16", "encodings")
    assert best < distance("mlp-20", "normal-0-1") / 10


def test_a_model_trained_for_a_distribution_stands_it(distance):
    assert distance("beta-4-3", "beta-4-3") < distance("mlp-20", "beta-4-3") / 8
    assert distance("gaussian-1-2", "normal-1-2") < distance("mlp-20", "normal-1-2") / 2
    assert distance("mlp-20", "beta-4-3-matched") == distance("mlp-20", "prior")
