"""z from every distribution of Sample, and what is said of it, against scipy, numpy and vae."""

import json
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
import torch

from vae import sampling
from vae.evaluation import generation, measures
from vae.ui.facts import facts

D = 3
PRIORS = {
    "normal": {"family": "normal", "mean": 1.0, "std": 2.0},
    "beta": {"family": "beta", "alpha": 4.0, "beta": 3.0},
}
STANDARD = {"family": "normal", "mean": 0.0, "std": 1.0}
QUARTER = {"family": "beta", "alpha": 0.25, "beta": 0.25}
EXTREMES = [0.05, 0.25, 1.0, 4.5, 20.0]

MODEL = """
  const {distribution} = await import("/web/math/distribution.js");
  const {Uniforms} = await import("/web/math/random.js");
  const {Sampler} = await import("/web/state/sampler.js");
  const tensor = (data) => ({shape: [], data: Float32Array.from(data.flat(3))});
  const statistics = Object.fromEntries(
    Object.entries(given.statistics ?? {}).map(([name, data]) => [name, tensor(data)]));
  const prior = distribution(given.prior);
  const record = {name: "tiny"};
  const model = {latents: given.latents, prior, hasEncoder: given.encoder, record};
  const sampler = () => new Sampler(given.spec, model, statistics, given.facts);
"""


def run(engine, script: str, **given: Any) -> Any:
    """The value of the body of an async function, whose argument is `given`."""
    given = {"latents": D, "prior": STANDARD, "encoder": True, "facts": facts(), **given}
    return engine.evaluate(f"async (given) => {{ {MODEL} {script} }}", given)


def draw(engine, spec: dict, count: int = 500, temperature: float = 1.0, **given: Any):
    """z (count, D) and the uniforms that it came from: of the component (count,), (count, D)."""
    found = run(
        engine,
        """const u = new Uniforms(0, given.count, given.latents);
        const z = sampler().draw(u, given.temperature);
        return [[...z], [...u.component], u.latent.map((column) => [...column])];""",
        spec=spec,
        count=count,
        temperature=temperature,
        **given,
    )
    return np.array(found[0]).reshape(count, -1), np.array(found[1]), np.array(found[2]).T


def scipy_of(spec: dict) -> Any:
    if spec["family"] == "normal":
        return scipy.stats.norm(spec["mean"], spec["std"])
    return scipy.stats.beta(spec["alpha"], spec["beta"])


def covariances(count: int, seed: int = 0) -> np.ndarray:
    factors = np.random.default_rng(seed).normal(size=(count, D, D))
    return (factors @ factors.transpose(0, 2, 1) + 0.1 * np.eye(D)).astype(np.float32)


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


def mixture_of(family: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict]:
    """Weights, means, covariances, and the statistics that say the same."""
    count = 10 if family == "classes" else 4
    weight = np.full(10, 0.1) if family == "classes" else np.array([0.1, 0.2, 0.3, 0.4])
    mean = np.random.default_rng(1).normal(size=(count, D)).astype(np.float32)
    covariance = covariances(count)
    prefix = "class_" if family == "classes" else "mixture."
    statistics = {f"{prefix}mean": mean.tolist(), f"{prefix}covariance": covariance.tolist()}
    if family == "mixture":
        statistics["mixture.weight"] = weight.tolist()
    return weight, mean, covariance, statistics


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


REFUSED = "try { sampler(); } catch (error) { return error.message; }"


def test_a_model_without_an_encoder_has_nothing_to_fit(engine):
    for family in sampling.FITTED:
        spec = {"family": family}
        message = run(engine, REFUSED, spec=spec, encoder=False)
        assert message == "A GAN has no encoder, so nothing can be fitted to encodings."
        message = run(engine, REFUSED, spec=spec)
        assert message == f"The file of tiny stores no {family} of its encodings."


def test_names_and_what_is_equal_are_those_of_python(engine):
    specs = list(generation.distributions().values())
    priors = [STANDARD, *PRIORS.values(), QUARTER]
    found = run(
        engine,
        """const {nameOf, reduce} = await import("/web/state/specs.js");
        return given.specs.map((spec) =>
          [nameOf(spec), ...given.priors.map((prior) => nameOf(reduce(spec, prior)))]);""",
        specs=specs,
        priors=priors,
    )
    expected = [
        [sampling.name(spec), *(sampling.name(sampling.reduce(spec, prior)) for prior in priors)]
        for spec in specs
    ]
    assert found == expected


def test_a_panel_comes_back_from_its_text(engine):
    states = [
        {"name": "mlp-20", "spec": spec, "temperature": temperature}
        for spec in generation.distributions().values()
        for temperature in (1, 0.8, 0)
    ]
    found = run(
        engine,
        """const {panelText, parsePanel} = await import("/web/state/address.js");
        return given.states.map((state) => parsePanel(panelText(state), given.facts));""",
        states=states,
    )
    assert json.dumps(found, sort_keys=True) == json.dumps(
        json.loads(json.dumps(states).replace(".0", "")), sort_keys=True
    )


@pytest.mark.parametrize(
    "text",
    ["", "beta", "beta:4", "beta:0,3", "beta:4,21", "normal:0,0", "normal:nan,1", "prior:1,2",
     "beta:4,3:t2", "beta:4,3:squeezed", "uniform:0,1", "mlp-20~", "<b>:1,2"],
)  # fmt: skip
def test_what_is_no_panel_is_refused(engine, text):
    script = 'return (await import("/web/state/address.js")).parsePanel(given.text, given.facts);'
    assert run(engine, script, text=text) is None


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
