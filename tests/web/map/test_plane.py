"""Planes of the latent space and lines in them, against numpy."""

import numpy as np
import pytest


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


def eigen_residuals(engine, covariance: np.ndarray, count: int) -> np.ndarray:
    """How far the found axes are from eigenvectors of the largest eigenvalues, each relative to the
    largest."""
    axes = np.array(
        run(
            engine,
            """const {principalAxes} = await import("/web/math/axes.js");
            return principalAxes(given[0].flat(), given[0].length, given[1]).map((v) => [...v]);""",
            [covariance.tolist(), count],
        )
    )
    assert axes.shape == (count, len(covariance))
    np.testing.assert_allclose(axes @ axes.T, np.eye(count), atol=1e-9)
    values = np.linalg.eigvalsh(covariance)[::-1][:count]
    return np.abs(axes @ covariance - values[:, None] * axes).max(1) / max(values.max(), 1e-300)


@pytest.mark.parametrize(("size", "count"), [(1, 1), (2, 2), (64, 64), (100, 2), (512, 2)])
def test_principal_axes_of_many_dimensions_are_numpys(engine, size, count):
    random = np.random.default_rng(size)
    factors = random.normal(size=(size, size)) * np.exp(-np.arange(size) / 20)
    assert (eigen_residuals(engine, factors @ factors.T, count) < 1e-8).all()


@pytest.mark.parametrize("variances", [[2, 2, 1, 1], [1] * 6, [0, 0, 0], [3] + [0] * 20])
def test_eigenvalues_that_are_there_twice_are_found_twice(engine, variances):
    covariance = np.diag(np.array(variances, float))
    assert (eigen_residuals(engine, covariance, 2) < 1e-12).all()


def test_the_plane_of_components_is_that_of_the_codes_covariance(engine):
    random = np.random.default_rng(3)
    codes = random.normal(size=(400, 7)) * [3, 0.1, 2, 0.2, 0.3, 1, 0.1] + 5
    origin, axes = run(
        engine,
        """const {Plane} = await import("/web/map/plane.js");
        const [count, latents] = [given.length, given[0].length];
        const {origin, axes} = Plane.ofComponents({mean: given.flat(), count, latents});
        return [[...origin], axes.map((axis) => [...axis])];""",
        codes.tolist(),
    )
    np.testing.assert_allclose(origin, codes.mean(0))
    _, vectors = np.linalg.eigh(np.cov(codes.T))
    np.testing.assert_allclose(abs((np.array(axes) * vectors.T[[-1, -2]]).sum(1)), 1, atol=1e-9)


def test_the_map_of_one_latent_knows_no_up_and_down(engine):
    moved, coordinates, distance = run(
        engine,
        """const {Plane} = await import("/web/map/plane.js");
        const plane = Plane.ofOnlyLatent();
        return [plane.moved([0.5], [2, 9]), plane.coordinates([1.5]), plane.distance([0], [3])];""",
    )
    assert (moved, coordinates, distance) == ([2], [1.5, 0], 0)


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


def test_how_far_off_a_slice_a_code_lies_is_what_least_squares_leaves(engine):
    random = np.random.default_rng(2)
    axes, _ = np.linalg.qr(random.normal(size=(6, 2)))
    origin, z, code = random.normal(size=(3, 6))
    found, in_slice, flat = run(
        engine,
        """const {Plane} = await import("/web/map/plane.js");
        const plane = new Plane(given.origin, given.axes, ["", ""]);
        return [plane.distance(given.z, [9, ...given.code], 1),
          plane.distance(given.z, plane.moved(given.z, [3, -4])),
          Plane.ofLatents(2, 0, 1).distance([0, 0], [3, 4])];""",
        {"origin": [*origin], "axes": axes.T.tolist(), "z": [*z], "code": [*code]},
    )
    _, residual, *_ = np.linalg.lstsq(axes, code - z, rcond=None)
    assert abs(found - np.sqrt(residual[0])) < 1e-12
    assert in_slice < 1e-7
    assert flat == 0


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
