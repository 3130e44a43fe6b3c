"""A network in a few words, for tables: its encoder by the outputs of its layers."""

from vae.model import DecoderConfig, VAEConfig
from vae.networks import ACTIVATIONS, Layer

NAMES = {"convolution": "conv ", "linear": "", "batch_norm": "BN"}


def describe(config: DecoderConfig) -> str:
    """784-400-200, relu: the encoder, and the decoder where it is no mirror image of it or is all
    there is."""
    # The last linear layer gives the latents of an encoder, or the pixels of a decoder.
    layers = config.encoder[:-1] if isinstance(config, VAEConfig) else config.decoder[:-2]
    parts = [
        f"{NAMES[layer['kind']]}{layer.get('outputs', '')}"
        for layer in layers
        if layer["kind"] in NAMES
    ]
    kinds = (layer["kind"] for layer in layers if layer["kind"] in ACTIVATIONS)
    activation = next(kinds, "no activation")
    return f"{'-'.join(parts)}, {activation.replace('_', ' ')}{_decoder(config, layers)}"


def _decoder(config: DecoderConfig, layers: list[Layer]) -> str:
    """What the layers of the encoder do not say of the decoder."""
    if not isinstance(config, VAEConfig):
        return ", decoder only"
    outputs = [layer["outputs"] for layer in layers if "outputs" in layer]
    inputs = [layer["inputs"] for layer in config.decoder[1:] if "inputs" in layer]
    return "" if outputs == inputs[::-1] else f", decoder {'-'.join(map(str, inputs))}"
