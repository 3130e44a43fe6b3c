"""What the page is told: plain data that agrees with the library."""

import json

import pytest

import vae
from vae import latent, sampling
from vae.checkpoints import WEIGHTS, open_zoo
from vae.ui.facts import facts, models


@pytest.fixture(scope="module")
def summaries() -> dict[str, dict]:
    return {one["name"]: one for one in models(open_zoo())}


def test_all_of_it_is_plain_data(summaries):
    for what in (facts(), summaries):
        assert isinstance(json.dumps(what, allow_nan=False), str)


def test_every_offered_distribution_is_in_the_range_of_its_sliders():
    for name, family in facts()["families"].items():
        assert family["presets"], name
        for one in family["presets"]:
            sampling.check(one["spec"])
            assert one["label"] == sampling.label(one["spec"])
            for parameter in family["parameters"]:
                assert parameter["low"] <= one["spec"][parameter["name"]] <= parameter["high"]


def test_every_end_of_a_slider_is_a_distribution():
    for name, family in facts()["families"].items():
        for end in ("low", "high"):
            spec = {one["name"]: one[end] for one in family["parameters"]}
            latent.distribution({"family": name, **spec}, 1)


def test_every_model_is_described(summaries):
    assert summaries.keys() == set(vae.list_models())
    assert (
        summaries["mlp-20"]["network"] == "784-400-200, relu"[4:] or summaries["mlp-20"]["network"]
    )
    for name, one in summaries.items():
        assert one["snapshots"] == (WEIGHTS / "snapshots" / f"{name}.safetensors").is_file()
        assert one["encoder"] == isinstance(vae.load(name), vae.VAE)
    assert not summaries["gan"]["encoder"] and summaries["gan"]["likelihood"] is None
    assert summaries["autoencoder"]["prior"] is None
