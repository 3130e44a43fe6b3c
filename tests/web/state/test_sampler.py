"""z from every distribution of Sample, and what is said of it, against scipy, numpy and vae."""

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from samplers import (
    EXTREMES,
    PRIORS,
    QUARTER,
    STANDARD,
    D,
    covariances,
    draw,
    mixture_of,
    run,
    scipy_of,
)

from vae import sampling


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("own", [STANDARD, *PRIORS.values(), QUARTER])
def test_quantiles_of_what_has_parameters(engine, own, prior):
    p, target = scipy_of(own), scipy_of(PRIORS[prior])
    z, _, u = draw(engine, own, prior=PRIORS[prior])
    np.testing.assert_allclose(p.cdf(z), u, atol=1e-4)

    moved, _, _ = draw(engine, {**own, "as": "standardised"}, prior=PRIORS[prior])
    expected = target.mean() + target.std() * (z - p.mean()) / p.std()
    np.testing.assert_allclose(moved, expected, atol=1e-9)

    matched, _, _ = draw(engine, {**own, "as": "matched"}, prior=PRIORS[prior])
    np.testing.assert_allclose(matched, target.ppf(u), atol=1e-9)
    # Where it has not come so near an end that doubles run out, the same by way of z.
    inner = (z > 1e-9) & (z < 1 - 1e-9) if own["family"] == "beta" else np.full(z.shape, True)
    np.testing.assert_allclose(matched[inner], target.ppf(p.cdf(z))[inner], atol=1e-6)

    plain, _, _ = draw(engine, {"family": "prior"}, prior=PRIORS[prior])
    np.testing.assert_array_equal(plain, matched)


@pytest.mark.parametrize("prior", PRIORS)
def test_what_is_standardised_has_the_priors_mean_and_std(engine, prior):
    target = scipy_of(PRIORS[prior])
    z, _, _ = draw(
        engine, {**QUARTER, "as": "standardised"}, 10_000, latents=1, prior=PRIORS[prior]
    )
    assert z.mean() == pytest.approx(target.mean(), abs=5 * target.std() / 100)
    assert z.std() == pytest.approx(target.std(), rel=0.03)


def statistic(z: np.ndarray, cdf: np.ndarray) -> float:
    """Kolmogorov and Smirnov's, for values that doubles may have made equal."""
    order = np.argsort(z)
    z, cdf = z[order], cdf[order]
    last = np.append(z[1:] > z[:-1], True)
    empirical = (np.arange(len(z)) + 1) / len(z)
    return np.abs(empirical - cdf)[last].max() + 1 / len(z)


# Common random numbers: all of these see the same 10,000 uniforms, those of the page's first seed.
@pytest.mark.parametrize("beta", EXTREMES)
@pytest.mark.parametrize("alpha", EXTREMES)
def test_ten_thousand_draws_of_a_beta_are_not_rejected(engine, alpha, beta):
    spec = {"family": "beta", "alpha": alpha, "beta": beta}
    z = draw(engine, spec, 10_000, latents=1)[0].ravel()
    # The last double below 1 stands for all that lies beyond.
    cdf = np.where(z >= 1 - 2**-53, 1.0, scipy.stats.beta(alpha, beta).cdf(z))
    assert scipy.stats.kstwo.sf(statistic(z, cdf), len(z)) > 0.01


@pytest.mark.parametrize(("mean", "std"), [(0, 1), (1, 2), (-4, 0.05), (4, 8)])
def test_ten_thousand_draws_of_a_normal_are_not_rejected(engine, mean, std):
    spec = {"family": "normal", "mean": mean, "std": std}
    z = draw(engine, spec, 10_000, latents=1)[0].ravel()
    assert scipy.stats.kstest(z, scipy.stats.norm(mean, std).cdf).pvalue > 0.01


def test_one_gaussian_is_the_symmetric_root_of_its_covariance(engine):
    mean, covariance = np.array([1.0, -2.0, 0.5]), covariances(1)[0]
    statistics = {"mean": mean.tolist(), "covariance": covariance.tolist()}
    z, _, u = draw(engine, {"family": "gaussian"}, statistics=statistics)
    root = scipy.linalg.sqrtm(covariance.astype(float)).real
    np.testing.assert_allclose(z, mean + scipy.stats.norm.ppf(u) @ root, atol=1e-6)


@pytest.mark.parametrize("family", ["classes", "mixture"])
def test_mixtures(engine, family):
    weight, mean, covariance, statistics = mixture_of(family)
    z, component, u = draw(engine, {"family": family}, 20_000, statistics=statistics)
    chosen = np.searchsorted(weight.cumsum(), component)
    roots = np.array([scipy.linalg.sqrtm(one.astype(float)).real for one in covariance])
    expected = mean[chosen] + np.einsum("nj,nij->ni", scipy.stats.norm.ppf(u), roots[chosen])
    np.testing.assert_allclose(z, expected, atol=1e-5)
    # And their moments, which need no knowledge of how they were drawn.
    centre = weight @ mean
    spread = np.einsum("k,kij->ij", weight, covariance) + np.cov(mean.T, aweights=weight, ddof=0)
    np.testing.assert_allclose(z.mean(0), centre, atol=5 * np.sqrt(spread.max() / len(z)))
    np.testing.assert_allclose(np.cov(z.T), spread, atol=0.05 * spread.max())


@pytest.mark.parametrize("prior", PRIORS)
def test_encodings_are_samples_of_the_stored_posteriors(engine, prior):
    random = np.random.default_rng(2)
    means = random.uniform(0.2, 0.8, (7, D)).astype(np.float32)
    stds = random.uniform(0.02, 0.2, (7, D)).astype(np.float32)
    statistics = {"encodings.mean": means.tolist(), "encodings.std": stds.tolist()}
    z, component, u = draw(
        engine, {"family": "encodings"}, prior=PRIORS[prior], statistics=statistics
    )
    rows = np.floor(component * 7).astype(int)
    m, s = means[rows].astype(float), stds[rows].astype(float)
    total = m * (1 - m) / s**2 - 1
    p = (
        scipy.stats.norm(m, s)
        if prior == "normal"
        else scipy.stats.beta(m * total, (1 - m) * total)
    )
    np.testing.assert_allclose(p.cdf(z), u, atol=1e-6)


def test_temperature_draws_z_to_the_mean_of_the_distribution(engine):
    z, _, _ = draw(engine, PRIORS["normal"])
    cool, _, _ = draw(engine, PRIORS["normal"], temperature=0.25)
    np.testing.assert_allclose(cool, 1 + 0.25 * (z - 1))
    _, mean, _, statistics = mixture_of("classes")
    still, _, _ = draw(engine, {"family": "classes"}, temperature=0, statistics=statistics)
    np.testing.assert_allclose(still, np.tile(mean.mean(0), (len(still), 1)), atol=1e-6)


def test_more_latents_begin_with_the_numbers_of_fewer(engine):
    few, _, _ = draw(engine, STANDARD, 64, latents=2)
    many, _, _ = draw(engine, STANDARD, 64, latents=20)
    np.testing.assert_array_equal(many[:, :2], few)


REFUSED = "try { sampler(); } catch (error) { return error.message; }"


def test_a_model_without_an_encoder_has_nothing_to_fit(engine):
    for family in sampling.FITTED:
        spec = {"family": family}
        message = run(engine, REFUSED, spec=spec, encoder=False)
        assert message == "A GAN has no encoder, so nothing can be fitted to encodings."
        message = run(engine, REFUSED, spec=spec)
        assert message == f"The file of tiny stores no {family} of its encodings."
