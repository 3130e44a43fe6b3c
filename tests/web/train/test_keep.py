"""What the page says of a model from a file, against what Python says of the same file."""

import json

import pytest
from safetensors import safe_open

import vae
from vae.checkpoints import WEIGHTS, open_zoo
from vae.ui.facts import facts, models

SUMMARY = """async ({titles, ...model}) => {
  const {summaryOfFile} = await import("/web/train/keep.js");
  return summaryOfFile(model, titles);
}"""
ALIKE = ("about", "latents", "active", "total", "prior", "encoder", "data_set", "classes", "digits")
BARE = {"encoder": [], "likelihood": {"family": "bernoulli"}}


@pytest.fixture(scope="module")
def told() -> dict[str, dict]:
    return {one["name"]: one for one in models(open_zoo())}


def summary(node, config: dict, record: dict, latents: int) -> dict:
    titles = facts()["data_sets"]
    given = {"config": config, "record": record, "latents": latents, "titles": titles}
    return node.evaluate(SUMMARY, given)


@pytest.mark.parametrize("name", vae.list_models())
def test_of_a_shipped_file_both_say_the_same(node, told, name):
    with safe_open(WEIGHTS / f"{name}.safetensors", "pt") as file:
        config, record = (json.loads(file.metadata()[key]) for key in ("config", "record"))
    found = summary(node, config, record, config["latents"])
    assert {key: found[key] for key in ALIKE} == {key: told[name][key] for key in ALIKE}


@pytest.mark.parametrize(
    ("name", "title"), [("fashion-mnist", "Fashion-MNIST"), ("kmnist", "KMNIST"), ("pets", "pets")]
)
def test_a_set_has_its_title_and_its_classes_are_no_digits(node, name, title):
    found = summary(node, BARE, {"data_set": name, "classes": ["cat", "dog"]}, 2)
    assert (found["data_set"], found["classes"]) == (title, ["cat", "dog"])
    assert found["digits"] is False


def test_a_file_that_names_no_set_is_of_mnist(node):
    found = summary(node, BARE, {}, 2)
    assert (found["data_set"], found["digits"]) == ("MNIST", True)
    assert found["classes"] == list("0123456789")
