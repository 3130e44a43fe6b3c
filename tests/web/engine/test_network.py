"""The page's layers against torch's, one at a time and in a row."""

import re

import pytest
import torch
from layers import EXACT, LAYERS, geometry, randomise, stored
from node import Node, NodeError
from torch import nn

from vae.networks import LEAKY_RELU, RELU, SILU, TANH, build

FORWARD = """async ({layers, tensors, shape, calls, plain}) => {
  const [{network}, {Workspace}, {Kernel}] = await Promise.all(
    ["engine/network", "engine/matrix", "engine/kernel"].map((name) => import(`/web/${name}.js`)));
  for (const tensor of Object.values(tensors)) tensor.data = Float32Array.from(tensor.data);
  const built = network(layers, tensors, "layers.", shape, new Workspace(new Kernel(plain)));
  return calls.map(([x, batch]) => Array.from(built.forward(x, batch)));
}"""


@torch.no_grad()
def check_layers(
    engine: Node, layers: list, shape: tuple, module: nn.Module, scale: float, plain: bool = False
) -> None:
    """Asserts that a layer list and torch's module agree, over calls with changing batches.

    plain: where one has no vector instructions.
    """
    generator = torch.Generator().manual_seed(0)
    randomise(module, generator)
    given = {"layers": layers, "tensors": stored(module), "shape": shape, "plain": plain}
    batches = [scale * torch.randn(n, *shape, generator=generator) for n in (1, 5, 64, 5, 1, 9)]
    calls = [[batch.flatten().tolist(), len(batch)] for batch in batches]
    results = engine.evaluate(FORWARD, {**given, "calls": calls})
    exact = module.double()
    for batch, result in zip(batches, results, strict=True):
        expected = exact(batch.double()).float()
        received = torch.tensor(result, dtype=torch.float32).reshape(expected.shape)
        torch.testing.assert_close(received, expected, **EXACT)


@pytest.mark.parametrize("plain", [False, True], ids=["vectors", "plain"])
@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: str(value))
def test_a_layer_computes_what_torch_does(engine, layer, shape, plain):
    check_layers(engine, [layer], shape, build([layer]), 1, plain)


@pytest.mark.parametrize("layer", [RELU, LEAKY_RELU, SILU, TANH], ids=lambda layer: layer["kind"])
@pytest.mark.parametrize("scale", [1e-3, 10, 1e3])
def test_an_activation_is_right_far_from_zero_too(engine, layer, scale):
    check_layers(engine, [layer], (40,), build([layer]), scale)


def test_batch_norm_of_features_without_pixels(engine):
    layer = {"kind": "batch_norm", "features": 6}
    check_layers(engine, [layer], (6,), nn.Sequential(nn.BatchNorm1d(6)), scale=1)


def test_layers_work_in_a_row(engine):
    layers = [
        geometry("convolution", 1, 6, 4, 2, 1),
        {"kind": "batch_norm", "features": 6},
        LEAKY_RELU,
        geometry("transposed_convolution", 6, 3, 3, 1, 1),
        SILU,
        {"kind": "reshape", "shape": [3 * 14 * 14]},
        {"kind": "linear", "inputs": 3 * 14 * 14, "outputs": 10},
        TANH,
    ]
    check_layers(engine, layers, (1, 28, 28), build(layers), scale=0.1)


LINEAR = {"kind": "linear", "inputs": 3, "outputs": 2}


@pytest.mark.parametrize(
    ("layers", "shape", "complaint"),
    [
        ([LINEAR], [4], "expected an input of 3 numbers, got the shape [4]"),
        ([LINEAR, LINEAR], [3], "layers.1 (linear): expected an input of 3 numbers"),
        ([{**LINEAR, "outputs": 5}], [3], "layers.0.weight: expected the shape [5, 3], got [2, 3]"),
        ([RELU, LINEAR], [3], "the tensor layers.1.weight is missing"),
        ([{"kind": "softmax"}], [3], "softmax"),
        ([{"kind": "reshape", "shape": [2, 2]}], [3], "expected an input of 4 numbers"),
        ([{"kind": "batch_norm", "features": 2}], [3], "expected an input of 2 channels"),
        ([geometry("convolution", 1, 1, 5, 1, 0)], [1, 3, 3], "at least one kernel of 5"),
        (None, [3], "layers: expected a list"),
    ],
)
def test_layers_that_do_not_fit_are_refused(engine, layers, shape, complaint):
    given = {"layers": layers, "tensors": stored(build([LINEAR])), "shape": shape, "calls": []}
    with pytest.raises(NodeError, match=re.escape(complaint)):
        engine.evaluate(FORWARD, given)


def test_an_input_of_the_wrong_length_is_refused(engine):
    given = {"layers": [LINEAR], "tensors": stored(build([LINEAR])), "shape": [3]}
    given["calls"] = [[[0.0] * 6, 3]]
    with pytest.raises(NodeError, match="expected 3 x 3 = 9 numbers, got 6"):
        engine.evaluate(FORWARD, given)
