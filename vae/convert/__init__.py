"""A VAE that somebody trained with PyTorch, made into a checkpoint: `python -m vae.convert FILE`.

`state_dict` reads the file, `recognise` finds the encoder, its two heads and the decoder in it by
the names and shapes of the tensors, `check` says what the model is worth. A state dict says nothing
of what has no tensors: the activation is found by trying, and pixels are taken to be in [0, 1].
"""

from vae.convert.recognise import recognise
from vae.convert.state_dict import ConversionError, read

__all__ = ["ConversionError", "read", "recognise"]
