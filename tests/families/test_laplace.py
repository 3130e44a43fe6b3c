"""The Laplace family as prior, posterior and sampling distribution, against scipy."""

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
import torch

from vae import latent, sampling
from vae.families import FAMILIES
from vae.model import VAE, VAEConfig
from vae.networks import RELU, dense
from vae.objective import elbo

LAPLACE = FAMILIES["laplace"]
SPEC = LAPLACE.spec(1, 2)
TAILS = torch.logspace(-300, -2, 50, dtype=torch.float64)
SHARES = torch.cat([TAILS, torch.linspace(0.01, 0.99, 99, dtype=torch.float64)])


def test_its_quantile_is_scipys():
    z = latent.quantile(SPEC, SHARES)
    np.testing.assert_allclose(z, scipy.stats.laplace(1, 2).ppf(SHARES), rtol=1e-12)
    upper = latent.quantile(SPEC, 1 - SHARES[50:])
    np.testing.assert_allclose(upper, scipy.stats.laplace(1, 2).isf(SHARES[50:]), rtol=1e-12)


def test_its_samples_and_its_density_are_scipys(generator):
    p, reference = latent.distribution(SPEC, 2), scipy.stats.laplace(1, 2)
    z = latent.sample(p, 50_000, generator)
    assert scipy.stats.kstest(z.flatten().numpy(), reference.cdf).pvalue > 0.01
    assert p.stddev[0].item() == pytest.approx(reference.std())
    np.testing.assert_allclose(p.log_prob(z[:99]), reference.logpdf(z[:99]), atol=1e-5)


def test_a_sample_is_finite_where_the_generator_gives_the_least_number(monkeypatch, generator):
    monkeypatch.setattr(torch, "rand", lambda shape, **_: torch.zeros(shape))
    z = LAPLACE.rsample(latent.distribution(SPEC, 3), generator)
    assert z.isfinite().all() and (z < -20).all()


def test_a_sample_is_differentiable_in_both_parameters(generator):
    first, second = torch.randn(2, 5, 3, generator=generator).requires_grad_()
    q = LAPLACE.posterior(first, second)
    z = LAPLACE.rsample(q, generator)
    slopes = torch.autograd.grad(z.sum(), [first, second])
    torch.testing.assert_close(slopes[0], torch.ones(5, 3))
    # z moves with the standard deviation, whose logarithm is half of the encoder's number.
    torch.testing.assert_close(slopes[1], (z - q.loc).detach() / 2)


def test_an_output_of_zero_is_a_posterior_of_unit_variance():
    q = LAPLACE.posterior(torch.zeros(1), torch.zeros(1))
    assert (q.mean.item(), q.variance.item()) == (0, pytest.approx(1))
    again = LAPLACE.from_moments(torch.tensor([0.3]), torch.tensor([0.7]))
    assert again.mean.item() == pytest.approx(0.3) and again.stddev.item() == pytest.approx(0.7)


@torch.no_grad()
def test_the_kl_of_a_model_is_its_integral(images, generator):
    torch.manual_seed(3)
    model = VAE(VAEConfig(2, **dense([12, 8], 2, RELU), prior=SPEC))
    kl = elbo(model, images[:2], generator).kl
    q = model.encode(images[:2])
    for row in range(2):
        for unit in range(2):
            own = scipy.stats.laplace(q.loc[row, unit].item(), q.scale[row, unit].item())
            other = scipy.stats.laplace(1, 2)
            integral, _ = scipy.integrate.quad(
                lambda z, q=own, p=other: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)),
                *own.interval(1 - 1e-13),
                points=[own.mean(), 1],
                limit=200,
            )
            assert kl[row, unit].item() == pytest.approx(integral, rel=1e-5)


def test_standardised_it_is_the_prior_of_a_model_that_has_it():
    wide = {**LAPLACE.spec(-3, 0.5), "as": "standardised"}
    assert sampling.reduce(wide, SPEC) == sampling.PRIOR
    normal = FAMILIES["normal"].spec(0, 1)
    assert sampling.reduce(wide, normal) == {**LAPLACE.spec(0, 1), "as": "standardised"}
