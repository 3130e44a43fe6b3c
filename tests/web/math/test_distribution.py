"""The page's distributions and random numbers against scipy."""

import math
from typing import Any

import numpy as np
import pytest
from node import Node, NodeError
from scipy import special, stats

GRID = [0.05, 0.1, 0.25, 0.5, 0.9, 1, 1.1, 2, 3, 4, 7.5, 12, 20]
PAIRS = [(alpha, beta) for alpha in GRID for beta in GRID]

CENTRE = np.linspace(0.001, 0.999, 97)
TAILS = 10.0 ** np.arange(-15, -3)
PROBABILITIES = np.sort(np.concatenate([TAILS, CENTRE, 1 - TAILS]))

CALL = """async ({spec, method, values}) => {
  const {distribution} = await import("/web/math/distribution.js");
  const p = distribution(spec);
  return values.map((value) => p[method](value));
}"""

READ = """async (spec) => {
  const {distribution} = await import("/web/math/distribution.js");
  const {family, mean, std, support, label} = distribution(spec);
  return {family: family.name, mean, std, support, label};
}"""

SPECIAL = """async ([name, ...values]) => {
  const special = await import("/web/math/special.js");
  return values.map((value) => special[name](value));
}"""

UNIFORMS = """async ([seed, count]) => {
  const {uniforms} = await import("/web/math/random.js");
  return Array.from(uniforms(seed, count));
}"""

FIRST_UNIFORMS = """async (seeds) => {
  const {uniforms} = await import("/web/math/random.js");
  return Array.from({length: seeds}, (_, seed) => uniforms(seed, 1)[0]);
}"""


def normal(mean: float, std: float) -> dict[str, Any]:
    return {"family": "normal", "mean": mean, "std": std}


def beta(a: float, b: float) -> dict[str, Any]:
    return {"family": "beta", "alpha": a, "beta": b}


def scipy_of(spec: dict[str, Any]) -> Any:
    """The same distribution in scipy."""
    if spec["family"] == "normal":
        return stats.norm(spec["mean"], spec["std"])
    return stats.beta(spec["alpha"], spec["beta"])


def beta_cdf(a: float, b: float, x: np.ndarray) -> np.ndarray:
    """I_x(a, b) from the nearer end: close to 1, scipy's own loses digits."""
    below = special.betainc(a, b, x)
    return np.where(below < 0.5, below, 1 - special.betainc(b, a, 1 - x))


def call(engine: Node, spec: dict[str, Any], method: str, values: np.ndarray) -> np.ndarray:
    given = {"spec": spec, "method": method, "values": [float(value) for value in values]}
    return np.array(engine.evaluate(CALL, given), dtype=float)


def uniforms(engine: Node, seed: float, count: float) -> np.ndarray:
    return np.array(engine.evaluate(UNIFORMS, [seed, count]))


NORMALS = [(0, 1), (1, 2), (-3.5, 0.01), (1e3, 50)]


@pytest.mark.parametrize(("mean", "std"), NORMALS)
def test_normal(engine, mean, std):
    p, spec = stats.norm(mean, std), normal(mean, std)
    x = mean + std * np.linspace(-30, 9, 157)
    np.testing.assert_allclose(call(engine, spec, "logPdf", x), p.logpdf(x), rtol=1e-10)
    np.testing.assert_allclose(call(engine, spec, "cdf", x), p.cdf(x), rtol=1e-9)
    expected = mean + std * special.ndtri(PROBABILITIES)
    np.testing.assert_allclose(call(engine, spec, "quantile", PROBABILITIES), expected, rtol=1e-13)


def test_the_standard_normal_far_out(engine):
    x = np.linspace(-37, 8, 181)
    np.testing.assert_allclose(call(engine, normal(0, 1), "cdf", x), special.ndtr(x), rtol=1e-12)
    u = 10.0 ** -np.arange(1, 308, 9)
    np.testing.assert_allclose(
        call(engine, normal(0, 1), "quantile", u), special.ndtri(u), rtol=1e-14
    )


def test_beta_density_and_distribution_function(engine):
    x = np.concatenate([10.0 ** -np.arange(1, 300, 20), CENTRE, 1 - 10.0 ** -np.arange(1, 16)])
    for a, b in PAIRS:
        p, spec = stats.beta(a, b), beta(a, b)
        np.testing.assert_allclose(
            call(engine, spec, "logPdf", x), p.logpdf(x), rtol=1e-10, atol=1e-10
        )
        np.testing.assert_allclose(
            call(engine, spec, "cdf", x), beta_cdf(a, b, x), rtol=1e-12, atol=1e-300
        )


def test_beta_quantiles_are_right_to_a_millionth_or_to_the_next_double(engine):
    u = PROBABILITIES
    for a, b in PAIRS:
        x = call(engine, beta(a, b), "quantile", u)
        assert ((x > 0) & (x < 1)).all()
        assert (np.diff(x) >= 0).all()
        exact = np.abs(beta_cdf(a, b, x) / u - 1) < 1e-6
        below, above = beta_cdf(a, b, np.nextafter(x, 0)), beta_cdf(a, b, np.nextafter(x, 1))
        next_double = (below <= u) & (u <= above)
        assert (exact | next_double).all(), (a, b, u[~(exact | next_double)])


def test_beta_quantiles_of_sharp_posteriors(engine):
    for a, b in [(500, 500), (500, 0.05), (0.05, 500), (500, 3), (80, 120)]:
        x = call(engine, beta(a, b), "quantile", CENTRE)
        resolved = x < 1 - 1e-10
        assert resolved.any()
        np.testing.assert_allclose(beta_cdf(a, b, x[resolved]), CENTRE[resolved], atol=1e-6)


def test_the_ends(engine):
    assert call(engine, normal(1, 2), "quantile", [0, 1]).tolist() == [-math.inf, math.inf]
    assert call(engine, beta(4, 3), "quantile", [0, 1]).tolist() == [0, 1]
    assert call(engine, beta(4, 3), "cdf", [-1, 0, 1, 2]).tolist() == [0, 0, 1, 1]
    assert call(engine, beta(4, 3), "logPdf", [-1, 0, 1, 2]).tolist() == [-math.inf] * 4
    np.testing.assert_allclose(
        call(engine, beta(1, 0.5), "logPdf", [0, 1]), [math.log(0.5), math.inf], rtol=1e-13
    )
    assert call(engine, beta(0.05, 0.05), "quantile", [1e-18, 1 - 1e-15]).tolist() == [
        np.nextafter(0, 1),
        np.nextafter(1, 0),
    ]


@pytest.mark.parametrize(
    ("spec", "label", "support"),
    [
        (normal(0, 1), "N(0, 1)", [-math.inf, math.inf]),
        (normal(-0.25, 1 / 3), "N(-0.25, 0.333\u00b2)", [-math.inf, math.inf]),
        (beta(4, 3), "Beta(4, 3)", [0, 1]),
        (beta(0.05, 20), "Beta(0.05, 20)", [0, 1]),
    ],
)
def test_moments_and_names(engine, spec, label, support):
    read, p = engine.evaluate(READ, spec), scipy_of(spec)
    assert read["family"] == spec["family"]
    assert read["label"] == label
    assert read["support"] == support
    np.testing.assert_allclose([read["mean"], read["std"]], [p.mean(), p.std()], rtol=1e-13)


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        (normal(0, 0), "std: expected a finite number above 0, got 0"),
        (normal(0, -1), "std: expected a finite number above 0, got -1"),
        (normal(0, math.inf), "std: expected a finite number above 0, got Infinity"),
        (normal(math.nan, 1), "mean: expected a finite number, got NaN"),
        (normal("0", 1), "mean: expected a finite number, got 0"),
        (beta(0, 1), "alpha: expected a finite number above 0, got 0"),
        (beta(1, None), "beta: expected a finite number above 0, got null"),
    ],
)
def test_impossible_parameters_are_refused(engine, spec, complaint):
    with pytest.raises(NodeError) as caught:
        engine.evaluate(READ, spec)
    assert f"RangeError: {complaint}" in str(caught.value)


@pytest.mark.parametrize(("spec", "got"), [({"family": "cauchy"}, "cauchy"), (None, "undefined")])
def test_an_unknown_family_is_refused_by_those_that_there_are(engine, spec, got):
    with pytest.raises(NodeError) as caught:
        engine.evaluate(READ, spec)
    message = str(caught.value)
    known, _, found = message.partition("expected one of ")[2].rpartition(", got ")
    assert {"normal", "beta"} <= set(known.split(", ")) and found == got


@pytest.mark.parametrize("spec", [normal(0, 1), beta(4, 3)])
@pytest.mark.parametrize("u", [-1e-9, 1.5, math.nan])
def test_impossible_probabilities_are_refused(engine, spec, u):
    with pytest.raises(NodeError, match="RangeError: u: expected a probability"):
        call(engine, spec, "quantile", [u])


DRAWN = [normal(0, 1), normal(1, 2), beta(4, 3), beta(1, 1), beta(1.1, 2), beta(20, 20)]
EDGED = [beta(0.25, 0.25), beta(0.5, 0.05), beta(0.05, 3)]


@pytest.mark.parametrize("spec", DRAWN + EDGED, ids=str)
def test_draws_follow_their_distribution(engine, spec):
    draws = call(engine, spec, "quantile", uniforms(engine, 12, 10_000))
    p = scipy_of(spec)
    # Draws beyond the doubles' reach come back as the double next to 1, all at one place.
    inside = draws < np.nextafter(1, 0)
    reachable = p.cdf(np.nextafter(1, 0)) if not inside.all() else 1.0
    assert stats.binomtest(int(inside.sum()), len(draws), reachable).pvalue > 0.01
    assert stats.kstest(p.cdf(draws[inside]) / reachable, "uniform").pvalue > 0.01


def test_uniforms_are_uniform_and_unrelated(engine):
    u = uniforms(engine, 3, 10_000)
    assert ((u > 0) & (u < 1)).all()
    assert stats.kstest(u, "uniform").pvalue > 0.01
    for lag in (1, 2, 20):
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 0.03


def test_neighbouring_seeds_are_unrelated(engine):
    first = np.array(engine.evaluate(FIRST_UNIFORMS, 1000))
    assert stats.kstest(first, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.1


def test_the_seed_decides_and_more_begins_with_less(engine):
    u = uniforms(engine, 7, 100)
    assert u.tolist() == uniforms(engine, 7, 100).tolist()
    assert u[:10].tolist() == uniforms(engine, 7, 10).tolist()
    assert not set(u.tolist()) & set(uniforms(engine, 8, 100).tolist())
    assert len(uniforms(engine, 2**32 - 1, 5)) == 5
    assert len(uniforms(engine, 0, 0)) == 0


def test_a_seed_in_an_old_link_still_means_the_same_numbers(engine):
    expected = [0.9463990371278349, 0.3068571626247564, 0.45259190603577537]
    assert uniforms(engine, 1, 3).tolist() == expected


@pytest.mark.parametrize(
    ("seed", "count"), [(-1, 1), (2**32, 1), (0.5, 1), (math.nan, 1), (0, -1), (0, 1.5)]
)
def test_impossible_seeds_and_counts_are_refused(engine, seed, count):
    with pytest.raises(NodeError, match=r"RangeError: (seed|count): expected a whole number"):
        uniforms(engine, seed, count)


@pytest.mark.parametrize(
    ("name", "reference", "low", "high"),
    [
        ("erfc", special.erfc, -6, 26),
        ("logGamma", special.gammaln, 1e-3, 1000),
        ("digamma", special.digamma, 1e-3, 1000),
    ],
)
def test_special_functions(engine, name, reference, low, high):
    x = np.concatenate([np.linspace(low, high, 300), np.linspace(max(low, 0.01), 12, 50)])
    received = np.array(engine.evaluate(SPECIAL, [name, *x.tolist()]))
    np.testing.assert_allclose(received, reference(x), rtol=1e-13, atol=1e-13 * (low > 0))
