"""Quantile functions, against scipy's."""

import numpy as np
import pytest
import scipy.stats
import torch

from vae.latent import quantile

TAILS = torch.logspace(-15, -2, 40, dtype=torch.float64)
SHARES = torch.cat([TAILS, torch.linspace(0.01, 0.99, 500, dtype=torch.float64), 1 - TAILS])
SHAPES = (0.05, 0.25, 1, 1.1, 4, 20, 1000)


@pytest.mark.parametrize("alpha", SHAPES)
@pytest.mark.parametrize("beta", SHAPES)
def test_beta_quantiles_have_the_right_share_below_them(alpha, beta):
    z = quantile({"family": "beta", "alpha": alpha, "beta": beta}, SHARES).numpy()
    assert ((z >= 0) & (z <= 1)).all()
    assert (np.diff(z[SHARES.argsort().numpy()]) > -1e-15).all()
    # Near 1 a double cannot say where z lies: the share is then between those of its neighbours.
    low, high = (scipy.stats.beta.cdf(np.nextafter(z, end), alpha, beta) for end in (0, 1))
    assert (low - 1e-6 <= SHARES.numpy()).all()
    assert (SHARES.numpy() <= high + 1e-6).all()


@pytest.mark.parametrize(
    ("spec", "reference"),
    [
        ({"family": "normal", "mean": 1, "std": 2}, scipy.stats.norm(1, 2)),
        ({"family": "uniform", "low": -3, "high": 5}, scipy.stats.uniform(-3, 8)),
    ],
)
def test_normal_and_uniform_quantiles(spec, reference):
    z = quantile(spec, SHARES)
    assert z.dtype == torch.float64
    np.testing.assert_allclose(z, reference.ppf(SHARES), rtol=1e-12, atol=1e-12)


def test_the_shape_is_that_of_the_shares():
    shares = torch.rand(3, 4, generator=torch.Generator().manual_seed(0))
    spec = {"family": "beta", "alpha": 2.0, "beta": 3.0}
    assert quantile(spec, shares).shape == (3, 4)


def test_a_bad_spec_is_refused():
    with pytest.raises(ValueError, match="alpha of a beta distribution: expected above 0, got 0"):
        quantile({"family": "beta", "alpha": 0, "beta": 1}, SHARES)
