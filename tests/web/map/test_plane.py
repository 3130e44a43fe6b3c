"""Planes of the latent space and lines in them, against numpy."""

import numpy as np


def run(engine, script: str, argument: object = None) -> object:
    """The value of the body of an async function, whose argument is `given`."""
    return engine.evaluate(f"async (given) => {{ {script} }}", argument)


def test_principal_axes_are_numpys(engine):
    random = np.random.default_rng(0)
    factors = random.normal(size=(6, 6)) * [3, 2, 1, 1, 0.5, 0.1]
    covariance = factors @ factors.T
    axes = np.array(
        run(
            engine,
            """const {principalAxes} = await import("/web/math/axes.js");
            return principalAxes(given.flat(), 6, 2).map((axis) => [...axis]);""",
            covariance.tolist(),
        )
    )
    _, vectors = np.linalg.eigh(covariance)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(abs((axes * vectors.T[[-1, -2]]).sum(1)), 1, atol=1e-6)


def test_moving_in_a_plane_changes_its_coordinates_and_nothing_across_it(engine):
    random = np.random.default_rng(1)
    axes, _ = np.linalg.qr(random.normal(size=(5, 2)))
    origin, z = random.normal(size=(2, 5))
    moved, before, after, spread = run(
        engine,
        """const {Plane} = await import("/web/map/plane.js");
        const plane = new Plane(given.origin, given.axes, ["", ""]);
        const moved = plane.moved(given.z, [1.5, -2]);
        return [moved, plane.coordinates(given.z), plane.coordinates(moved),
          plane.covarianceOf(given.std)];""",
        {"origin": [*origin], "axes": axes.T.tolist(), "z": [*z], "std": [1, 2, 3, 0.5, 0.1]},
    )
    np.testing.assert_allclose(before, axes.T @ (z - origin))
    np.testing.assert_allclose(after, [1.5, -2])
    across = (np.array(moved) - z) - axes @ (axes.T @ (np.array(moved) - z))
    np.testing.assert_allclose(across, 0, atol=1e-12)
    covariance = axes.T @ np.diag(np.square([1, 2, 3, 0.5, 0.1])) @ axes
    np.testing.assert_allclose(spread, [covariance[0, 0], covariance[0, 1], covariance[1, 1]])


def test_contours_of_a_normal_density_are_circles_of_1_2_and_3_sigma(engine):
    n, reach = 121, 4.2
    found = run(
        engine,
        """const {densityLevels, isolines, SIGMA_MASSES} = await import("/web/map/contours.js");
        const at = (i) => (2 * (i + 0.5) / given.n - 1) * given.reach;
        const density = Float64Array.from({length: given.n ** 2}, (_, i) =>
          Math.exp(-(at(i % given.n) ** 2 + at(Math.floor(i / given.n)) ** 2) / 2));
        return densityLevels(density, SIGMA_MASSES).map(
          (level) => isolines(density, given.n, given.n, level));""",
        {"n": n, "reach": reach},
    )
    for sigma, segments in zip((1, 2, 3), found, strict=True):
        points = (2 * (np.array(segments).reshape(-1, 2) + 0.5) / n - 1) * reach
        np.testing.assert_allclose(np.hypot(*points.T), sigma, atol=0.06)
        _, times = np.unique(np.round(points, 6), axis=0, return_counts=True)
        assert set(times % 2) == {0}  # every end is shared: the line is closed


def test_a_saddle_is_two_lines(engine):
    segments = run(
        engine,
        """const {isolines} = await import("/web/map/contours.js");
        return [0.4, 0.6].map((level) => isolines([1, 0, 0, 1], 2, 2, level));""",
    )
    joined, apart = (np.array(pair).reshape(2, 2, 2) for pair in segments)
    for lines, corners in ((joined, [(1, 0), (0, 1)]), (apart, [(0, 0), (1, 1)])):
        middles = lines.mean(1)
        for corner in corners:
            assert np.abs(middles - corner).sum(1).min() < 0.5
