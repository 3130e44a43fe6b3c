"""Samplers of z by name, against scipy and the moments that they are fitted to."""

from math import sqrt

import numpy as np
import pytest
import scipy.stats
import torch

from vae import latent, sampling
from vae.model import DecoderConfig

MANY = 20_000
PRIORS = {
    "normal": (latent.STANDARD_NORMAL, scipy.stats.norm(0, 1)),
    "shifted": ({"family": "normal", "mean": 1.0, "std": 2.0}, scipy.stats.norm(1, 2)),
    "beta": ({"family": "beta", "alpha": 4.0, "beta": 3.0}, scipy.stats.beta(4, 3)),
}
SPECS = {
    "normal": ({"family": "normal", "mean": 1.0, "std": 2.0}, scipy.stats.norm(1, 2)),
    "beta": ({"family": "beta", "alpha": 0.25, "beta": 0.25}, scipy.stats.beta(0.25, 0.25)),
    "uniform": ({"family": "uniform", "low": -1.0, "high": 3.0}, scipy.stats.uniform(-1, 4)),
}
each_prior = pytest.mark.parametrize(("prior", "prior_reference"), PRIORS.values(), ids=PRIORS)
each_spec = pytest.mark.parametrize(("spec", "reference"), SPECS.values(), ids=SPECS)


def config(prior: dict = latent.STANDARD_NORMAL, latents: int = 2) -> DecoderConfig:
    return DecoderConfig(latents, [], prior=prior)


def draw(spec, prior=latent.STANDARD_NORMAL, statistics=None, count=MANY, latents=2, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return sampling.sample(spec, config(prior, latents), statistics or {}, count, generator)


def moments(seed: int, latents: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A mean (D,) and a covariance (D, D) with correlations."""
    generator = torch.Generator().manual_seed(seed)
    root = torch.randn(latents, latents, generator=generator)
    return torch.randn(latents, generator=generator), root @ root.T


def assert_moments(z: torch.Tensor, mean: np.ndarray, covariance: np.ndarray):
    """The mean by its own standard error, in units that leave no dimension out; the covariance to
    what so many samples can tell."""
    error = np.linalg.solve(np.linalg.cholesky(covariance), z.double().mean(0).numpy() - mean)
    assert (np.abs(error) < 5 / sqrt(len(z))).all()
    scale = np.sqrt(np.diag(covariance))
    found = np.cov(z.double().T.numpy())
    np.testing.assert_allclose(
        found / np.outer(scale, scale), covariance / np.outer(scale, scale), atol=0.05
    )


@each_prior
@each_spec
def test_raw_follows_the_named_distribution(spec, reference, prior, prior_reference):
    z = draw(spec, prior)
    assert z.shape == (MANY, 2)
    assert z.dtype == torch.float32
    for column in z.double().T:
        assert scipy.stats.kstest(column, reference.cdf).pvalue > 0.01


@each_prior
@each_spec
def test_standardised_is_in_units_of_the_prior(spec, reference, prior, prior_reference):
    raw, z = draw(spec, prior).double(), draw({**spec, "as": "standardised"}, prior).double()
    units = (raw - reference.mean()) / reference.std()
    expected = prior_reference.mean() + prior_reference.std() * units
    np.testing.assert_allclose(z, expected, rtol=1e-5, atol=1e-5)


@each_prior
@each_spec
def test_matched_is_the_same_draw_mapped_through_both_cumulative_distributions(
    spec, reference, prior, prior_reference
):
    raw, z = draw(spec, prior).double().numpy(), draw({**spec, "as": "matched"}, prior)
    # Where float32 can say how far from its end a value of the bounded distribution is.
    inside = (raw > 1e-4) & (raw < 1 - 1e-4) if spec["family"] == "beta" else raw == raw
    mapped = prior_reference.ppf(reference.cdf(raw[inside]))
    np.testing.assert_allclose(z.numpy()[inside], mapped, rtol=1e-3, atol=1e-3)
    assert scipy.stats.kstest(z.flatten().double(), prior_reference.cdf).pvalue > 0.01
    assert torch.equal(z, draw({"family": "prior"}, prior))


def test_the_same_uniforms_feed_every_factorised_distribution():
    normal, beta = (draw(SPECS[family][0]).double() for family in ("normal", "beta"))
    order = normal.argsort(0)
    assert (beta.gather(0, order).diff(dim=0) >= 0).all()


@pytest.mark.parametrize("latents", [1, 3])
def test_the_gaussian_has_the_moments_of_the_aggregate_posterior(latents):
    mean, covariance = moments(0, latents)
    statistics = {"mean": mean, "covariance": covariance}
    z = draw({"family": "gaussian"}, statistics=statistics, latents=latents)
    assert_moments(z, mean.numpy(), covariance.numpy().reshape(latents, latents))
    if latents == 3:
        root = np.linalg.cholesky(covariance.double().numpy())
        whole = np.linalg.solve(root, (z - mean).double().numpy().T)
        assert scipy.stats.kstest(whole.flatten(), scipy.stats.norm.cdf).pvalue > 0.01


def test_classes_are_gaussians_as_likely_as_each_other():
    means, covariances = map(torch.stack, zip(*(moments(k, 2) for k in range(10)), strict=True))
    means = means + 100 * torch.arange(10)[:, None]  # so far apart that each z tells its class
    statistics = {"class_mean": means, "class_covariance": covariances}
    z = draw({"family": "classes"}, statistics=statistics, count=2 * MANY)
    own = torch.cdist(z, means).argmin(1)
    assert scipy.stats.chisquare(own.bincount(minlength=10)).pvalue > 0.01
    for k in range(10):
        assert_moments(z[own == k], means[k].numpy(), covariances[k].numpy())


def test_the_mixture_draws_components_by_their_weights():
    weights, means = torch.tensor([0.2, 0.7, 0.1]), torch.tensor([[-50.0], [0.0], [50.0]])
    statistics = {
        "mixture.weight": weights,
        "mixture.mean": means,
        "mixture.covariance": torch.tensor([1.0, 4.0, 9.0]).reshape(3, 1, 1).half(),
    }
    z = draw({"family": "mixture"}, statistics=statistics, latents=1)
    own = torch.cdist(z, means).argmin(1)
    expected = weights.double() / weights.double().sum() * MANY
    assert scipy.stats.chisquare(own.bincount(), expected.numpy()).pvalue > 0.01
    for k, std in enumerate((1, 2, 3)):
        reference = scipy.stats.norm(means[k].item(), std)
        assert scipy.stats.kstest(z[own == k, 0].double(), reference.cdf).pvalue > 0.01


def test_a_covariance_that_rounding_made_indefinite_counts_as_the_nearest_that_is_not():
    covariance = torch.tensor([[1.0, 1.001], [1.001, 1.0]])
    z = draw({"family": "gaussian"}, statistics={"mean": torch.zeros(2), "covariance": covariance})
    assert z.isfinite().all()
    np.testing.assert_allclose(z[:, 0], z[:, 1], atol=1e-5)


@pytest.mark.parametrize("prior", ["normal", "beta"])
def test_encodings_are_samples_of_stored_posteriors(prior):
    means, stds = torch.tensor([[0.2, 0.5], [0.7, 0.9]]), torch.tensor([[0.01, 0.1], [0.02, 0.05]])
    statistics = {"encodings.mean": means.half(), "encodings.std": stds.half()}
    z = draw({"family": "encodings"}, PRIORS[prior][0], statistics).double()
    own = (z[:, 0] > 0.45).long()
    assert scipy.stats.binomtest(own.sum().item(), MANY).pvalue > 0.01
    for k in range(2):
        for mean, std, column in zip(means[k].half(), stds[k].half(), z[own == k].T, strict=True):
            mean, std = float(mean), float(std)
            total = mean * (1 - mean) / std**2 - 1
            reference = scipy.stats.norm(mean, std)
            if prior == "beta":
                reference = scipy.stats.beta(mean * total, (1 - mean) * total)
            assert scipy.stats.kstest(column, reference.cdf).pvalue > 0.001


def test_encodings_that_half_precision_put_on_the_edge_of_a_beta_can_be_drawn():
    statistics = {"encodings.mean": torch.tensor([[0.0, 1.0]]), "encodings.std": torch.zeros(1, 2)}
    z = draw({"family": "encodings"}, PRIORS["beta"][0], statistics)
    np.testing.assert_allclose(z.mean(0), [0, 1], atol=1e-3)


def test_encodings_without_a_spread_in_half_precision_are_their_means():
    """Those of an autoencoder, which nothing keeps from vanishing."""
    statistics = {"encodings.mean": torch.tensor([[3.0, -5.0]]), "encodings.std": torch.zeros(1, 2)}
    z = draw({"family": "encodings"}, statistics=statistics, count=10)
    assert z.tolist() == [[3.0, -5.0]] * 10


@pytest.mark.parametrize("family", ["prior", "gaussian", "classes", "mixture", "encodings"])
def test_draws_depend_on_the_generator_alone(family):
    statistics = {
        "mean": torch.zeros(2),
        "covariance": torch.eye(2),
        "class_mean": torch.zeros(10, 2),
        "class_covariance": torch.eye(2).expand(10, 2, 2),
        "mixture.weight": torch.ones(3),
        "mixture.mean": torch.zeros(3, 2),
        "mixture.covariance": torch.eye(2).expand(3, 2, 2),
        "encodings.mean": torch.zeros(5, 2),
        "encodings.std": torch.ones(5, 2),
    }
    first, again, other = (
        draw({"family": family}, statistics=statistics, count=10, seed=seed) for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ({}, ["family", "normal, beta", "uniform, prior, gaussian", "None"]),
        ({"family": "gamma"}, ["family", "mixture, encodings", "'gamma'"]),
        ({**SPECS["beta"][0], "as": "cured"}, ["as", "raw, standardised, matched", "'cured'"]),
        ({"family": "beta", "alpha": -1, "beta": 1}, ["alpha", "above 0", "-1"]),
        ({"family": "uniform", "low": 1, "high": 1}, ["high", "above low, 1", "got 1"]),
        ({"family": "mixture", "as": "matched"}, ["as", "raw", "mixture", "'matched'"]),
        (
            {"family": "mixture"},
            ["mixture.weight", "mixture.covariance", "vae.evaluation.backfill"],
        ),
    ],
)
def test_a_bad_spec_is_refused(spec, parts):
    with pytest.raises(ValueError) as error:
        draw(spec)
    for part in ["expected", *parts]:
        assert part in str(error.value)


def test_what_gives_the_same_z_is_reduced_to_one_spec():
    normal, shifted, beta = (prior for prior, _ in PRIORS.values())
    prior = {"family": "prior"}
    for given, of, expected in [
        (normal, normal, prior),
        (normal, shifted, normal),
        ({**shifted, "as": "raw"}, shifted, prior),
        ({**shifted, "as": "standardised"}, normal, prior),
        ({**shifted, "as": "standardised"}, beta, {**normal, "as": "standardised"}),
        ({**beta, "as": "standardised"}, normal, {**beta, "as": "standardised"}),
        ({**beta, "as": "standardised"}, beta, prior),
        ({**beta, "as": "matched"}, shifted, prior),
        ({"family": "mixture"}, normal, {"family": "mixture"}),
    ]:
        assert sampling.reduce(given, of) == expected
        if given != {"family": "mixture"}:
            same = draw(given, of, count=100), draw(expected, of, count=100)
            torch.testing.assert_close(*same, rtol=1e-5, atol=1e-5)


def test_names_and_labels():
    root_2 = {"family": "normal", "mean": 1.0, "std": sqrt(2), "as": "raw"}
    matched = {"family": "beta", "alpha": 0.25, "beta": 4.0, "as": "matched"}
    assert sampling.name(root_2) == "normal-1-1.414"
    assert sampling.name(matched) == "beta-0.25-4-matched"
    assert sampling.name({"family": "mixture"}) == "mixture"
    assert sampling.label(latent.STANDARD_NORMAL) == "N(0, 1)"
    assert sampling.label(root_2) == "N(1, 1.41\u00b2)"
    assert sampling.label(matched) == "Beta(0.25, 4), matched"
    assert sampling.label({"family": "classes"}) == "a Gaussian fitted to each digit class"
