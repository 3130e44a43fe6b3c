"""Measures of samples, against closed forms, scipy and loops over pairs of points."""

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
import torch
from torch import Tensor

from vae.evaluation import measures
from vae.evaluation.measures import Fidelity, fidelity, frechet_distance, neighbourhoods


def normal(count: int, width: int, seed: int) -> Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(seed))


def whitened(count: int, width: int, seed: int) -> Tensor:
    """Points whose mean is exactly 0 and whose covariance is exactly 1."""
    x = normal(count, width, seed).double()
    x = x - x.mean(0)
    return x @ torch.linalg.inv(torch.linalg.cholesky(x.T.cov())).T


def test_frechet_distance_of_gaussians_is_the_closed_form():
    """Commuting covariances: |m|^2 + sum (s - t)^2 of their standard deviations s and t."""
    x, y = whitened(50, 4, 0), whitened(60, 4, 1)
    s, t, shift = torch.tensor(
        [[1.0, 2.0, 0.5, 3.0], [2.0, 0.1, 0.5, 1.0], [1.0, -2.0, 0.0, 0.5]], dtype=torch.float64
    )
    rotation = torch.linalg.qr(normal(4, 4, 2).double()).Q
    found = frechet_distance(x * s @ rotation, (y * t + shift) @ rotation)
    expected = shift.square().sum() + (s - t).square().sum()
    assert found == pytest.approx(expected.item(), rel=1e-9)


def test_frechet_distance_agrees_with_scipys_matrix_square_root():
    x, y = normal(200, 6, 0) @ normal(6, 6, 1), normal(300, 6, 2) @ normal(6, 6, 3) + 1
    s_x, s_y = (np.cov(z.double().T.numpy()) for z in (x, y))
    gap = (x.double().mean(0) - y.double().mean(0)).square().sum().item()
    root = scipy.linalg.sqrtm(s_x @ s_y)
    expected = gap + np.trace(s_x + s_y - 2 * root.real)
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_to_oneself_is_0_and_dead_features_do_no_harm():
    x = torch.cat([normal(100, 5, 0), torch.zeros(100, 3)], 1)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-5)
    assert frechet_distance(x, x + 2) == pytest.approx(8 * 4, rel=1e-5)


@pytest.mark.parametrize(
    ("x", "y"),
    [((5, 3), (5, 4)), ((5,), (5,)), ((1, 3), (5, 3)), ((5, 3), (0, 3))],
)
def test_features_that_cannot_be_compared_are_refused(x, y):
    with pytest.raises(ValueError) as error:
        frechet_distance(torch.zeros(x), torch.zeros(y))
    assert str(x) in str(error.value)
    assert str(y) in str(error.value)


def distances(x: Tensor, y: Tensor) -> np.ndarray:
    return np.linalg.norm(x.double().numpy()[:, None] - y.double().numpy()[None], axis=2)


def by_hand(real: Tensor, generated: Tensor) -> Fidelity:
    """The definitions of Kynkaanniemi et al. (2019) and Naeem et al. (2020), pair by pair."""

    def radius(points: Tensor, k: int) -> np.ndarray:
        return np.sort(distances(points, points), 1)[:, k]  # the nearest, at 0, is itself

    across = distances(real, generated)
    return Fidelity(
        precision=np.mean([(column <= radius(real, 3)).any() for column in across.T]),
        recall=np.mean([(row <= radius(generated, 3)).any() for row in across]),
        density=np.mean([(column <= radius(real, 5)).sum() / 5 for column in across.T]),
        coverage=np.mean(across.min(1) <= radius(real, 5)),
    )


@pytest.mark.parametrize("shift", [0.0, 1.0, 10.0])
@pytest.mark.parametrize(("reals", "generated"), [(60, 60), (45, 83), (83, 20)])
def test_fidelity_is_that_of_a_loop_over_pairs(shift, reals, generated, monkeypatch):
    monkeypatch.setattr(measures, "BLOCK", 32)  # so that a last, smaller block is there
    x, y = normal(reals, 3, 0), normal(generated, 3, 1) + torch.tensor([shift, 0, 0])
    found = fidelity(neighbourhoods(x), neighbourhoods(y))
    expected = by_hand(x, y)
    for name, value in vars(expected).items():
        assert getattr(found, name) == pytest.approx(float(value), abs=1e-6), name


def test_fidelity_does_not_depend_on_where_the_points_are():
    x, y = normal(200, 8, 0), normal(200, 8, 1)
    near = fidelity(neighbourhoods(x), neighbourhoods(y))
    far = fidelity(neighbourhoods(x + 200), neighbourhoods(y + 200))
    assert vars(near) == pytest.approx(vars(far), abs=0.011)


def test_fidelity_of_a_cloud_to_itself_and_to_one_far_away():
    x = normal(300, 4, 0)
    own = fidelity(neighbourhoods(x), neighbourhoods(x))
    assert (own.precision, own.recall, own.coverage) == (1, 1, 1)
    assert own.density == pytest.approx(1.2)  # five neighbours and itself, over five
    away = fidelity(neighbourhoods(x), neighbourhoods(x + 100))
    assert (away.precision, away.recall, away.density, away.coverage) == (0, 0, 0, 0)


def test_density_of_the_same_distribution_is_1_and_coverage_follows_the_closed_form():
    """Naeem et al. (2020), appendix B: coverage of M of N is 1 - C(N, M, k), 0.97 for k = 5."""
    x, y = normal(3000, 3, 0), normal(3000, 3, 1)
    found = fidelity(neighbourhoods(x), neighbourhoods(y))
    assert found.density == pytest.approx(1, abs=0.05)
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.02)


def test_what_has_collapsed_is_precise_and_neither_recalled_nor_covering():
    x = normal(300, 3, 0)
    found = fidelity(neighbourhoods(x), neighbourhoods(x[:1].expand(300, 3)))
    assert found.precision == 1
    assert found.recall <= 1 / 300
    assert found.coverage < 0.1


def test_too_few_points_have_no_neighbourhoods():
    with pytest.raises(ValueError, match="expected more than 5 rows, got 5"):
        neighbourhoods(torch.zeros(5, 2))


def test_class_measures_are_those_of_the_counts():
    classes = torch.tensor([0] * 50 + [1] * 30 + [2] * 20)
    shares = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(measures.class_shares(classes, 3), shares)
    assert measures.class_entropy(classes, 3) == pytest.approx(scipy.stats.entropy(shares))
    assert measures.smallest_class_share(classes, 3) == pytest.approx(0.2)
    assert measures.smallest_class_share(classes) == 0
    assert measures.class_entropy(classes) == measures.class_entropy(classes, 3)


def test_class_entropy_reaches_from_0_to_the_logarithm_of_10():
    assert measures.class_entropy(torch.full((100,), 3)) == 0
    assert measures.class_entropy(torch.arange(100) % 10) == pytest.approx(np.log(10))


def test_class_shares_of_nothing_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        measures.class_shares(torch.zeros(0, dtype=torch.long))


def test_confidence_is_the_mean_of_the_largest_probability():
    probabilities = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    assert measures.confidence(probabilities) == pytest.approx(0.55)
