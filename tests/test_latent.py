"""Where z comes from, against scipy and closed forms."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import sqrt

import numpy as np
import pytest
import scipy.stats
import torch
from torch import Tensor
from torch.distributions import Beta, Normal

from vae import latent
from vae.families.beta import EDGE

MANY = 100_000


def normal(mean: float, std: float) -> dict:
    return {"family": "normal", "mean": mean, "std": std}


def beta(alpha: float, beta: float) -> dict:
    return {"family": "beta", "alpha": alpha, "beta": beta}


def uniform(low: float, high: float) -> dict:
    return {"family": "uniform", "low": low, "high": high}


CASES = [
    (normal(0, 1), scipy.stats.norm(0, 1)),
    (normal(1, 2), scipy.stats.norm(1, 2)),
    (beta(4, 3), scipy.stats.beta(4, 3)),
    (beta(1, 1), scipy.stats.beta(1, 1)),
    (beta(0.25, 0.25), scipy.stats.beta(0.25, 0.25)),
    (uniform(-1, 3), scipy.stats.uniform(-1, 4)),
]


def assert_mean(samples: Tensor, expected: float):
    """The mean of independent samples is the expected one, to 5 standard errors."""
    error = samples.double().std() / sqrt(samples.numel())
    assert abs(samples.double().mean().item() - expected) < 5 * error


@pytest.mark.parametrize(("spec", "reference"), CASES)
def test_distribution_has_the_moments_and_density_of_its_spec(spec, reference):
    p = latent.distribution(spec, 5)
    assert p.batch_shape == (5,)
    assert p.event_shape == ()
    np.testing.assert_allclose(p.mean, reference.mean(), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(p.stddev, reference.std(), rtol=1e-6)
    z = torch.linspace(0.1, 0.9, 5)
    np.testing.assert_allclose(p.log_prob(z), reference.logpdf(z.numpy()), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ({}, ["family", "normal, beta", "uniform", "None"]),
        ({"family": "gamma"}, ["family", "normal, beta", "uniform", "'gamma'"]),
        ({"family": "normal", "std": 1}, ["mean", "normal", "a number", "None"]),
        ({"family": "normal", "mean": 0}, ["std", "normal", "a number", "None"]),
        ({"family": "beta", "beta": 1}, ["alpha", "beta", "a number", "None"]),
        ({"family": "beta", "alpha": 1}, ["beta of a beta", "a number", "None"]),
        (normal("1", 1), ["mean", "a number", "'1'"]),
        (normal(True, 1), ["mean", "a number", "True"]),
        (normal(float("nan"), 1), ["mean", "a number", "nan"]),
        (normal(0, float("inf")), ["std", "a number", "inf"]),
        (normal(10**400, 1), ["mean", "a number", "1000"]),
        (normal(0, 1e39), ["std", "a number", "1e+39"]),
        (normal(0, 1e-50), ["std", "above 0", "got 1e-50"]),
        (normal(0, 0), ["std", "above 0", "got 0"]),
        (normal(0, -2), ["std", "above 0", "got -2"]),
        (beta(0, 1), ["alpha", "above 0", "got 0"]),
        (beta(1, -0.5), ["beta of a beta", "above 0", "got -0.5"]),
        ({"family": "uniform", "low": 0}, ["high", "uniform", "a number", "None"]),
        (uniform(1, 1), ["high of a uniform", "above low, 1", "got 1"]),
        (uniform(2, -2), ["high of a uniform", "above low, 2", "got -2"]),
    ],
)
def test_distribution_refuses_and_names_field_expected_and_got(spec, parts):
    with pytest.raises(ValueError) as error:
        latent.distribution(spec, 2)
    for part in ["expected", *parts]:
        assert part in str(error.value)


@pytest.mark.parametrize(("spec", "reference"), CASES)
def test_sample_follows_the_distribution(spec, reference, generator):
    z = latent.sample(latent.distribution(spec, 2), MANY // 2, generator)
    assert z.shape == (MANY // 2, 2)
    assert not z.requires_grad
    assert_mean(z, reference.mean())
    assert_mean((z - reference.mean()).square(), reference.var())
    # The cumulative distribution between its 1st and 99th percentile.
    for share in np.linspace(0.01, 0.99, 25):
        edge = float(reference.ppf(share))
        if EDGE < edge < 1 - EDGE or spec["family"] != "beta":
            below = (z.double() < edge).double().mean().item()
            assert abs(below - share) < 5 * sqrt(share * (1 - share) / MANY)


def test_dimensions_and_samples_are_independent(generator):
    z = latent.sample(latent.distribution(beta(4, 3), 2), MANY, generator)
    limit = 5 / sqrt(MANY)
    assert abs(np.corrcoef(z.T.numpy())[0, 1]) < limit
    assert abs(np.corrcoef(z[:-1, 0].numpy(), z[1:, 0].numpy())[0, 1]) < limit


def test_beta_samples_keep_off_the_edges(generator):
    p = latent.distribution(beta(0.02, 0.02), 1)
    z = latent.sample(p, 2000, generator)
    assert z.min() > 0
    assert z.max() < 1
    assert p.log_prob(z).isfinite().all()


def second_moment_of_beta(a: float, b: float) -> float:
    """E[z^2], z ~ Beta(a, b)."""
    return a * (a + 1) / ((a + b) * (a + b + 1))


def finite_difference(f: Callable, at: tuple[float, float], index: int, step=1e-5) -> float:
    sides = []
    for sign in (1, -1):
        moved = list(at)
        moved[index] += sign * step
        sides.append(f(*moved))
    return (sides[0] - sides[1]) / (2 * step)


@pytest.mark.parametrize(
    ("family", "parameters", "moment"),
    [
        (Normal, (1.0, 2.0), lambda mean, std: mean**2 + std**2),
        (Normal, (-0.5, 0.3), lambda mean, std: mean**2 + std**2),
        (Beta, (4.0, 3.0), second_moment_of_beta),
        (Beta, (0.7, 1.6), second_moment_of_beta),
    ],
)
def test_rsample_carries_the_gradient_of_the_second_moment(family, parameters, moment, generator):
    # A parameter for every sample: its gradient is then that sample's own derivative.
    leaves = [torch.full((MANY,), value, requires_grad=True) for value in parameters]
    z = latent.rsample(family(*leaves), generator)
    z.square().sum().backward()
    assert_mean(z.detach().square(), moment(*parameters))
    for index, leaf in enumerate(leaves):
        assert_mean(leaf.grad, finite_difference(moment, parameters, index))


@pytest.mark.parametrize(
    "spec", [normal(1, 2), beta(4, 3), uniform(-1, 3)], ids=["normal", "beta", "uniform"]
)
def test_draws_depend_on_the_generator_alone(spec):
    def draw(seed: int) -> list[Tensor]:
        generator = torch.Generator().manual_seed(seed)
        p = latent.distribution(spec, 4)
        return [latent.sample(p, 3, generator), latent.sample(p, 3, generator)]

    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first, second = draw(0)
    assert torch.equal(torch.random.get_rng_state(), before)

    torch.manual_seed(2)
    again = draw(0)
    assert torch.equal(first, again[0])
    assert torch.equal(second, again[1])
    assert not torch.equal(first, second)
    assert not torch.equal(first, draw(1)[0])


@pytest.mark.parametrize("spec", [normal(1, 2), beta(4, 3)], ids=["normal", "beta"])
def test_draws_do_not_depend_on_other_threads(spec):
    p = latent.distribution(spec, 20)

    def draw(seed: int) -> Tensor:
        return latent.sample(p, 50, torch.Generator().manual_seed(seed))

    alone = [draw(seed) for seed in range(8)]
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(draw, list(range(8)) * 100))
    assert all(torch.equal(z, alone[index % 8]) for index, z in enumerate(together))
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize(("spec", "reference"), CASES)
def test_standardise_gives_mean_0_and_std_1(spec, reference, generator):
    p = latent.distribution(spec, 2)
    z = torch.tensor(reference.rvs((MANY // 2, 2), random_state=0), dtype=torch.float64)
    units = latent.standardise(z, p)
    assert_mean(units, 0)
    assert_mean(units.square(), 1)
    np.testing.assert_allclose(latent.standardise(p.mean + 2 * p.stddev, p), 2, rtol=1e-5)
