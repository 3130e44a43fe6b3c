"""Planes of codes: against numpy's eigenvectors, and scikit-learn's measure of what is kept."""

import sys

import numpy as np
import pytest
import torch
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier

from vae import checkpoints
from vae.studies.claims.exhibits import EXHIBITS
from vae.studies.claims.scatter import OVERLAP, SIDE, neighbours, principal, scatter


@pytest.fixture(scope="module")
def codes() -> torch.Tensor:
    return checkpoints.load_statistics("conv-beta")["encodings.mean"].float()


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    return checkpoints.load_statistics("conv-beta")["encodings.label"].numpy()


@pytest.fixture(scope="module")
def islands(codes) -> torch.Tensor:
    return neighbours(codes)


def own(places: torch.Tensor, labels: np.ndarray) -> float:
    """The share of codes whose nearest other is of their own class."""
    near = KNeighborsClassifier(1).fit(places.numpy(), labels).kneighbors(return_distance=False)
    return float((labels[near[:, 0]] == labels).mean())


def test_principal_components_are_the_eigenvectors_of_the_covariance(codes):
    values, vectors = np.linalg.eigh(np.cov(codes.numpy(), rowvar=False))
    largest = vectors[:, np.argsort(values)[::-1][:2]]
    expected = (codes.numpy() - codes.numpy().mean(0)) @ largest
    np.testing.assert_allclose(
        principal(codes).abs().numpy(), np.abs(expected), rtol=1e-3, atol=1e-3
    )


def test_t_sne_keeps_who_is_next_to_whom(codes, islands):
    assert islands.shape == (len(codes), 2)
    assert trustworthiness(codes.numpy(), islands.numpy()) > 0.97
    assert trustworthiness(codes.numpy(), principal(codes).numpy()) < 0.95


def test_the_sentence_is_true_of_the_codes(codes, labels, islands):
    assert "86% in the four latents and in t-SNE's plane, for 67%" in EXHIBITS["conv-beta"].see
    assert own(codes, labels) == pytest.approx(0.86, abs=0.005)
    assert own(principal(codes), labels) == pytest.approx(0.67, abs=0.005)
    # t-SNE ends elsewhere on other machines.
    assert own(islands, labels) == pytest.approx(0.86, abs=0.02)


def test_a_missing_package_is_named(codes, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    with pytest.raises(ValueError, match=r"scikit-learn: pip install -r requirements-dev\.txt"):
        neighbours(codes[:50])


def test_a_plane_shows_every_picture_at_its_place():
    places = torch.tensor([[0.0, 0.0], [10.0, 2.0], [5.0, 1.0]])
    grey = torch.tensor([0.2, 0.5, 1.0]).view(3, 1, 1, 1).expand(3, 1, 14, 14)
    shown = scatter(places, grey)[0, 0]
    assert shown.shape == (SIDE, SIDE)
    assert (shown[-14:, :14] == grey[0]).all()  # low and left
    assert (shown[:14, -14:] == grey[1]).all()  # high and right
    middle = (SIDE - 14) // 2
    assert (shown[middle : middle + 14, middle : middle + 14] == 1).all()
    assert (shown > 0).sum() == 3 * 14 * 14


def test_what_would_cover_an_earlier_one_is_left_out():
    step = (1 - OVERLAP) * 14 / (SIDE - 14)
    places = torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.9 * step, 0.0], [1.2 * step, 0.0]])
    grey = torch.tensor([0.2, 0.2, 1.0, 0.5]).view(4, 1, 1, 1).expand(4, 1, 14, 14)
    shown = scatter(places, grey)[0, 0]
    assert shown.unique().tolist() == pytest.approx([0.0, 0.2, 0.5])
