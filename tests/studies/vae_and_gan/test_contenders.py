"""Presets with some settings changed."""

from dataclasses import replace

import torch

from vae.gan import GAN
from vae.model import VAE
from vae.studies.vae_and_gan.contenders import CONTENDERS, Contender, changed
from vae.training.presets import PRESETS


def test_changes_are_those_named_and_no_others():
    for name in ("mlp-20", "gan"):
        assert changed(PRESETS[name], {}) == PRESETS[name]
    found = changed(PRESETS["gan"], {"penalty": 3.0, "learning_rate": 1e-3})
    assert found.config == replace(PRESETS["gan"].config, penalty=3.0)
    assert found.recipe == replace(PRESETS["gan"].recipe, learning_rate=1e-3)
    assert VAE(changed(PRESETS["mlp-20"], {"latents": 7}).config).config.latents == 7
    config = changed(PRESETS["gan"], {"latents": 7}).config
    assert (config.generator.latents, config.penalty) == (7, PRESETS["gan"].config.penalty)
    assert GAN(config).generator.decode(torch.zeros(2, 7)).mean.shape == (2, 1, 28, 28)


def test_an_entrant_is_described_by_what_it_changes():
    found = Contender("gan", "For the tests.", {"latents": 5}).describe()
    assert (found["model"], found["changes"]) == ("gan", {"latents": 5})
    network = GAN(changed(PRESETS["gan"], {"latents": 5}).config)
    assert found["parameters"] == sum(parameter.numel() for parameter in network.parameters())


def test_every_entrant_can_be_built():
    for contender in CONTENDERS.values():
        assert contender.describe()["parameters"] > 700_000
