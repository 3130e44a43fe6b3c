"""The script that a run becomes runs, mistakes included."""

import sys
import types

import pytest
from node import Node

BETA = {"family": "beta", "alpha": 4.0, "beta": 3.0}
LAPLACE = {"family": "laplace", "location": 0.0, "scale": 1.0}

SCRIPT = """async (settings) => {
  const [{USUAL}, {asPyTorch}] = await Promise.all(
    ["settings", "script"].map((name) => import(`/web/train/${name}.js`)));
  return asPyTorch({...USUAL, ...settings});
}"""
SCRIPTS = ["", "no-kl", "log-sigma", "abs", "logvar-eps", "noisy", "no-eps", "beta-noise", "rate"]


@pytest.mark.parametrize("mistake", SCRIPTS)
def test_the_pytorch_script_runs(node: Node, mistake: str, monkeypatch, make_digits):
    check_script(node, {"mistake": mistake}, monkeypatch, make_digits)


@pytest.mark.parametrize(
    "settings",
    [
        {"prior": BETA, "clip": 100},
        {"prior": LAPLACE},
        {"network": "convolutional", "hidden": [4, 8], "latents": 3},
        {"likelihood": "gaussian", "warmup": 2, "activation": "leaky_relu"},
    ],
)
def test_the_script_of_other_settings_runs(node: Node, settings, monkeypatch, make_digits):
    check_script(node, settings, monkeypatch, make_digits)


def check_script(node: Node, settings: dict, monkeypatch, make_digits) -> None:
    script = node.evaluate(SCRIPT, settings)
    stub = types.ModuleType("torchvision")
    images = make_digits(256).images.squeeze(1)
    stub.datasets = types.SimpleNamespace(MNIST=lambda *_, **__: types.SimpleNamespace(data=images))
    monkeypatch.setitem(sys.modules, "torchvision", stub)
    scope = {}
    exec(script.replace("range(10)", "range(2)"), scope)
    assert scope["loss"].isfinite()
