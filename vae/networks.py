"""Networks as data: a list of layers that torch builds here and the page builds in JavaScript.

A layer is a plain dictionary, `{"kind": "linear", "inputs": 784, "outputs": 400}`, so that a list
of them can be stored in a checkpoint's header and read by anything that reads JSON.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

from torch import nn

Layer = dict[str, Any]

IMAGE = (1, 28, 28)
PIXELS = prod(IMAGE)

RELU: Layer = {"kind": "relu"}
LEAKY_RELU: Layer = {"kind": "leaky_relu", "slope": 0.2}
SILU: Layer = {"kind": "silu"}
TANH: Layer = {"kind": "tanh"}


class Reshape(nn.Module):
    """Gives every example of a batch the shape `shape`."""

    def __init__(self, shape: list[int]):
        super().__init__()
        self.shape = tuple(shape)

    def forward(self, x):
        return x.reshape(len(x), *self.shape)


KINDS = {
    "linear": lambda inputs, outputs: nn.Linear(inputs, outputs),
    "convolution": lambda inputs, outputs, kernel, stride, padding: nn.Conv2d(
        inputs, outputs, kernel, stride, padding
    ),
    "transposed_convolution": lambda inputs, outputs, kernel, stride, padding: nn.ConvTranspose2d(
        inputs, outputs, kernel, stride, padding
    ),
    "batch_norm": lambda features: nn.BatchNorm2d(features),
    "relu": lambda: nn.ReLU(),
    "leaky_relu": lambda slope: nn.LeakyReLU(slope),
    "silu": lambda: nn.SiLU(),
    "tanh": lambda: nn.Tanh(),
    "reshape": lambda shape: Reshape(shape),
}


# The kinds that are functions of each number alone.
ACTIVATIONS = ("relu", "leaky_relu", "silu", "tanh")


def build(layers: list[Layer]) -> nn.Sequential:
    """The torch module of a layer list; parameter `i.weight` belongs to `layers[i]`.

    Raises ValueError for a kind that is not known or a layer whose arguments do not fit its kind.
    """
    modules = []
    for index, layer in enumerate(layers):
        arguments = {key: value for key, value in layer.items() if key != "kind"}
        kind = layer.get("kind")
        if kind not in KINDS:
            raise ValueError(f"layer {index}: expected one of {', '.join(KINDS)}, got {kind!r}")
        try:
            modules.append(KINDS[kind](**arguments))
        except TypeError as error:
            raise ValueError(f"layer {index} ({kind}): cannot be built from {arguments}") from error
    return nn.Sequential(*modules)


def linear(inputs: int, outputs: int) -> Layer:
    return {"kind": "linear", "inputs": inputs, "outputs": outputs}


def reshape(*shape: int) -> Layer:
    return {"kind": "reshape", "shape": list(shape)}


def dense(hidden: list[int], latents: int, activation: Layer) -> dict[str, list[Layer]]:
    """A dense encoder `784 - hidden - 2 latents` and its mirror image, the decoder."""
    encoder = [reshape(PIXELS)]
    for inputs, outputs in pairwise([PIXELS, *hidden]):
        encoder += [linear(inputs, outputs), activation]
    encoder += [linear(hidden[-1], 2 * latents)]

    decoder = []
    for inputs, outputs in pairwise([latents, *reversed(hidden)]):
        decoder += [linear(inputs, outputs), activation]
    decoder += [linear(hidden[0], PIXELS), reshape(*IMAGE)]
    return {"encoder": encoder, "decoder": decoder}


def convolutional(
    channels: Sequence[int],
    hidden: int,
    latents: int,
    activation: Layer,
    batch_norm: bool,
    classes: int = 0,
) -> dict[str, list[Layer]]:
    """Two or three convolutions that halve the picture (28 - 14 - 7 - 3), two dense layers; and
    its mirror image, which takes `classes` more numbers that say which class."""
    sides = (14, 7, 3)[: len(channels)]
    # 7 is odd: a kernel of 3 without padding leads from 7 to 3, and exactly back.
    steps = [
        {"kernel": 3, "stride": 2, "padding": 0}
        if side == 3
        else {"kernel": 4, "stride": 2, "padding": 1}
        for side in sides
    ]
    features = (channels[-1], sides[-1], sides[-1])

    def activated(layer: Layer) -> list[Layer]:
        norm = [{"kind": "batch_norm", "features": layer["outputs"]}] if batch_norm else []
        return [layer, *norm, activation]

    pairs = [*zip([1, *channels], channels, steps, strict=False)]
    encoder = []
    for inputs, outputs, step in pairs:
        encoder += activated({"kind": "convolution", "inputs": inputs, "outputs": outputs, **step})
    encoder += [
        reshape(prod(features)),
        linear(prod(features), hidden),
        activation,
        linear(hidden, 2 * latents),
    ]

    decoder = [
        linear(latents + classes, hidden),
        activation,
        linear(hidden, prod(features)),
        activation,
        reshape(*features),
    ]
    for outputs, inputs, step in reversed(pairs):
        layer = {"kind": "transposed_convolution", "inputs": inputs, "outputs": outputs, **step}
        decoder += activated(layer) if outputs > 1 else [layer]
    return {"encoder": encoder, "decoder": decoder}


def reading(
    channels: Sequence[int], hidden: int, activation: Layer, classes: int = 10
) -> list[Layer]:
    """Convolutions that halve the picture, a dense layer of features, and the logits of classes."""
    layers, sides = [], [28]
    for inputs, outputs in pairwise([1, *channels]):
        step = {"kernel": 4, "stride": 2, "padding": 1}
        layers += [{"kind": "convolution", "inputs": inputs, "outputs": outputs, **step}]
        layers += [activation]
        sides.append(sides[-1] // 2)
    flat = channels[-1] * sides[-1] ** 2
    layers += [reshape(flat), linear(flat, hidden), activation, linear(hidden, classes)]
    return layers
