"""What a converted model is worth: its losses on digits, by which the activation is found, too."""

from collections.abc import Callable, Sequence

import torch

from vae.convert.state_dict import ConversionError
from vae.data import Examples, grey
from vae.evaluation import losses
from vae.model import VAE
from vae.networks import LEAKY_RELU, RELU, SILU, TANH, Layer

# By the names that a person gives them; torch's own slope and ours are two.
ACTIVATIONS: dict[str, Layer] = {
    "relu": RELU,
    "leaky-relu": {"kind": "leaky_relu", "slope": 0.01},
    "leaky-relu-0.2": LEAKY_RELU,
    "tanh": TANH,
    "silu": SILU,
}
# Digits that are enough to tell one activation from another.
FEW = 500


def best_activation(build: Callable[[Layer], VAE], digits: Examples) -> str:
    """The name in `ACTIVATIONS` with which the model that `build` makes has the least loss."""
    few = digits[:FEW]

    def loss(name: str) -> float:
        total = losses.terms(build(ACTIVATIONS[name]), few, binarised=False)["total"]
        return total if total == total else float("inf")

    return min(ACTIVATIONS, key=loss)


def measured(model: VAE, digits: Examples, strict: bool = True) -> dict[str, float]:
    """Its losses on grey digits, in nats a digit.

    Raises ConversionError, where it is strict, when they are reconstructed no better than by their
    mean.
    """
    found = losses.terms(model, digits, binarised=False)
    x = grey(digits.images)
    mean = (x - x.mean(0)).square().sum((1, 2, 3)).mean().item()
    # Of one picture the mean is the picture.
    if strict and len(x) > 1 and not found["squared_error"] < mean:
        raise ConversionError(
            "expected reconstructions nearer to the digits than their mean, whose squared error is "
            f"{mean:.1f}, got {found['squared_error']:.1f}: were its pixels in [0, 1], ink bright, "
            "and its last function a sigmoid? --unchecked writes it all the same"
        )
    return found


def sentence(figures: dict[str, float], count: int) -> str:
    return (
        f"on {count:,} digits: reconstruction {figures['reconstruction']:.2f} nats, KL "
        f"{figures['kl']:.2f} nats, bound {-figures['total']:.2f} nats, squared error "
        f"{figures['squared_error']:.2f}"
    )


def as_examples(pictures: Sequence[torch.Tensor]) -> Examples:
    """Pictures (1, 28, 28) in [0, 1] as digits of no known class."""
    images = (255 * torch.stack(list(pictures)) + 0.5).to(torch.uint8)
    return Examples(images, torch.zeros(len(images), dtype=torch.long))
