"""The pictures of the findings: decoded here by hand, and read back from the PNGs."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats

import vae
from vae import checkpoints
from vae.checkpoints import WEIGHTS
from vae.studies.claims import CLAIMS, exhibits
from vae.studies.claims.__main__ import DOCS, write_pictures
from vae.studies.claims.evidence import Evidence
from vae.studies.claims.exhibits import EXHIBITS
from vae.training import snapshots

ROWS = exhibits.rows()
# Of codes: no rows of digits.
PLANES = {"conv-beta-pca", "conv-beta-t-sne"}


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return json.loads((WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made() -> dict[str, torch.Tensor]:
    return exhibits.draw(WEIGHTS)


def digits(png: bytes, side: int = 28) -> np.ndarray:
    """(20, side, side), the digits of a PNG of 2 rows of 10."""
    grid = np.array(Image.open(io.BytesIO(png)))
    assert grid.shape == (2 * side, 10 * side)
    return grid.reshape(2, side, 10, side).swapaxes(1, 2).reshape(20, side, side)


def levels(x: torch.Tensor) -> np.ndarray:
    return 255 * x.squeeze(1).numpy()


def uniforms(latents: int) -> np.ndarray:
    """Those behind every row of a model with that many latents, (20, latents)."""
    generator = torch.Generator().manual_seed(0)
    return torch.rand(20, latents, dtype=torch.float64, generator=generator).numpy()


@pytest.mark.parametrize(
    ("name", "model", "z"),
    [
        ("autoencoder-normal-0-1", "autoencoder", stats.norm().ppf),
        ("mlp-20-normal-0-1", "mlp-20", stats.norm().ppf),
        ("gan-normal-0-1", "gan", stats.norm().ppf),
        ("mlp-20-normal-1-2", "mlp-20", stats.norm(1, 2).ppf),
        ("mlp-2-beta-1.1-2", "mlp-2", stats.beta(1.1, 2).ppf),
        ("mlp-100-mse-beta-0.25-0.25", "mlp-100-mse", stats.beta(0.25, 0.25).ppf),
        (
            "mlp-100-beta-0.25-0.25-standardised",
            "mlp-100",
            lambda u: (stats.beta(0.25, 0.25).ppf(u) - 0.5) * 6**0.5,
        ),
    ],
)
@torch.no_grad()
def test_a_row_is_decoded_from_the_common_uniforms(name, model, z, content):
    """scipy's quantiles of the same uniforms, so that rows differ in nothing but their names."""
    network = vae.load(model)
    latents = torch.from_numpy(z(uniforms(network.config.latents))).float()
    shown = digits(base64.b64decode(content["pictures"][name]["png"]))
    np.testing.assert_allclose(shown, levels(network.decode(latents).mean), atol=1)


@torch.no_grad()
def test_epochs_are_snapshots_of_one_z(content):
    z = torch.from_numpy(stats.norm().ppf(uniforms(20))).float()
    film = {one.entry["epoch"]: one.model for one in snapshots.load("mlp-20")}
    rows = content["exhibits"]["epochs"]["rows"]
    assert [row["words"] for row in rows] == ["epoch 1", "epoch 4", "epoch 30"]
    for row, epoch in zip(rows, (1, 4, 30), strict=True):
        shown = digits(base64.b64decode(content["pictures"][row["picture"]]["png"]))
        np.testing.assert_allclose(shown, levels(film[epoch].decode(z).mean), atol=1)


def posteriors(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Means and standard deviations of the first two test digits of every class, (20, D)."""
    found = checkpoints.load_statistics(name)
    labels = found["encodings.label"].tolist()
    first = [labels.index(digit) for digit in range(10)]
    rows = [*first, *(labels.index(digit, row + 1) for digit, row in enumerate(first))]
    return found["encodings.mean"][rows].float(), found["encodings.std"][rows].float()


@torch.no_grad()
def test_the_log_variance_stands_where_the_standard_deviation_should(content):
    mean, std = posteriors("mlp-20")
    eps = torch.randn(20, 20, generator=torch.Generator().manual_seed(0))
    expected = {
        "mlp-20-encoded": mean + std * eps,
        "mlp-20-log-variance": mean + (std**2).log() * eps,
        "mlp-20-mean": mean,
    }
    rows = content["exhibits"]["log-variance"]["rows"]
    assert [row["picture"] for row in rows] == list(expected)
    for name, z in expected.items():
        shown = digits(base64.b64decode(content["pictures"][name]["png"]))
        np.testing.assert_allclose(shown, levels(vae.load("mlp-20").decode(z).mean), atol=1)


@torch.no_grad()
def test_the_noise_of_the_noisy_model_is_that_of_its_training(made):
    mean, std = posteriors("mlp-100-noisy")
    generator = torch.Generator().manual_seed(0)
    shift, growth, eps = (torch.randn(20, 100, generator=generator) for _ in range(3))
    z = mean + shift + std * (growth / 2).exp() * eps
    expected = vae.load("mlp-100-noisy").decode(z).mean
    torch.testing.assert_close(made["mlp-100-noisy-encoded"], expected, rtol=1e-3, atol=1e-3)
    plain = made["mlp-100-noisy-mean"], vae.load("mlp-100-noisy").decode(mean).mean
    torch.testing.assert_close(*plain, rtol=1e-3, atol=1e-3)


def test_what_is_shipped_is_what_the_shipped_models_draw(made, content):
    assert content["pictures"].keys() == made.keys() == ROWS.keys()
    assert {path.stem for path in (DOCS / "findings").glob("*.png")} == made.keys()
    for name in made.keys() - PLANES:
        x = made[name]
        shown = digits(base64.b64decode(content["pictures"][name]["png"]))
        np.testing.assert_allclose(shown, levels(x), atol=1)
        large = digits((DOCS / "findings" / f"{name}.png").read_bytes(), side=56)
        assert (large == shown.repeat(2, 1).repeat(2, 2)).all()
    assert (WEIGHTS / "exhibits.json").stat().st_size <= 500_000


def test_planes_of_codes_are_shipped_with_words(made, content):
    """Not pixel by pixel: t-SNE follows the last bit of the machine's arithmetic."""
    for name in PLANES:
        shown = np.array(Image.open(io.BytesIO(base64.b64decode(content["pictures"][name]["png"]))))
        assert shown.shape == made[name].shape[2:]
        inked = (made[name] > 1 / 510).float().mean().item()
        assert (shown > 0).mean() == pytest.approx(inked, rel=0.3)
        assert content["pictures"][name]["alt"].startswith("The codes of test digits in a plane")


def test_drawing_again_gives_the_same_bytes(made, tmp_path):
    """Whatever was drawn from torch's own generator before."""
    torch.rand(3)
    again = {name: row.draw(WEIGHTS) for name, row in ROWS.items() if name not in PLANES}
    before = {name: made[name] for name in again}
    classifier = checkpoints.load_classifier()
    assert exhibits.content(again, classifier) == exhibits.content(before, classifier)
    (tmp_path / "stale.png").touch()
    write_pictures({"mlp-20-mean": again["mlp-20-mean"]}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mlp-20-mean.png"]


def test_pictures_say_what_can_be_read_in_them(content):
    for name in ("mlp-100-encoded", "autoencoder-encoded"):
        assert content["pictures"][name]["alt"] == (
            "20 digits, which the classifier reads as 0 1 2 3 4 5 6 7 8 9 / 0 1 2 3 4 5 6 7 8 9"
        )


def softness(x: torch.Tensor) -> float:
    """How grey the ink is: 0 for black and white."""
    return ((x * (1 - x)).mean() / x.mean()).item()


def test_the_sentences_are_true_of_the_pictures(made):
    softer = [
        ("mlp-20-encoded", "autoencoder-encoded"),
        ("mlp-20-epoch-1", "mlp-20-epoch-4"),
        ("mlp-20-epoch-4", "mlp-20-epoch-30"),
        ("mlp-100-mse-normal-0-1", "mlp-100-normal-0-1"),
        ("mlp-100-mse-beta-0.25-0.25", "mlp-100-beta-0.25-0.25"),
        ("mlp-20-normal-0-1", "gan-normal-0-1"),
    ]
    for more, less in softer:
        assert softness(made[more]) > 1.05 * softness(made[less]), (more, less)
    plain, annealed = (softness(made[f"{name}-normal-0-1"]) for name in ("mlp-2", "mlp-2-annealed"))
    assert annealed == pytest.approx(plain, rel=0.05)
    normal, raw, standardised = (
        made[f"mlp-100-{name}"]
        for name in ("normal-0-1", "beta-0.25-0.25", "beta-0.25-0.25-standardised")
    )
    apart = [(x - normal).square().mean().item() for x in (standardised, raw)]
    assert apart[0] < apart[1] / 2


def test_the_sentences_are_true_of_the_figures():
    figures = Evidence()

    def commonest(model: str, distribution: str, count: int) -> set[int]:
        shares = figures.figures(model, distribution)["classes"]
        return set(sorted(range(10), key=lambda digit: -shares[digit])[:count])

    assert figures("mlp-100-noisy", "normal-1-2") < 0.7 * figures("mlp-100-noisy", "normal-0-1")
    assert figures("mlp-20", "classes") < figures("mlp-20", "normal-0-1") / 2
    assert commonest("mlp-100", "beta-0.25-0.25", 1) == {3}
    assert commonest("mlp-100-mse", "beta-0.25-0.25", 3) == {5, 8, 9}
    assert commonest("conv-beta", "normal-1-2", 1) == {7}
    assert commonest("conv-beta", "normal-1-2", 2) == {7, 8}
    for model in ("mlp-20", "mlp-100", "mlp-100-mse", "mlp-2", "conv-beta", "gan"):
        shares = sorted(figures.figures(model, "beta-4-3")["classes"])
        assert sum(shares[-2:]) >= 0.7, model


def test_every_exhibit_shows_a_finding_and_every_name_is_one(content):
    assert {name for name in CLAIMS.values() if name} == EXHIBITS.keys()
    for exhibit in content["exhibits"].values():
        assert len(exhibit["rows"]) >= 3
        assert len({(row["model"], row["words"]) for row in exhibit["rows"]}) == len(
            exhibit["rows"]
        )


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="autoencoder"):
        exhibits.draw(tmp_path)
