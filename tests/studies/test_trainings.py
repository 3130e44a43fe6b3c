"""Trainings over seeds, and the mistakes that are trained."""

import json
from dataclasses import replace

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from vae import checkpoints
from vae.checkpoints import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.data import Examples
from vae.networks import linear, reshape
from vae.studies import trainings, variants
from vae.studies.variants import VARIANTS
from vae.training.trainers import VAETrainer

CPU = torch.device("cpu")


def run(kind: type) -> variants.FaultyTrainer:
    return kind(VARIANTS["minus-kl"].preset, CPU)


def test_kl_terms_are_wrong_in_what_they_are_named_after_alone():
    mean, sigma = torch.randn(50, 4), torch.rand(50, 4) + 0.1
    right = kl_divergence(Normal(mean, sigma), Normal(0.0, 1.0))
    torch.testing.assert_close(run(variants.FaultyTrainer).kl(mean, sigma), right)
    torch.testing.assert_close(run(variants.MinusTrainer).kl(mean, sigma), -right)
    # log sigma for log sigma^2 leaves log sigma too many; without the half everything counts twice.
    log_sigma = 2 * right + sigma.log()
    torch.testing.assert_close(run(variants.LogSigmaTrainer).kl(mean, sigma), log_sigma)
    halved = run(variants.HalvedLogSigmaTrainer).kl(mean, sigma)
    torch.testing.assert_close(halved, log_sigma / 2)


def test_what_a_head_is_read_as():
    head = torch.tensor([-1.5, 0.0, 2.0])
    assert run(variants.SigmaHeadTrainer).sigma(head).tolist() == [-1.5, 0.0, 2.0]
    assert (run(variants.AbsoluteSigmaTrainer).sigma(head) > 0).all()
    torch.testing.assert_close(run(variants.FaultyTrainer).sigma(head), (head / 2).exp())


def test_a_log_variance_of_0_leaves_no_noise(short_mlp_20):
    model = variants.LogVarianceVAE(short_mlp_20.config)
    q = Normal(torch.randn(8, 20), torch.ones(8, 20))
    assert torch.equal(model.sample_posterior(q, torch.Generator().manual_seed(0)), q.mean)


def test_beta_noise_lies_within_one_std_above_the_mean(short_mlp_20):
    model = variants.BetaNoiseVAE(short_mlp_20.config)
    q = Normal(torch.zeros(500, 20), torch.full((500, 20), 2.0))
    z = model.sample_posterior(q, torch.Generator().manual_seed(0))
    assert z.min() >= 0 and z.max() <= 2
    # Beta(1/4, 1/4) has mean 1/2 and variance 1/6.
    assert z.mean().item() == pytest.approx(1, abs=0.05)
    assert z.var().item() == pytest.approx(4 / 6, abs=0.05)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_steps(name, few_digits):
    train, _ = few_digits
    variant = VARIANTS[name]
    one = variant.trainer(variant.preset, CPU)
    losses = one.step(train.images, train.labels, torch.Generator().manual_seed(0), 0.0)
    assert "total" in losses


class Known(torch.nn.Module):
    """A model whose codes are the first two pixels, and which decodes all z alike."""

    def encode(self, x):
        return Normal(x[:, 0, 0, :2], torch.full((len(x), 2), 0.5))

    def decode(self, z):
        return Normal(torch.full((len(z), 1, 28, 28), 0.25), 1.0)


def test_codes_are_described_by_their_variances(monkeypatch):
    """Two classes at 0 and at 1: all of the variance lies between them."""
    images = torch.zeros(100, 1, 28, 28, dtype=torch.uint8)
    images[50:] = 255
    labels = torch.arange(100) // 50
    digits = Examples(images, labels, classes=("a", "b"))
    known = Known()
    monkeypatch.setattr(
        trainings.losses, "posterior", lambda model, of: known.encode(of.images / 255)
    )
    found = trainings.codes(known, digits)
    assert found["spread"] == pytest.approx(0.25)
    assert found["separation"] == pytest.approx(1)
    assert found["log_variance"] == pytest.approx(torch.tensor(0.25).log().item())
    assert found["varied"] == pytest.approx(0)
    assert found["squared_error"] == pytest.approx(784 * (0.25**2 + 0.75**2) / 2)


def test_the_centre_is_what_the_mean_of_all_codes_is_read_as(monkeypatch):
    """Codes (0, 0) and (255, 255) in the two first pixels, so (0.5, 0.5) is decoded, and read."""
    images = torch.zeros(100, 1, 28, 28, dtype=torch.uint8)
    images[50:] = 255
    digits = Examples(images, torch.arange(100) // 50, classes=("a", "b"))
    known, asked = Known(), []
    monkeypatch.setattr(
        trainings.losses, "posterior", lambda model, of: known.encode(of.images / 255)
    )
    monkeypatch.setattr(Known, "decode", lambda self, z: asked.append(z) or Normal(z, 1.0))
    assert trainings.centre(known, digits, lambda x: torch.eye(10)[[7]]) == 7
    torch.testing.assert_close(torch.cat(asked), torch.full((1, 2), 0.5))


def test_a_quiet_model_draws_z_where_a_noisy_one_says_it_does():
    noisy = VAETrainer(VARIANTS["mlp-100-noisy"].preset, CPU).model.eval()
    x = torch.rand(400, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    q = trainings.quiet(noisy).encode(x)
    z = trainings.quiet(noisy).sample_posterior(q, torch.Generator().manual_seed(1))
    torch.testing.assert_close(q.mean, noisy.encode(x).mean)
    assert ((z - q.mean) / q.stddev).std().item() == pytest.approx(1, abs=0.02)


def test_seeds_go_round_before_variants_do():
    names = ["mlp-100", "mlp-2"]
    order = [*trainings.runs(names, 2)]
    assert order == [("mlp-100", 0), ("mlp-2", 0), ("mlp-100", 1), ("mlp-2", 1)]
    assert len([*trainings.runs(names, 99)]) == sum(VARIANTS[name].seeds for name in names)


def test_the_command_goes_on_where_it_stopped(short_mlp_20, write_set, tmp_path, monkeypatch):
    """A second call trains and measures nothing that the file has; a broken run is told of."""
    short = variants.Variant(replace(short_mlp_20, snapshots=False), 2)
    wild = replace(short.preset, recipe=replace(short.preset.recipe, learning_rate=1e20))
    monkeypatch.setattr(
        trainings, "VARIANTS", {"short": short, "wild": variants.Variant(wild, 1, VAETrainer)}
    )
    reader = Classifier(ClassifierConfig([reshape(784), linear(784, 10)]))
    weights = tmp_path / "weights"
    checkpoints.save(weights / "classifier.safetensors", reader, Record("classifier", ""))
    root = write_set(tmp_path / "mnist", 60, 40)
    options = ["--data", root, "--weights", weights, "--state", tmp_path / "state", "--seeds"]
    assert trainings.main([*map(str, [*options, 1])]) == 0
    first = json.loads((weights / "trainings.json").read_text())["variants"]
    assert [len(first[name]["runs"]) for name in ("short", "wild")] == [1, 1]
    assert "not finite" in first["wild"]["runs"][0]["diverged"]
    shares = first["short"]["runs"][0]["shares"]
    assert all(sum(one) == pytest.approx(1) for one in shares.values())
    assert first["short"]["runs"][0]["centre"] in range(10)
    assert trainings.main([*map(str, [*options, 2])]) == 0
    again = json.loads((weights / "trainings.json").read_text())["variants"]
    assert again["short"]["runs"][0] == first["short"]["runs"][0]
    assert [one["seed"] for one in again["short"]["runs"]] == [0, 1]
    assert again["wild"] == first["wild"]


def test_an_unknown_variant_is_named(tmp_path, capsys):
    assert trainings.main(["mlp-3", "--weights", str(tmp_path)]) == 1
    assert "got 'mlp-3'" in capsys.readouterr().err
