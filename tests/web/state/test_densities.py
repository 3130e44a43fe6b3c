"""What is known of a sampler without drawing: densities, norms, and the estimate over digits."""

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
import torch
from samplers import PRIORS, D, mixture_of, run, scipy_of

from vae.evaluation import measures


@pytest.mark.parametrize("family", ["classes", "mixture"])
@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_marginal_densities_of_mixtures(engine, family, temperature):
    weight, mean, covariance, statistics = mixture_of(family)
    xs = np.linspace(-3, 3, 25)
    found = run(
        engine,
        """const {pdf} = sampler().marginal(1, given.temperature);
        return given.xs.map(pdf);""",
        spec={"family": family},
        statistics=statistics,
        temperature=temperature,
        xs=xs.tolist(),
    )
    centre = (weight @ mean)[1]
    stds = temperature * np.sqrt(covariance[:, 1, 1])
    means = centre + temperature * (mean[:, 1] - centre)
    expected = (weight * scipy.stats.norm(means, stds).pdf(xs[:, None])).sum(1)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("form", ["raw", "standardised", "matched"])
def test_marginal_densities_of_what_has_parameters(engine, form):
    xs = np.linspace(0.05, 0.95, 19)
    own = {"family": "beta", "alpha": 1.1, "beta": 2.0}
    found = run(
        engine,
        "return given.xs.map(sampler().marginal(0).pdf);",
        spec=own if form == "raw" else {**own, "as": form},
        prior=PRIORS["beta"],
        xs=xs.tolist(),
    )
    p, prior = scipy_of(own), scipy_of(PRIORS["beta"])
    scale = prior.std() / p.std()
    expected = {
        "raw": p.pdf(xs),
        "standardised": p.pdf(p.mean() + (xs - prior.mean()) / scale) / scale,
        "matched": prior.pdf(xs),
    }
    np.testing.assert_allclose(found, expected[form], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("prior", PRIORS)
def test_the_aggregates_density_is_the_mean_of_the_posteriors(engine, prior):
    random = np.random.default_rng(3)
    means, stds = random.uniform(0.2, 0.8, (50, D)), random.uniform(0.08, 0.15, (50, D))
    low, high, values = run(
        engine,
        """const {Marginals} = await import("/web/math/marginals.js");
        const {low, high, values} = new Marginals(model, statistics).at(2);
        return [low, high, [...values]];""",
        prior=PRIORS[prior],
        statistics={"encodings.mean": means.tolist(), "encodings.std": stds.tolist()},
    )
    step = (high - low) / len(values)
    xs = low + step * (np.arange(len(values)) + 0.5)
    m, s = means[:, 2], stds[:, 2]
    total = m * (1 - m) / s**2 - 1
    p = (
        scipy.stats.norm(m, s)
        if prior == "normal"
        else scipy.stats.beta(m * total, (1 - m) * total)
    )
    np.testing.assert_allclose(values, p.pdf(xs[:, None]).mean(1), rtol=1e-4, atol=1e-6)
    assert sum(values) * step == pytest.approx(1, abs=2e-3)


def test_the_estimate_over_the_visible_digits_is_that_of_the_measures(engine):
    probabilities = np.random.default_rng(4).dirichlet(np.ones(10) / 3, 64).astype(np.float32)
    found = run(
        engine,
        """const {readings, summary} = await import("/web/sample/reader.js");
        const reading = readings(Float32Array.from(given.p.flat()));
        return {label: [...reading.label], ...summary(reading)};""",
        p=probabilities.tolist(),
    )
    p = torch.from_numpy(probabilities)
    labels = p.argmax(1)
    assert found["label"] == labels.tolist()
    assert found["counts"] == np.bincount(labels, minlength=10).tolist()
    assert found["entropy"] == pytest.approx(measures.class_entropy(labels), abs=1e-6)
    assert found["confidence"] == pytest.approx(measures.confidence(p), abs=1e-6)


def test_norms_and_the_range_that_is_typical_of_them(engine):
    z = np.random.default_rng(5).normal(size=(6, D))
    found, typical = run(
        engine,
        """const {norms, typical} = await import("/web/machine/norms.js");
        const found = norms(given.z.flat(), given.latents, prior);
        return [[...found], typical(20, prior)];""",
        z=z.tolist(),
        prior=PRIORS["normal"],
    )
    np.testing.assert_allclose(found, np.linalg.norm((z - 1) / 2, axis=1))
    np.testing.assert_allclose(typical, scipy.stats.chi(20).ppf([0.025, 0.975]), rtol=2e-3)
