"""Who takes part in the comparison of VAE and GAN: presets, and presets with some settings
changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from vae.gan import GANConfig
from vae.model import DecoderConfig, VAEConfig
from vae.networks import RELU, dense
from vae.training import trainers
from vae.training.presets import PRESETS
from vae.training.recipe import Preset


def changed(preset: Preset, changes: Mapping[str, Any]) -> Preset:
    """The preset with another `latents`, `penalty`, or any field of its recipe."""
    changes, config = dict(changes), preset.config
    if "latents" in changes:
        latents = changes.pop("latents")
        layers = dense([400, 200], latents, RELU)
        if isinstance(config, GANConfig):
            config = replace(config, generator=DecoderConfig(latents, layers["decoder"]))
        else:
            config = VAEConfig(latents, **layers)
    if "penalty" in changes:
        config = replace(config, penalty=changes.pop("penalty"))
    return replace(preset, config=config, recipe=replace(preset.recipe, **changes))


@dataclass(frozen=True)
class Contender:
    """A preset with some settings changed."""

    model: str
    about: str
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def preset(self) -> Preset:
        return changed(PRESETS[self.model], self.changes)

    def describe(self) -> dict[str, Any]:
        """The entry of `contenders`."""
        network = trainers.start(self.preset, torch.device("cpu")).model
        return {
            "model": self.model,
            "about": self.about,
            "changes": dict(self.changes),
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
        }


# Each with the settings that `tuning` found best for it.
CONTENDERS = {
    "mlp-20": Contender(
        "mlp-20", "the VAE at twice its shipped learning rate", {"learning_rate": 2e-3}
    ),
    "gan": Contender(
        "gan", "the GAN at twenty times its shipped learning rate", {"learning_rate": 4e-3}
    ),
}
