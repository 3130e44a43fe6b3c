"""Where the VAE and the GAN meet."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from vae import latent
from vae.data import Examples
from vae.evaluation import losses
from vae.gan import GAN
from vae.studies.vae_and_gan import protocol


@pytest.fixture
def digits(make_digits: Callable) -> Examples:
    return make_digits(100)


def test_a_vae_is_fitted_to_the_aggregate_posterior_of_each_class(tiny, digits):
    model = tiny("normal").eval()
    found = protocol.fits(model, digits)
    q = losses.posterior(model, digits)
    generator = torch.Generator().manual_seed(7)
    draws = torch.stack([latent.rsample(q, generator) for _ in range(400)])  # (400, N, D)
    for label in range(10):
        z = draws[:, digits.labels == label].flatten(0, 1).detach().numpy()
        np.testing.assert_allclose(found["class_mean"][label].detach(), z.mean(0), atol=0.1)
        covariance = np.cov(z, rowvar=False)
        np.testing.assert_allclose(found["class_covariance"][label].detach(), covariance, atol=0.1)


def test_a_gan_has_no_fits_and_one_sampler(adversarial, digits):
    model = GAN(adversarial).generator
    assert protocol.fits(model, digits) == {}
    assert protocol.samplers(model) == ["prior"]
