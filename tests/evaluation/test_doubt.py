"""When a picture may be no digit."""

import json
from math import log

import pytest
import torch

from vae import checkpoints
from vae.classifier import Classifier, ClassifierConfig
from vae.data import grey
from vae.evaluation import doubt, statistics
from vae.evaluation.doubt import Doubt
from vae.networks import linear, reshape


@pytest.fixture
def classifier() -> Classifier:
    torch.manual_seed(0)
    return Classifier(ClassifierConfig([reshape(784), linear(784, 10)]))


def test_all_three_must_agree(tiny, classifier, few_digits):
    model, (_, test) = tiny("normal"), few_digits
    percentiles = statistics.percentiles(model, test)
    x = grey(test.images)
    p = classifier.classify(x).probs
    entropy = -(p * p.log()).sum(1)
    q = model.encode(x)
    kl = (0.5 * (q.mean**2 + q.stddev**2 - 1) - q.stddev.log()).sum(1)
    pixels = model.decode(q.mean).mean
    nats = -(x * pixels.log() + (1 - x) * (1 - pixels).log()).flatten(1).sum(1)
    thresholds = entropy.median(), nats.quantile(0.3), kl.quantile(0.4)
    expected = (entropy >= thresholds[0]) & (nats >= thresholds[1]) & (kl >= thresholds[2])
    found = Doubt(thresholds[0].item(), 30, 40).about(x, classifier, model, percentiles)
    assert 0 < expected.sum() < len(x)
    assert (found == expected).float().mean() > 0.95  # all but ties with a percentile
    assert not Doubt(log(10) + 0.01, 0, 0).about(x, classifier, model, percentiles).any()


def test_the_threshold_leaves_its_share_of_deformed_digits_in_doubt(
    tiny, classifier, make_digits, monkeypatch
):
    monkeypatch.setattr(doubt, "RATE", 0.05)
    monkeypatch.setattr(doubt, "RECONSTRUCTION", 0)
    monkeypatch.setattr(doubt, "KL", 0)
    digits, model = make_digits(400), tiny("normal")
    percentiles = {f"percentiles.{name}": torch.zeros(101) for name in ("reconstruction", "kl")}
    found = doubt.find(classifier, model, percentiles, digits)
    x = doubt.vary(grey(digits.images), torch.Generator().manual_seed(0)).clamp(0, 1)
    share = found.about(x, classifier, model, percentiles).float().mean().item()
    assert share == pytest.approx(0.05, abs=0.01)


def test_of_the_shipped_thresholds_few_test_digits_and_most_noise_are_in_doubt(mnist_test):
    known = json.loads((checkpoints.WEIGHTS / doubt.FILE).read_text())
    thresholds = Doubt(known["entropy"], known["reconstruction"], known["kl"])
    classifier = checkpoints.load_classifier()
    model, percentiles = (
        checkpoints.load(known["model"]),
        checkpoints.load_statistics(known["model"]),
    )
    digits = grey(mnist_test.images[:2000])
    assert thresholds.about(digits, classifier, model, percentiles).float().mean() <= 0.01
