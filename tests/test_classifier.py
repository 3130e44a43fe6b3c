"""The classifier: its probabilities, its features, its file, and what it is worth."""

from itertools import pairwise
from math import log

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from vae import checkpoints
from vae.checkpoints import CheckpointError, Record
from vae.classifier import Classifier, ClassifierConfig
from vae.data import grey
from vae.evaluation import losses
from vae.networks import RELU, reading
from vae.training import trainers
from vae.training.presets import PRESETS


@pytest.fixture
def classifier() -> Classifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Classifier(ClassifierConfig(reading((2, 4), 8, RELU))).eval()


@torch.no_grad()
def test_logits_are_linear_in_the_features(classifier, images):
    features = classifier.features(images)
    assert features.shape == (4, 8)
    last = classifier.layers[-1]
    logits = features @ last.weight.T + last.bias
    torch.testing.assert_close(classifier(images), logits)
    probabilities = classifier.classify(images).probs
    torch.testing.assert_close(probabilities, logits.softmax(1))
    assert probabilities.shape == (4, 10)


@torch.no_grad()
def test_figures_of_a_classifier_that_always_says_three(classifier, make_digits):
    classifier.layers[-1].weight.zero_()
    classifier.layers[-1].bias.zero_()[3] = log(9)  # p = 1/2 for a 3, 1/18 for the others
    figures = losses.reading(classifier, make_digits(200))
    assert figures["confidence"] == pytest.approx(0.5)
    assert figures["calibration_error"] == pytest.approx(0.4)
    assert figures["accuracy"] == pytest.approx(0.1)
    assert figures["total"] == pytest.approx(0.1 * log(2) + 0.9 * log(18), rel=1e-5)


def test_the_calibration_error_is_a_mean_over_bins_of_the_probability(classifier, make_digits):
    digits = make_digits(200)
    with torch.no_grad():
        classifier.layers[-1].weight *= 30  # in several bins
        p = classifier.classify(grey(digits.images)).probs.double().numpy()
    sure, right = p.max(1), p.argmax(1) == digits.labels.numpy()
    edges = np.linspace(0, 1, losses.BINS + 1)
    error = 0.0
    for low, high in pairwise(edges):
        inside = (low <= sure) & (sure < high)
        if inside.any():
            error += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
    assert losses.reading(classifier, digits)["calibration_error"] == pytest.approx(error, abs=1e-6)


def test_the_temperature_is_the_one_that_makes_the_digits_most_likely(classifier, make_digits):
    digits = make_digits(200)
    with torch.no_grad():
        classifier.layers[-1].weight *= 30
        logits = classifier(grey(digits.images)).double()

    def total(log_temperature: float) -> float:
        scaled = logits.numpy() / np.exp(log_temperature)
        own = scaled[range(200), digits.labels.numpy()]
        return (logsumexp(scaled, axis=1) - own).mean()

    expected = np.exp(minimize_scalar(total, bracket=(-1, 3)).x)
    before = losses.reading(classifier, digits)
    assert losses.calibrate(classifier, digits) == pytest.approx(expected, rel=1e-2)
    after = losses.reading(classifier, digits)
    assert after["total"] == pytest.approx(total(np.log(expected)), rel=1e-5)
    assert after["total"] < before["total"] and after["accuracy"] == before["accuracy"]


def test_it_learns_nothing_of_the_digits_by_which_it_is_calibrated(make_digits, monkeypatch):
    monkeypatch.setattr(trainers, "HELD_OUT", 30)
    digits = make_digits(100)
    run = trainers.start(PRESETS["classifier"], torch.device("cpu"))
    learnt = run.learnt(digits)
    assert torch.equal(learnt.images, digits.images[:70])
    assert torch.equal(learnt.labels, digits.labels[:70])


def test_a_file_gives_the_same_classifier_back(classifier, images, tmp_path):
    checkpoints.round_to_half(classifier)
    record = Record("classifier", "For the tests.", figures={"accuracy": 0.1})
    checkpoints.save(tmp_path / "classifier.safetensors", classifier, record)
    loaded = checkpoints.load_classifier(tmp_path)
    assert torch.equal(loaded(images), classifier(images))
    assert not loaded.training
    assert loaded.record == record
    assert len(loaded.hash) == 12
    assert checkpoints.list_models(tmp_path) == []


def test_a_classifier_and_a_vae_are_not_taken_for_each_other(classifier, tiny, tmp_path):
    record = Record("x", "For the tests.")
    checkpoints.save(tmp_path / "model.safetensors", classifier, record)
    with pytest.raises(CheckpointError, match="expected a vae, got a classifier"):
        checkpoints.load("model", tmp_path)
    checkpoints.save(tmp_path / "classifier.safetensors", tiny("normal"), record)
    with pytest.raises(CheckpointError, match="expected a classifier, got a vae"):
        checkpoints.load_classifier(tmp_path)


def test_without_its_file_it_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"train it|makes it"):
        checkpoints.load_classifier(tmp_path)


def test_the_shipped_classifier_reads_the_test_digits(mnist_test):
    classifier = checkpoints.load_classifier()
    figures = losses.reading(classifier, mnist_test)
    recorded = {name: classifier.record.figures[name] for name in figures}
    assert figures == pytest.approx(recorded, abs=1e-4)
    assert figures["accuracy"] >= 0.99
    assert figures["calibration_error"] <= 0.01
    bars = classifier.classify(grey(mnist_test.images[:500])).probs.detach()
    assert bars.sum(1).numpy() == pytest.approx(np.ones(500), abs=1e-5)
