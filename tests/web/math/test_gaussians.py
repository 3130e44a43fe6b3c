"""Roots of covariances, by which Gaussians are drawn, against the covariances themselves."""

import numpy as np
import pytest

# The draws of a Gaussian of mean 0 whose standard normal numbers are those of a unit matrix.
ROOT = """async (covariance) => {
  const {Gaussians} = await import("/web/math/gaussians.js");
  const size = covariance.length;
  const phi = 0.8413447460685429;  // the standard normal's distribution function at 1
  const latent = covariance.map((_, j) => covariance.map((_, n) => (n === j ? phi : 0.5)));
  const values = Float32Array.from(covariance.flat());
  const one = new Gaussians([1], new Float32Array(size), values, size);
  return Array.from(one.draw({count: size, component: new Float64Array(size), latent}));
}"""


def root_of(engine, covariance: np.ndarray) -> np.ndarray:
    return np.array(engine.evaluate(ROOT, covariance.tolist())).reshape(covariance.shape)


@pytest.mark.parametrize("size", [1, 3, 64, 128, 200])
def test_draws_have_the_covariance_that_they_are_drawn_from(engine, size):
    factors = np.random.default_rng(size).normal(size=(size, size)) / size**0.5
    covariance = factors @ factors.T + 0.01 * np.eye(size)
    root = root_of(engine, covariance)
    np.testing.assert_allclose(root.T @ root, covariance, atol=2e-6)
    if size <= 128:
        np.testing.assert_allclose(root, root.T, atol=1e-6)


@pytest.mark.parametrize("size", [6, 200])
def test_a_covariance_that_rounding_has_left_indefinite_is_drawn_from_all_the_same(engine, size):
    factors = np.random.default_rng(size).normal(size=(size, size // 2)) / size**0.5
    covariance = (factors @ factors.T).astype(np.float16).astype(float)
    assert np.linalg.eigvalsh(covariance).min() < 0
    root = root_of(engine, covariance)
    np.testing.assert_allclose(root.T @ root, covariance, atol=0.01 * covariance.max())
