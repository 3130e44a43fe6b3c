"""A training that others follow: what is written of it, and that it learns the same."""

import base64
import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import train
from vae import checkpoints
from vae.data import grey
from vae.training import live, loop, trainers
from vae.training.live import Live
from vae.training.presets import PRESETS
from vae.training.trainer import Progress

SHAPES = {
    "encodings": ("<f4", (40, 20)),
    "labels": ("u1", (40,)),
    "kl": ("<f4", (20,)),
    "samples": ("u1", (40, 784)),
    "originals": ("u1", (10, 784)),
    "reconstructions": ("u1", (10, 784)),
}


def read(path) -> tuple[dict, dict[str, np.ndarray]]:
    said = json.loads(path.read_text())
    arrays = {
        name: np.frombuffer(base64.b64decode(said[name]), kind).reshape(shape)
        for name, (kind, shape) in SHAPES.items()
    }
    return said, arrays


@pytest.fixture
def often(monkeypatch):
    """Written after every batch."""
    monkeypatch.setattr(live, "EVERY", 0.0)


def test_what_is_written_is_the_network_as_it_is(tmp_path, few_digits, often):
    train_digits, test_digits = few_digits
    run = trainers.start(PRESETS["mlp-20"], torch.device("cpu"))
    followed = Live(run, len(train_digits), test_digits, tmp_path)
    followed.report(Progress(1, 30, {"total": 300.0}))
    said, arrays = read(tmp_path / "live" / "training.json")
    assert (said["name"], said["epoch"], said["images"]) == ("mlp-20", 0.5, 30)
    assert said["losses"] == {"total": 300.0}
    assert arrays["labels"].tolist() == test_digits.labels.tolist()
    x, model = grey(test_digits.images), run.result.eval()
    with torch.no_grad():
        q = model.encode(x)
        pictures = model.decode(q.mean[:10]).mean.reshape(10, 784)
    np.testing.assert_allclose(arrays["encodings"], q.mean, atol=1e-6)
    kl = (q.mean.square() + q.variance - 1 - q.variance.log()).mean(0) / 2
    np.testing.assert_allclose(arrays["kl"], kl, atol=1e-6)
    # Test digits come in the order of their classes.
    np.testing.assert_allclose(arrays["reconstructions"], 255 * pictures, atol=0.51)
    assert (arrays["originals"] == test_digits.images[:10].reshape(10, 784).numpy()).all()
    assert len(np.unique(arrays["samples"], axis=0)) == 40
    followed.end()
    assert not (tmp_path / "live" / "training.json").exists()


@pytest.mark.parametrize("preset", ["mlp-20", "cvae"])
def test_a_training_that_is_watched_learns_the_same(
    preset, tmp_path, few_digits, often, monkeypatch, write_set
):
    root = write_set(tmp_path / "mnist", 60, 40)
    seen = []
    monkeypatch.setattr(
        live, "write_json", lambda path, said: seen.append((path.name, said["epoch"]))
    )
    for name, options in (("alone", []), ("watched", ["--watch"])):
        arguments = [preset, "--epochs", "2", "--data", str(root), "--device", "cpu", *options]
        arguments += ["--batch-size", "20", "--state", str(tmp_path / f"runs-{name}")]
        monkeypatch.setattr("sys.argv", ["train.py", *arguments, "--output", str(tmp_path / name)])
        assert train.main() == 0
    alone, watched = (
        checkpoints.load(tmp_path / name / f"{preset}.safetensors").state_dict()
        for name in ("alone", "watched")
    )
    assert all(torch.equal(alone[key], watched[key]) for key in alone)
    assert [epoch for _, epoch in seen] == pytest.approx([i / 3 for i in range(1, 7)])


def test_a_gan_cannot_be_watched(tmp_path, write_set, monkeypatch, capsys):
    root = write_set(tmp_path / "mnist", 60, 40)
    arguments = ["gan", "--watch", "--data", str(root), "--device", "cpu"]
    monkeypatch.setattr("sys.argv", ["train.py", *arguments, "--output", str(tmp_path)])
    assert train.main() == 1
    assert "--watch: expected presets with an encoder, got gan" in capsys.readouterr().err


def test_an_interrupted_training_is_no_longer_followed(tmp_path, write_set, monkeypatch, often):
    root = write_set(tmp_path / "mnist", 60, 40)
    place = tmp_path / "live" / "training.json"

    def interrupted(run, train_digits, test_digits, state, report):
        report(SimpleNamespace(epoch=1, images=20, losses={"total": 1.0}))
        assert place.is_file()
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "train", interrupted)
    arguments = ["mlp-20", "--watch", "--data", str(root), "--device", "cpu"]
    monkeypatch.setattr("sys.argv", ["train.py", *arguments, "--output", str(tmp_path)])
    assert train.main() == 130
    assert not place.exists()
