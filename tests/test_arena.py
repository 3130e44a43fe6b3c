"""Where the VAE and the GAN meet."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from vae import arena, evaluation, latent
from vae.data import Digits
from vae.gan import GAN


@pytest.fixture
def digits(make_digits: Callable) -> Digits:
    return make_digits(100)


def test_class_fits_are_moments_of_samples_of_each_digit(tiny, digits):
    model = tiny("normal").eval()
    found = arena.class_fits(model, digits, seed=7)
    q = evaluation.posterior(model, digits)
    z = latent.rsample(q, torch.Generator().manual_seed(7)).detach().numpy()
    for label in range(10):
        rows = z[digits.labels.numpy() == label]
        np.testing.assert_allclose(found["class_mean"][label], rows.mean(0), atol=1e-5)
        covariance = np.cov(rows, rowvar=False)
        np.testing.assert_allclose(found["class_covariance"][label], covariance, atol=1e-5)


def test_a_gan_has_no_fits_and_one_sampler(adversarial, digits):
    model = GAN(adversarial).generator
    assert arena.class_fits(model, digits) == {}
    assert arena.samplers(model) == ["prior"]
