"""Networks as data: what a list of layers becomes, and how the stacks mirror each other."""

import json
import re

import pytest
import torch
from torch import nn

from vae.networks import (
    KINDS,
    LEAKY_RELU,
    RELU,
    SILU,
    TANH,
    build,
    convolutional,
    dense,
    linear,
    reshape,
)

CONVOLUTION = {"inputs": 2, "outputs": 3, "kernel": 4, "stride": 2, "padding": 1}
BUILT = [
    (linear(3, 2), nn.Linear, (5, 3), (5, 2)),
    ({"kind": "convolution", **CONVOLUTION}, nn.Conv2d, (5, 2, 8, 8), (5, 3, 4, 4)),
    (
        {"kind": "transposed_convolution", **CONVOLUTION},
        nn.ConvTranspose2d,
        (5, 2, 4, 4),
        (5, 3, 8, 8),
    ),
    ({"kind": "batch_norm", "features": 2}, nn.BatchNorm2d, (5, 2, 4, 4), (5, 2, 4, 4)),
    (RELU, nn.ReLU, (5, 2), (5, 2)),
    (LEAKY_RELU, nn.LeakyReLU, (5, 2), (5, 2)),
    (SILU, nn.SiLU, (5, 2), (5, 2)),
    (TANH, nn.Tanh, (5, 2), (5, 2)),
    (reshape(2, 6), nn.Module, (5, 3, 4), (5, 2, 6)),
]
STACKS = {
    "dense": dense([30, 20], 4, RELU),
    "dense, one layer": dense([30], 4, TANH),
    "convolutional": convolutional((3, 5), 16, 4, SILU, batch_norm=False),
    "three convolutions": convolutional((3, 5, 6), 16, 4, SILU, batch_norm=False),
    "batch norm": convolutional((3, 5), 16, 4, LEAKY_RELU, batch_norm=True),
}
each_stack = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)


def outputs(layers: list[dict], x: torch.Tensor) -> list[tuple[int, ...]]:
    """The shape of one example after every layer."""
    shapes = []
    for module in build(layers):
        x = module(x)
        shapes.append(tuple(x.shape[1:]))
    return shapes


@pytest.mark.parametrize(("layer", "module", "given", "wanted"), BUILT)
def test_build_gives_the_module_of_a_kind(layer, module, given, wanted):
    network = build([layer])
    assert isinstance(network[0], module)
    assert network(torch.randn(given)).shape == wanted


def test_every_kind_is_tested():
    assert {layer["kind"] for layer, *_ in BUILT} == set(KINDS)


def test_activations_have_their_formulas():
    x = torch.linspace(-3, 3, 13)
    formulas = [
        (RELU, x.clamp(min=0)),
        (LEAKY_RELU, torch.where(x > 0, x, 0.2 * x)),
        (SILU, x / (1 + (-x).exp())),
        (TANH, (x.exp() - (-x).exp()) / (x.exp() + (-x).exp())),
    ]
    for layer, expected in formulas:
        torch.testing.assert_close(build([layer])(x), expected)


def test_reshape_keeps_the_order_of_the_numbers():
    x = torch.arange(24).reshape(2, 12)
    assert torch.equal(build([reshape(3, 4)])(x), x.reshape(2, 3, 4))


def test_parameters_are_named_by_their_layer():
    network = build([RELU, linear(3, 2), TANH, linear(2, 4)])
    assert set(network.state_dict()) == {"1.weight", "1.bias", "3.weight", "3.bias"}


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"kind": "attention"}, "layer 1: expected one of linear, .*got 'attention'"),
        ({"inputs": 3, "outputs": 2}, "layer 1: expected one of .*got None"),
        ({"kind": "linear", "inputs": 3}, r"layer 1 \(linear\).*\{'inputs': 3\}"),
        ({"kind": "relu", "slope": 0.1}, r"layer 1 \(relu\).*slope"),
        ({"kind": "linear", "inputs": "3", "outputs": 2}, r"layer 1 \(linear\).*'3'"),
    ],
)
def test_build_refuses_and_names_the_layer(layer, message):
    with pytest.raises(ValueError) as error:
        build([RELU, layer])
    assert re.search(message, str(error.value))


def test_dense_is_what_it_is_called():
    stack = dense([400, 200], 20, RELU)
    x, z = torch.zeros(2, 1, 28, 28), torch.zeros(2, 20)
    assert outputs(stack["encoder"], x) == [(784,), (400,), (400,), (200,), (200,), (40,)]
    assert outputs(stack["decoder"], z)[::2] == [(200,), (400,), (784,)]
    assert outputs(stack["decoder"], z)[-1] == (1, 28, 28)


@pytest.mark.parametrize(
    "maps",
    [[(3, 14, 14), (5, 7, 7)], [(3, 14, 14), (5, 7, 7), (6, 3, 3)]],
    ids=["two convolutions", "three"],
)
def test_convolutional_halves_the_picture_and_doubles_it_again(maps):
    stack = convolutional([features for features, *_ in maps], 16, 4, SILU, batch_norm=False)
    encoded = outputs(stack["encoder"], torch.zeros(2, 1, 28, 28))
    decoded = outputs(stack["decoder"], torch.zeros(2, 4))
    assert [shape for shape in encoded if len(shape) == 3][::2] == maps
    assert encoded[-3:] == [(16,), (16,), (8,)]
    pictures = [shape for shape in decoded if len(shape) == 3]
    assert pictures[::2] == maps[::-1]  # activations keep the shape
    assert pictures[-1] == (1, 28, 28)


@each_stack
def test_the_decoder_mirrors_the_encoder(stack):
    """The same widths backwards, but for the two numbers a latent that the encoder ends with."""

    def widths(layers: list[dict]) -> list[tuple[int, int]]:
        return [(layer["inputs"], layer["outputs"]) for layer in layers if "inputs" in layer]

    there, back = widths(stack["encoder"]), widths(stack["decoder"])
    last_inputs, last_outputs = there.pop()
    assert [(b, a) for a, b in reversed(there)] == back[1:]
    assert back[0] == (last_outputs / 2, last_inputs)


@each_stack
def test_a_stack_ends_in_numbers_and_not_in_an_activation(stack):
    """Means, log-variances and logits may have any sign."""
    kinds = [layer["kind"] for layer in stack["encoder"] + stack["decoder"]]
    assert stack["encoder"][-1]["kind"] == "linear"
    without_shapes = [layer["kind"] for layer in stack["decoder"] if layer["kind"] != "reshape"]
    assert without_shapes[-1] in ("linear", "transposed_convolution")
    assert set(kinds) <= set(KINDS)


@pytest.mark.parametrize("wanted", [True, False])
def test_batch_norm_follows_every_convolution_but_the_last(wanted):
    stack = convolutional((3, 5), 16, 4, RELU, batch_norm=wanted)
    features = [
        layer["features"]
        for layer in stack["encoder"] + stack["decoder"]
        if layer["kind"] == "batch_norm"
    ]
    assert features == ([3, 5, 3] if wanted else [])


@each_stack
def test_json_round_trip(stack):
    again = json.loads(json.dumps(stack))
    assert again == stack
    for side in ("encoder", "decoder"):
        first, second = build(stack[side]).state_dict(), build(again[side]).state_dict()
        assert {key: value.shape for key, value in first.items()} == {
            key: value.shape for key, value in second.items()
        }
