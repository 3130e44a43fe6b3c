"""What a model generates, measured by untrained classifiers: who is asked for what, how often."""

import numpy as np
import pytest
import scipy.stats
import torch

from vae import latent, sampling
from vae.classifier import Classifier, ClassifierConfig
from vae.data import grey
from vae.evaluation import generation, measures
from vae.evaluation.judge import MEASURES, Judge
from vae.model import VAEConfig
from vae.networks import RELU, SILU, convolutional, reading


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Classifier(ClassifierConfig(reading((2, 4), 8, RELU))).eval()


@pytest.fixture(scope="module")
def second() -> Classifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return Classifier(ClassifierConfig(reading((3, 5), 6, SILU))).eval()


@pytest.fixture
def judge(classifier, second, make_digits) -> Judge:
    return Judge(classifier, second, make_digits(200))


@torch.no_grad()
def test_the_judge_measures_features_and_readings_of_the_classifiers(
    judge, classifier, second, make_digits, monkeypatch
):
    monkeypatch.setattr(generation, "BATCH", 64)
    reference, x = grey(make_digits(200).images), grey(make_digits(150, seed=1).images)
    found = judge.measure(x.split(40))
    features = classifier.features(x)
    p = classifier.classify(x)
    distance = measures.frechet_distance(classifier.features(reference), features)
    assert found["frechet_distance"] == pytest.approx(distance, rel=1e-3)
    distance = measures.frechet_distance(second.features(reference), second.features(x))
    assert found["second_frechet_distance"] == pytest.approx(distance, rel=1e-3)
    shares = np.bincount(p.logits.argmax(1), minlength=10) / 150
    np.testing.assert_allclose(found["classes"], shares)
    assert found["class_entropy"] == pytest.approx(scipy.stats.entropy(shares))
    assert found["smallest_class_share"] == shares.min()
    assert found["confidence"] == pytest.approx(p.probs.max(1).values.mean().item())
    clouds = map(measures.neighbourhoods, (classifier.features(reference), features))
    for name, value in vars(measures.fidelity(*clouds)).items():
        assert found[name] == pytest.approx(value, abs=0.011), name
    assert found.keys() == {*MEASURES, "classes"}


@pytest.mark.parametrize("kind", ["normal", "beta", "convolution"])
@torch.no_grad()
def test_generated_pictures_are_the_means_of_what_is_decoded(kind, tiny, generator, monkeypatch):
    monkeypatch.setattr(generation, "BATCH", 8)
    model, spec = tiny(kind).eval(), {"family": "normal", "mean": 1.0, "std": 2.0}
    batches = list(generation.generate(model, spec, {}, 20, generator))
    assert [len(batch) for batch in batches] == [8, 8, 4]
    again = torch.Generator().manual_seed(0)
    z = sampling.sample(spec, model.config, {}, 20, again)
    torch.testing.assert_close(torch.cat(batches), model.decode(z).mean)


def test_a_conditional_model_is_asked_for_every_digit_alike(tiny, generator, monkeypatch):
    net = convolutional((2, 4), 8, 3, RELU, batch_norm=False, classes=10)
    model = tiny(VAEConfig(3, **net, classes=10)).eval()
    asked, decode = [], type(model).decode

    def spy(self, z, y=None):
        asked.append(y)
        return decode(self, z, y)

    monkeypatch.setattr(type(model), "decode", spy)
    pictures = list(generation.generate(model, {"family": "prior"}, {}, 2000, generator))
    assert sum(map(len, pictures)) == 2000
    counts = torch.cat(asked).bincount(minlength=10)
    assert len(counts) == 10
    assert scipy.stats.chisquare(counts).pvalue > 0.01


def test_evaluate_gives_mean_and_spread_over_the_seeds(judge, tiny):
    model, spec = tiny("normal").eval(), {"family": "prior"}
    singles = [generation.evaluate(judge, model, spec, {}, 60, [seed]) for seed in (0, 1, 2)]
    found = generation.evaluate(judge, model, spec, {}, 60, [0, 1, 2])
    for name in MEASURES:
        values = [single[name]["mean"] for single in singles]
        assert found[name]["mean"] == pytest.approx(np.mean(values), rel=1e-3)
        assert found[name]["spread"] == pytest.approx(np.std(values, ddof=1), rel=1e-2, abs=1e-6)
        assert singles[0][name]["spread"] == 0
    assert sum(found["classes"]) == pytest.approx(1, abs=1e-4)


def test_the_floor_is_of_digits_none_twice(classifier, second, make_digits):
    """All of the reference's own digits in another order: nothing could be nearer."""
    digits = make_digits(100)
    found = generation.floor(Judge(classifier, second, digits), digits, 100, [0, 1])
    assert found["frechet_distance"]["mean"] == pytest.approx(0, abs=1e-5)
    assert found["precision"] == found["recall"] == {"mean": 1.0, "spread": 0.0}
    assert found["coverage"]["mean"] == 1


def test_the_distributions_can_all_be_drawn_and_none_is_named_twice():
    specs = generation.distributions()
    for name, spec in specs.items():
        sampling.check(spec)
        assert sampling.name(spec) == name
        assert sampling.label(spec)
        for prior in (latent.STANDARD_NORMAL, {"family": "beta", "alpha": 4.0, "beta": 3.0}):
            assert sampling.name(sampling.reduce(spec, prior)) in specs
    assert {"prior", "normal-0-1", "normal-1-2", "normal-1-1.414", "mixture"} <= specs.keys()
    assert {"beta-0.25-0.25", "beta-1.1-2-standardised", "beta-4-3-matched"} <= specs.keys()


def test_every_measure_has_a_plain_sentence():
    for measure in MEASURES.values():
        assert measure.keys() == {"label", "better", "definition"}
        assert measure["better"] in ("lower", "higher")
        assert measure["definition"].endswith(".")
