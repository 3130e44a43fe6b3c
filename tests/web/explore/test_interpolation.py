"""Ways through the latent space, against numpy and scipy."""

import numpy as np
import pytest
import scipy.stats

PRIORS = {
    "normal": {"family": "normal", "mean": 1.0, "std": 2.0},
    "beta": {"family": "beta", "alpha": 4.0, "beta": 3.0},
}
ENDS = {
    "normal": ([0.5, -2.0, 3.0, 1.5], [4.0, 1.0, -1.0, 2.5]),
    "beta": ([0.2, 0.5, 0.9, 0.6], [0.7, 0.3, 0.4, 0.55]),
}


def run(engine, script: str, argument: object = None) -> object:
    """The value of the body of an async function, whose argument is `given`."""
    return engine.evaluate(f"async (given) => {{ {script} }}", argument)


def way(engine, kind: str, family: str, ts: list[float]) -> np.ndarray:
    a, b = ENDS[family]
    return np.array(
        run(
            engine,
            """const {PATHS} = await import("/web/explore/interpolation.js");
            const {distribution} = await import("/web/math/distribution.js");
            const way = PATHS[given.kind](given.a, given.b, distribution(given.prior));
            return given.ts.map((t) => [...way(t)]);""",
            {"kind": kind, "a": a, "b": b, "prior": PRIORS[family], "ts": ts},
        )
    )


@pytest.mark.parametrize("family", PRIORS)
@pytest.mark.parametrize("kind", ["straight", "spherical", "quantile"])
def test_paths_lead_from_a_to_b(engine, kind, family):
    np.testing.assert_allclose(way(engine, kind, family, [0, 1]), ENDS[family], atol=1e-6)


def test_a_straight_path_is_straight(engine):
    a, b = map(np.array, ENDS["normal"])
    np.testing.assert_allclose(way(engine, "straight", "normal", [0.25])[0], a + (b - a) / 4)


def test_a_spherical_path_turns_evenly_and_its_radius_changes_evenly(engine):
    ts = np.linspace(0, 1, 9)
    units = (way(engine, "spherical", "normal", ts.tolist()) - 1) / 2
    radii = np.linalg.norm(units, axis=1)
    np.testing.assert_allclose(radii, np.linspace(radii[0], radii[-1], 9))
    directions = units / radii[:, None]
    angles = np.arccos((directions[:-1] * directions[1:]).sum(1))
    np.testing.assert_allclose(angles, angles[0], rtol=1e-6)


@pytest.mark.parametrize("family", PRIORS)
def test_a_path_through_the_cdf_is_straight_in_probability(engine, family):
    prior = scipy.stats.norm(1, 2) if family == "normal" else scipy.stats.beta(4, 3)
    u = prior.cdf(way(engine, "quantile", family, [0, 0.3, 1]))
    np.testing.assert_allclose(u[1], u[0] + 0.3 * (u[2] - u[0]), atol=1e-6)


def test_a_walk_begins_here_and_then_is_distributed_as_the_prior(engine):
    walk = np.array(
        run(
            engine,
            """const {roam} = await import("/web/explore/interpolation.js");
            const {distribution} = await import("/web/math/distribution.js");
            const z = new Array(300).fill(0.31);
            const walk = roam(z, distribution(given), 5);
            return [walk(0), walk(0.01), walk(50)].map((z) => [...z]);""",
            PRIORS["beta"],
        )
    )
    np.testing.assert_allclose(walk[0], 0.31, atol=1e-6)
    assert np.abs(walk[1] - walk[0]).max() < 0.02
    assert scipy.stats.kstest(walk[2], scipy.stats.beta(4, 3).cdf).pvalue > 0.01
