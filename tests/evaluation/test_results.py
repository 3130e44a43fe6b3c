"""The file of figures: what it keeps, and what makes it forget."""

import hashlib
import json
from pathlib import Path

import pytest
import torch

from vae import checkpoints
from vae.checkpoints import Record
from vae.evaluation import generation
from vae.evaluation.judge import MEASURES
from vae.evaluation.results import Table
from vae.latent import STANDARD_NORMAL

CONDITIONS = {"classifier": "0123", "samples": 10}
BETA = {"family": "beta", "alpha": 4.0, "beta": 3.0}
FIGURES = {"frechet_distance": {"mean": 1.5, "spread": 0.5}}


@pytest.fixture
def save(tmp_path: Path, tiny):
    """`save(name, seed, statistics)` writes a checkpoint with the weights of that seed."""

    def write(name: str, seed: int = 0, **statistics: torch.Tensor) -> None:
        record = Record(name, "A model.")
        path = tmp_path / f"{name}.safetensors"
        checkpoints.save(path, tiny("normal", seed), record, statistics)

    return write


@pytest.fixture
def weights(tmp_path: Path, save) -> Path:
    save("one")
    save("two")
    return tmp_path


@pytest.fixture
def filled(weights: Path) -> Path:
    table = Table(weights, CONDITIONS)
    table.floor = FIGURES
    table.put("one", STANDARD_NORMAL, "prior", FIGURES)
    table.put("two", STANDARD_NORMAL, "beta-4-3", FIGURES)
    return weights


def missing(weights: Path, model: str, conditions: dict = CONDITIONS) -> list[str]:
    return Table(weights, conditions).missing(model, STANDARD_NORMAL, ["prior", "beta-4-3"])


def test_what_gives_the_same_z_is_measured_once(weights):
    table = Table(weights, CONDITIONS)
    names = ["normal-0-1", "prior", "normal-1-2-standardised", "beta-4-3-matched", "mixture"]
    assert table.missing("one", STANDARD_NORMAL, names) == ["prior", "mixture"]
    assert table.missing("one", BETA, names) == [
        "normal-0-1", "prior", "normal-0-1-standardised", "mixture"
    ]  # fmt: skip
    assert len(table.missing("one", STANDARD_NORMAL, generation.distributions())) == 17


def test_a_measurement_is_kept_and_known_under_every_name_of_its_distribution(filled):
    table = Table(filled, CONDITIONS)
    assert table.floor == FIGURES
    found = table.models["one"]["distributions"]
    assert found["prior"] == FIGURES
    for name in ("normal-0-1", "normal-1-2-standardised", "beta-4-3-matched"):
        assert found[name] == {"same_as": "prior"}
    assert not {"normal-1-2", "beta-4-3", "mixture"} & found.keys()
    assert missing(filled, "one") == ["beta-4-3"]
    assert missing(filled, "two") == ["prior"]
    assert not list(filled.glob("*.partial"))


def test_the_file_says_what_its_figures_mean(filled):
    content = json.loads((filled / "evaluation.json").read_text())
    assert content.keys() == {
        "conditions", "measures", "distributions", "floor", "models"
    }  # fmt: skip
    assert content["conditions"] == CONDITIONS
    assert content["measures"] == MEASURES
    assert content["distributions"]["beta-4-3-matched"] == {
        "label": "Beta(4, 3), matched",
        "spec": {**BETA, "as": "matched"},
    }


def test_a_model_that_changed_is_forgotten_and_no_other(filled, save):
    save("one", seed=1)
    assert missing(filled, "one") == ["prior", "beta-4-3"]
    assert missing(filled, "two") == ["prior"]
    save("two", mean=torch.ones(3))  # what a fitted distribution is drawn from
    assert missing(filled, "two") == ["prior", "beta-4-3"]
    (filled / "one.safetensors").unlink()
    (filled / "two.safetensors").unlink()
    assert Table(filled, CONDITIONS).models == {}


def test_a_statistic_that_nothing_is_drawn_from_changes_the_hash_alone(filled, save):
    before = Table(filled, CONDITIONS).models["one"]
    save("one", kl=torch.ones(3))
    table = Table(filled, CONDITIONS)
    assert table.models["one"]["distributions"] == before["distributions"]
    assert table.models["one"]["fingerprint"] == before["fingerprint"]
    file_hash = hashlib.sha256((filled / "one.safetensors").read_bytes()).hexdigest()
    assert table.models["one"]["hash"] == file_hash[:12] != before["hash"]


def test_a_file_replaced_while_it_was_measured_counts_as_not_measured(weights, save):
    table = Table(weights, CONDITIONS)
    save("one", seed=1)
    table.put("one", STANDARD_NORMAL, "prior", FIGURES)
    assert missing(weights, "one") == ["prior", "beta-4-3"]


def test_other_conditions_forget_everything(filled):
    changed = {**CONDITIONS, "classifier": "4567"}
    assert missing(filled, "one", changed) == ["prior", "beta-4-3"]
    assert Table(filled, changed).floor is None


def test_a_broken_file_is_named(filled):
    (filled / "evaluation.json").write_text('{"conditions"')
    with pytest.raises(ValueError, match=r"evaluation\.json: expected JSON .* delete it"):
        Table(filled, CONDITIONS)
