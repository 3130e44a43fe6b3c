"""A mixture of Gaussians, against torch.distributions and the mixtures that points came from."""

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from vae.sampling import mixture
from vae.sampling.mixture import Mixture

TRUE = Mixture(
    torch.tensor([0.5, 0.3, 0.2]).double(),
    torch.tensor([[0.0, 0.0], [6.0, 0.0], [0.0, 60.0]]).double(),
    torch.tensor([[[1.0, 0.8], [0.8, 1.0]], [[1.0, 0], [0, 9]], [[0.1, 0], [0, 0.1]]]).double(),
)


@pytest.fixture(scope="module")
def points() -> torch.Tensor:
    """20,000 points of the mixture above."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return reference(TRUE).sample((20_000,))


def reference(one: Mixture) -> MixtureSameFamily:
    parts = MultivariateNormal(one.mean, one.covariance)
    return MixtureSameFamily(Categorical(one.weight), parts)


def test_log_terms_are_weighted_densities(points):
    expected = MultivariateNormal(TRUE.mean, TRUE.covariance).log_prob(points[:50, None])
    torch.testing.assert_close(TRUE.log_terms(points[:50]), expected + TRUE.weight.log())


def test_the_fit_finds_the_mixture_that_the_points_came_from(points, generator):
    found = mixture.fit(points, 3, generator)
    order = torch.cdist(TRUE.mean, found.mean).argmin(1)
    assert sorted(order.tolist()) == [0, 1, 2]
    np.testing.assert_allclose(found.weight[order], TRUE.weight, atol=0.015)
    np.testing.assert_allclose(found.mean[order], TRUE.mean, atol=0.1)
    # The ridge is relative to the variance of all points: 580 in the second dimension.
    np.testing.assert_allclose(found.covariance[order], TRUE.covariance, atol=0.2, rtol=0.06)
    likelihood, best = (reference(one).log_prob(points).mean().item() for one in (found, TRUE))
    assert likelihood == pytest.approx(best, abs=0.1)


def test_one_component_is_the_gaussian_of_the_points(points, generator):
    found = mixture.fit(points, 1, generator)
    np.testing.assert_allclose(found.weight, [1])
    np.testing.assert_allclose(found.mean[0], points.mean(0))
    covariance = points.T.cov(correction=0)
    np.testing.assert_allclose(
        found.covariance[0], covariance + 1e-4 * covariance.diag().diag(), rtol=1e-6
    )


def test_the_mean_and_covariance_of_the_whole_are_those_of_the_points(points, generator):
    """A property of every step of EM, wherever it has got to."""
    found = mixture.fit(points, 5, generator)
    mean = found.weight @ found.mean
    apart = found.mean - mean
    covariance = torch.tensordot(found.weight, found.covariance, 1)
    covariance += (apart * found.weight[:, None]).T @ apart
    np.testing.assert_allclose(mean, points.mean(0), atol=1e-6)
    expected = points.T.cov(correction=0)
    np.testing.assert_allclose(covariance, expected, atol=2e-4 * expected.diag().max().item())


def test_every_step_makes_the_points_more_likely(points, generator, monkeypatch):
    likelihoods = []
    expect = mixture._expect

    def spy(*arguments):
        sums, likelihood = expect(*arguments)
        likelihoods.append(likelihood)
        return sums, likelihood

    monkeypatch.setattr(mixture, "_expect", spy)
    mixture.fit(points[:2000], 6, generator)
    assert len(likelihoods) > 3
    assert (np.diff(likelihoods) > -1e-6).all()


def test_the_fit_is_the_same_in_other_units_and_for_the_same_seed(points):
    def fit(z):
        return mixture.fit(z, 3, torch.Generator().manual_seed(1))

    first, again, scaled = fit(points), fit(points), fit(points * 1000 + 5)
    assert torch.equal(first.covariance, again.covariance)
    torch.testing.assert_close(scaled.mean, first.mean * 1000 + 5)
    torch.testing.assert_close(scaled.covariance, first.covariance * 1e6)


@pytest.mark.parametrize("z", [torch.zeros(40, 2), torch.arange(40.0)[:, None].expand(40, 2)])
def test_points_on_a_point_or_a_line_give_finite_components(z, generator):
    found = mixture.fit(z, 3, generator)
    for tensor in vars(found).values():
        assert tensor.isfinite().all()
    assert found.weight.sum().item() == pytest.approx(1)


@pytest.mark.parametrize(
    ("points", "latents", "expected"),
    [(60_000, 20, 50), (60_000, 2, 50), (60_000, 100, 18), (120, 3, 4), (5, 3, 1)],
)
def test_components_are_as_many_as_points_and_room_allow(points, latents, expected):
    assert mixture.components(points, latents) == expected
