"""The page's operations as named endpoints, computed by torch, for notebooks and scripts.

Every function here refuses bad input with a `gr.Error` that says what was expected and what came.
"""

from collections.abc import Callable
from typing import Any

import gradio as gr
import numpy as np
import torch
from torch.distributions import kl_divergence

from vae import image, latent
from vae.checkpoints import Zoo
from vae.handwriting import open_picture
from vae.model import VAE, Decoder
from vae.networks import IMAGE

MOST = 1024
LARGEST = 1e6


def register(zoo: Zoo) -> None:
    """Adds /decode, /encode, /reconstruct and /sample to the gr.Blocks being built."""
    operations = Operations(zoo)
    for function in (operations.decode, operations.encode, operations.sample):
        gr.api(_without_gradients(function), api_name=function.__name__, queue=False)
    _file_endpoint(_without_gradients(operations.reconstruct))


class Operations:
    """What the endpoints do. `model` is a model's name, or nothing for the first one; `y` a digit,
    which a conditional model is told and no other."""

    def __init__(self, zoo: Zoo):
        self.zoo = zoo

    def decode(
        self, z: list[list[float]], model: str = "", y: int | None = None
    ) -> list[list[list[float]]]:
        """Decodes latent vectors z (B, D), B at most 1024: B pictures of 28 x 28 in [0, 1]."""
        vae = self._model(model)
        rows = _numbers("z", z, (vae.config.latents,), -LARGEST, LARGEST)
        return vae.decode(rows, _classes(vae, y, len(rows))).mean.squeeze(1).tolist()

    def encode(self, pictures: list[list[list[float]]], model: str = "") -> dict[str, Any]:
        """Encodes B pictures of 28 x 28 in [0, 1], ink bright: q(z|x) as mean and std (B, D).

        A request has at most 1 MB: about 70 pictures with all their digits, more when rounded.
        """
        vae = _with_encoder(self._model(model))
        q = vae.encode(_numbers("pictures", pictures, IMAGE[1:], 0, 1).unsqueeze(1))
        return {
            "family": vae.family.name,
            "mean": q.mean.tolist(),
            "std": q.stddev.tolist(),
        }

    def reconstruct(self, picture: str, model: str = "", y: int | None = None) -> dict[str, Any]:
        """Reads the digit in an image file: what the model sees, q(z|x), and what it decodes.

        Pictures are 28 x 28 in [0, 1]; log_px and kl are in nats, at the mean of q(z|x).
        """
        if picture is None:
            raise _refusal("picture: expected an image file, got nothing")
        vae = _with_encoder(self._model(model))
        try:
            x = image.prepare(open_picture(picture)).unsqueeze(0)
        except ValueError as error:
            raise _refusal(str(error)) from error
        q = vae.encode(x)
        p = vae.decode(q.mean, _classes(vae, y, 1))
        return {
            "input": x[0, 0].tolist(),
            "reconstruction": p.mean[0, 0].tolist(),
            "mean": q.mean[0].tolist(),
            "std": q.stddev[0].tolist(),
            "log_px": p.log_prob(x).item(),
            "kl": kl_divergence(q, vae.prior).sum().item(),
        }

    def sample(
        self,
        distribution: dict[str, Any],
        count: int = 64,
        seed: int = 0,
        model: str = "",
        y: int | None = None,
    ) -> dict[str, Any]:
        """Draws z from a distribution and decodes it.

        distribution: {"family": "normal", "mean": 0, "std": 1} or {"family": "beta", "alpha": 4,
        "beta": 3}, the same in every dimension. count: 1 to 1024. Gives z (count, D) and pictures
        (count, 28, 28) in [0, 1].
        """
        vae = self._model(model)
        count, seed = _whole("count", count, 1, MOST), _whole("seed", seed, 0, 2**53)
        try:
            p = latent.distribution(distribution, vae.config.latents)
        except (ValueError, AttributeError) as error:
            raise _refusal(f"distribution: {error}") from error
        z = latent.sample(p, count, torch.Generator().manual_seed(seed))
        pictures = vae.decode(z, _classes(vae, y, count)).mean
        return {"z": z.tolist(), "pictures": pictures.squeeze(1).tolist()}

    def _model(self, name: str) -> Decoder:
        models = self.zoo.models
        if name and not (isinstance(name, str) and name in models):
            raise _refusal(f"model: expected one of {', '.join(models)}, got {str(name)[:40]!r}")
        return models[name or next(iter(models))]


def _file_endpoint(function: Callable[..., dict]) -> None:
    """An endpoint whose first argument is an uploaded file, which `gr.api` cannot take."""
    picture = gr.File(label="picture", visible=False)
    model = gr.Textbox("", label="model", visible=False)
    y = gr.Number(None, label="y", precision=0, visible=False)
    result = gr.JSON(label="reconstruction", visible=False)
    picture.upload(function, [picture, model, y], result, api_name=function.__name__, queue=False)


def _without_gradients(function: Callable) -> Callable:
    return torch.inference_mode()(function)


def _refusal(sentence: str) -> gr.Error:
    return gr.Error(sentence, print_exception=False)


def _with_encoder(vae: Decoder) -> VAE:
    if not isinstance(vae, VAE):
        raise _refusal(f"{vae.record.name} has no encoder, and so no posterior q(z|x)")
    return vae


def _classes(vae: Decoder, y: int | None, count: int) -> torch.Tensor | None:
    """What `VAE.decode` takes for y: the class of all `count` pictures."""
    if not vae.config.classes:
        if y is not None:
            raise _refusal(f"y: expected none, for {vae.record.name} is not conditional")
        return None
    if y is None:
        raise _refusal(f"y: expected a digit, for {vae.record.name} is told which one to decode")
    return torch.full((count,), _whole("y", y, 0, vae.config.classes - 1))


def _numbers(
    name: str, values: Any, shape: tuple[int, ...], low: float, high: float
) -> torch.Tensor:
    """`values` as a float tensor (B, *shape) with every number between low and high."""
    expected = f"{name}: expected numbers of shape (B, {', '.join(map(str, shape))})"
    try:
        with np.errstate(over="ignore"):  # infinity is refused below
            array = np.asarray(values, dtype=np.float32)
    except (OverflowError, TypeError, ValueError) as error:
        raise _refusal(f"{expected}, got something else") from error
    if array.shape[1:] != shape or array.ndim != len(shape) + 1:
        raise _refusal(f"{expected}, got shape {array.shape}")
    if not 1 <= len(array) <= MOST:
        raise _refusal(f"{name}: expected 1 to {MOST} of them, got {len(array)}")
    if not ((array >= low) & (array <= high)).all():
        raise _refusal(f"{name}: expected numbers from {low:g} to {high:g}")
    return torch.from_numpy(array)


def _whole(name: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _refusal(f"{name}: expected a whole number from {low} to {high}, got {value!r}")
    return value
