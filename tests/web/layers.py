"""Layers of every kind, with random numbers where a training would have put their weights."""

from typing import Any

import torch
from torch import nn

from vae.networks import LEAKY_RELU, RELU, SILU, TANH

EXACT = {"rtol": 1e-5, "atol": 1e-5}
# Of a gradient: relative to its largest entry.
CLOSE = 1e-4


def randomise(module: nn.Module, generator: torch.Generator) -> nn.Module:
    """Fills every tensor with single-precision numbers, positive for a variance."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            low = 0.1 if name.endswith("var") else -1.0
            if tensor.is_floating_point():
                tensor.copy_(torch.empty_like(tensor).uniform_(low, 1, generator=generator))
    return module.eval()


def geometry(kind: str, inputs: int, outputs: int, *numbers: int) -> dict[str, Any]:
    kernel, stride, padding = numbers
    shape = {"kernel": kernel, "stride": stride, "padding": padding}
    return {"kind": kind, "inputs": inputs, "outputs": outputs, **shape}


LAYERS = [
    ({"kind": "linear", "inputs": 20, "outputs": 13}, (20,)),
    ({"kind": "linear", "inputs": 1, "outputs": 1}, (1,)),
    ({"kind": "linear", "inputs": 33, "outputs": 64}, (33,)),
    (geometry("convolution", 1, 4, 4, 2, 1), (1, 28, 28)),
    (geometry("convolution", 3, 5, 3, 1, 1), (3, 7, 7)),
    (geometry("convolution", 2, 3, 5, 3, 2), (2, 11, 8)),
    (geometry("convolution", 2, 9, 1, 1, 0), (2, 6, 5)),
    (geometry("convolution", 4, 2, 3, 2, 0), (4, 10, 10)),
    (geometry("convolution", 2, 1, 7, 1, 0), (2, 7, 7)),
    (geometry("transposed_convolution", 6, 4, 4, 2, 1), (6, 7, 7)),
    (geometry("transposed_convolution", 3, 1, 4, 2, 1), (3, 14, 14)),
    (geometry("transposed_convolution", 3, 5, 3, 1, 1), (3, 7, 5)),
    (geometry("transposed_convolution", 2, 3, 5, 3, 2), (2, 4, 6)),
    (geometry("transposed_convolution", 4, 2, 2, 2, 0), (4, 5, 5)),
    (geometry("transposed_convolution", 5, 7, 1, 1, 0), (5, 3, 3)),
    (geometry("transposed_convolution", 2, 2, 3, 4, 0), (2, 3, 3)),
    ({"kind": "batch_norm", "features": 5}, (5, 4, 3)),
    (RELU, (50,)),
    (LEAKY_RELU, (2, 5, 5)),
    (SILU, (50,)),
    (TANH, (50,)),
    ({"kind": "reshape", "shape": [2, 3, 4]}, (24,)),
    ({"kind": "reshape", "shape": [24]}, (2, 3, 4)),
]


def stored(module: nn.Module, prefix: str = "layers.") -> dict[str, Any]:
    state = module.state_dict().items()
    return {
        prefix + name: {"shape": list(tensor.shape), "data": tensor.flatten().tolist()}
        for name, tensor in state
    }


def assert_gradient(got: list[float], expected: torch.Tensor, name: str) -> None:
    largest = expected.abs().max().item()
    difference = (torch.tensor(got).reshape(expected.shape) - expected).abs().max().item()
    if largest < 1e-10:  # a bias before a norm has no gradient but the rounding of one
        assert difference < 1e-5, f"{name}: {difference} where there is no gradient"
    else:
        assert difference <= CLOSE * largest, f"{name}: {difference} of {largest}"
