"""Variational autoencoders on handwritten digits: `vae.load("mlp-20")` gives a trained one."""

from vae.checkpoints import list_models, load
from vae.model import VAE, VAEConfig

__all__ = ["VAE", "VAEConfig", "list_models", "load"]
