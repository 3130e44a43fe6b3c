"""Which tensors of a state dict are the encoder, the heads for mu and log sigma^2, and the decoder.

They are looked for in the order in which the layers were defined. The heads are two linear layers
side by side, which take the same numbers and give as many; or one that gives twice as many.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from vae.checkpoints import weights_of
from vae.convert.state_dict import ConversionError
from vae.model import BERNOULLI, VAE, VAEConfig
from vae.networks import IMAGE, PIXELS, Layer, linear, reshape

MEAN = re.compile(r"(^|[._])((fc|z|to|hidden2|h2|linear|layer)?_?(mu|mean|loc))\d*($|[._])", re.I)
SPREAD = re.compile(r"(log_?)?(var|sigma|std|scale)", re.I)
LOG_STD = re.compile(r"log_?(std|sigma|scale)(?!.*(2|sq))", re.I)
STD = re.compile(r"(std|sigma|scale)(?!.*(2|sq))", re.I)
DECODER = re.compile(r"(^|[._])dec", re.I)
ENCODER = re.compile(r"(^|[._])enc", re.I)


@dataclass(frozen=True)
class Linear:
    """name: of the layer; weight (outputs, inputs); bias (outputs,)."""

    name: str
    weight: Tensor
    bias: Tensor

    @property
    def inputs(self) -> int:
        return self.weight.shape[1]

    @property
    def outputs(self) -> int:
        return self.weight.shape[0]

    def __str__(self) -> str:
        return f"{self.name} ({self.inputs} to {self.outputs})"


def recognise(
    state: Mapping[str, Tensor],
    activation: Layer,
    likelihood: Mapping[str, Any] = BERNOULLI,
    spread: str | None = None,
) -> VAE:
    """The VAE of a state dict, in evaluation mode, with `activation` between its layers.

    spread: what its second head gives, "logvar" or "log-std"; without it, what its name says.
    Raises ConversionError, in a sentence, when the shapes cannot be one of our dense models.
    """
    layers = _in_order(_linear_layers(state))
    encoder, decoder = _parts(layers, spread)
    _check_chain("encoder", encoder, PIXELS, encoder[-1].outputs)
    _check_chain("decoder", decoder, encoder[-1].outputs // 2, PIXELS)
    config = VAEConfig(
        decoder[0].inputs,
        [*_between(decoder, activation), reshape(*IMAGE)],
        likelihood=dict(likelihood),
        encoder=[reshape(PIXELS), *_between(encoder, activation)],
    )
    model = VAE(config).eval()
    with torch.no_grad():
        for part, found in ((model.encoder, encoder), (model.decoder, decoder)):
            places = [module for module in part if hasattr(module, "weight")]
            for place, layer in zip(places, found, strict=True):
                place.weight.copy_(layer.weight)
                place.bias.copy_(layer.bias)
    _check_numbers(model)
    return model


def _linear_layers(state: Mapping[str, Tensor]) -> list[Linear]:
    """The linear layers, each with the norm that follows it taken into its weights."""
    names = list(dict.fromkeys(name.rpartition(".")[0] for name in state))
    layers: list[Linear] = []
    for name in names:
        own = {
            key.rpartition(".")[2]: value
            for key, value in state.items()
            if key.rpartition(".")[0] == name
        }
        weight = own.get("weight")
        if "running_var" in own and layers:
            layers[-1] = _normed(layers[-1], name, own)
        elif weight is not None and weight.ndim == 2 and own.keys() <= {"weight", "bias"}:
            layers.append(Linear(name, weight, own.get("bias", torch.zeros(len(weight)))))
        else:
            shapes = ", ".join(f"{key} {tuple(value.shape)}" for key, value in own.items())
            raise ConversionError(
                f"{name or 'a tensor without a layer'}: expected linear layers, and batch norms "
                f"after them, got {shapes}; for another network write its layers as "
                "vae.networks does, and load its weights into vae.VAE"
            )
    return layers


def _normed(layer: Linear, name: str, norm: Mapping[str, Tensor], epsilon: float = 1e-5) -> Linear:
    """A linear layer and the batch norm right after it, as it is after training, as one."""
    indices = [one.rpartition(".")[2] for one in (layer.name, name)]
    apart = all(map(str.isdigit, indices)) and int(indices[1]) - int(indices[0]) != 1
    if apart or norm["running_var"].shape != layer.bias.shape:
        raise ConversionError(
            f"{name}: expected a batch norm of {layer.outputs} right after {layer.name}, got one "
            f"of {len(norm['running_var'])}{' after the activation' if apart else ''}"
        )
    scale = norm.get("weight", torch.ones(layer.outputs)) / (norm["running_var"] + epsilon).sqrt()
    shift = norm.get("bias", torch.zeros(layer.outputs)) - scale * norm["running_mean"]
    return replace(layer, weight=scale.unsqueeze(1) * layer.weight, bias=scale * layer.bias + shift)


def _in_order(layers: list[Linear]) -> list[Linear]:
    """The encoder before the decoder, where names say which is which, whichever came first; heads
    that are called after neither go between them."""
    if not any(DECODER.search(layer.name) for layer in layers):
        return layers
    first = next(i for i, layer in enumerate(layers) if DECODER.search(layer.name))
    if not any(ENCODER.search(layer.name) for layer in layers[first:]):
        return layers
    return sorted(layers, key=lambda layer: bool(DECODER.search(layer.name)))


def _parts(layers: list[Linear], spread: str | None) -> tuple[list[Linear], list[Linear]]:
    """The layers of the encoder, its last one with both heads as one, and those of the decoder."""
    at = _heads(layers)
    if at is not None:
        mean, second = layers[at : at + 2]
        if SPREAD.search(mean.name) and MEAN.search(second.name):
            mean, second = second, mean
        factor = _logvar_in(second, spread)
        both = Linear(
            f"{mean.name} and {second.name}",
            torch.cat([mean.weight, factor * second.weight]),
            torch.cat([mean.bias, factor * second.bias]),
        )
        return [*layers[:at], both], layers[at + 2 :]
    for i, (last, first) in enumerate(pairwise(layers)):
        if last.outputs == 2 * first.inputs:
            count, factor = first.inputs, 2 if spread == "log-std" else 1
            scale = torch.cat([torch.ones(count), torch.full((count,), factor)])
            one = replace(last, weight=scale.unsqueeze(1) * last.weight, bias=scale * last.bias)
            return [*layers[:i], one], layers[i + 1 :]
    raise ConversionError(
        "expected two linear layers side by side for mu and log sigma^2, as fc21 and fc22, or one "
        f"that gives both, got {', '.join(map(str, layers)) or 'no layers'}"
    )


def _heads(layers: list[Linear]) -> int | None:
    """Where two layers stand side by side: by their names, or because the second cannot take what
    the first gives."""
    alike = [
        i
        for i, (one, other) in enumerate(pairwise(layers))
        if one.weight.shape == other.weight.shape
    ]
    for i in alike:
        names = layers[i].name, layers[i + 1].name
        if any(map(MEAN.search, names)) and any(map(SPREAD.search, names)):
            return i
    return next((i for i in alike if layers[i].outputs != layers[i + 1].inputs), None)


def _logvar_in(layer: Linear, spread: str | None) -> int:
    """What the numbers of this head are to be multiplied by to be log sigma^2."""
    if spread is None:
        if LOG_STD.search(layer.name):
            return 2
        if STD.search(layer.name):
            raise ConversionError(
                f"{layer.name}: expected a head for log sigma^2 or log sigma, got one that by its "
                "name gives sigma: if it gives a logarithm, say --spread logvar or log-std"
            )
    return 2 if spread == "log-std" else 1


def _check_chain(what: str, layers: list[Linear], inputs: int, outputs: int) -> None:
    if not layers:
        raise ConversionError(f"{what}: expected linear layers, got none")
    for layer in layers:
        if layer.inputs != inputs:
            raise ConversionError(
                f"{what}: expected {layer.name} to take {inputs} numbers, got {layer.inputs}"
                + (", the 28 x 28 pixels of a picture come first" if inputs == PIXELS else "")
            )
        inputs = layer.outputs
    if inputs != outputs:
        raise ConversionError(
            f"{what}: expected {layers[-1].name} to give {outputs} numbers, got {inputs}"
        )


def _between(layers: list[Linear], activation: Layer) -> list[Layer]:
    """As a configuration has them: an activation after each but the last."""
    found: list[Layer] = []
    for layer in layers:
        found += [linear(layer.inputs, layer.outputs), dict(activation)]
    return found[:-1]


def _check_numbers(model: VAE) -> None:
    for name, value in weights_of(model).items():
        if not value.half().isfinite().all():
            raise ConversionError(
                f"{name}: expected weights that half precision can hold, got "
                f"{value.abs().max().item():g}"
            )
