"""Tiny models and digits for the tests: no download, no wait."""

import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
import torch
from file_server import WebRoot, serving_files

from vae import data
from vae.data import DIGITS, SETS, Examples
from vae.gan import GANConfig
from vae.model import VAE, Decoder, DecoderConfig, VAEConfig, gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, TANH, convolutional, dense, linear, reshape
from vae.training.presets import PRESETS
from vae.training.recipe import Preset

# One thread, so that sums are added in one order and a seed means the same weights everywhere.
torch.set_num_threads(1)

ROOT = Path(__file__).resolve().parent.parent

DENSE = dense([12, 8], 3, RELU)
CONVOLUTION = convolutional((2, 4), 8, 3, SILU, batch_norm=False)
CONFIGS = {
    "normal": VAEConfig(3, **DENSE),
    "shifted normal": VAEConfig(3, **DENSE, prior={"family": "normal", "mean": 1.0, "std": 2.0}),
    "beta": VAEConfig(3, **DENSE, prior={"family": "beta", "alpha": 4.0, "beta": 3.0}),
    "laplace": VAEConfig(3, **DENSE, prior={"family": "laplace", "location": 0.5, "scale": 2.0}),
    "gaussian": VAEConfig(3, **dense([12, 8], 3, TANH), likelihood=gaussian(0.055)),
    "noisy": VAEConfig(3, **DENSE, noisy=True),
    "convolution": VAEConfig(3, **CONVOLUTION),
    "batch norm": VAEConfig(3, **convolutional((2, 4), 8, 3, RELU, batch_norm=True)),
}
ADVERSARIAL = GANConfig(
    DecoderConfig(3, DENSE["decoder"]),
    discriminator=[reshape(784), linear(784, 12), LEAKY_RELU, linear(12, 1)],
    penalty=2.0,
)


@pytest.fixture(params=CONFIGS)
def config(request: pytest.FixtureRequest) -> VAEConfig:
    """Every kind of configuration in turn, with 3 latents."""
    return CONFIGS[request.param]


@pytest.fixture
def tiny() -> Callable[..., VAE]:
    """`tiny(kind)` is an untrained model of that kind of configuration, the same every time."""

    def make(kind: str | DecoderConfig, seed: int = 0) -> Decoder:
        config = CONFIGS[kind] if isinstance(kind, str) else kind
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return VAE(config) if isinstance(config, VAEConfig) else Decoder(config)

    return make


@pytest.fixture
def adversarial() -> GANConfig:
    """A tiny GAN with 3 latents, whose generator is the decoder of `tiny("normal")`."""
    return ADVERSARIAL


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def images(generator: torch.Generator) -> torch.Tensor:
    """Four images of grey noise, (4, 1, 28, 28) in [0, 1]."""
    return torch.rand(4, 1, 28, 28, generator=generator)


@pytest.fixture(scope="session")
def make_digits() -> Callable[..., Examples]:
    """`make_digits(count)` draws that many "digits": a stroke that sits further right the larger.
    Those of more than ten classes are shorter, too."""

    def make(count: int, seed: int = 0, classes: tuple[str, ...] = DIGITS) -> Examples:
        generator = torch.Generator().manual_seed(seed)
        labels = torch.arange(count) % len(classes)
        pictures = torch.randint(0, 60, (count, 1, 28, 28), generator=generator)
        for picture, label in zip(pictures, labels.tolist(), strict=True):
            down, right = divmod(label, 10)
            picture[0, 4 + 4 * down : 24, 3 + 2 * right : 6 + 2 * right] += 190
        return Examples(pictures.to(torch.uint8), labels, classes)

    return make


@pytest.fixture
def few_digits(make_digits: Callable) -> tuple[Examples, Examples]:
    """Sixty to train on and forty to test on."""
    return make_digits(60, seed=1), make_digits(40, seed=2)


@pytest.fixture
def short_mlp_20(monkeypatch: pytest.MonkeyPatch) -> Preset:
    """The preset mlp-20 in one epoch, for as long as the test lasts."""
    preset = PRESETS["mlp-20"]
    recipe = replace(preset.recipe, epochs=1, batch_size=20)
    monkeypatch.setitem(PRESETS, "mlp-20", replace(preset, recipe=recipe))
    return PRESETS["mlp-20"]


def idx(numbers: torch.Tensor) -> bytes:
    """LeCun's format: two zero bytes, 8 for bytes, the number of sizes, the sizes, the data."""
    sizes = struct.pack(f">{numbers.ndim}I", *numbers.shape)
    return bytes([0, 0, 8, numbers.ndim]) + sizes + numbers.numpy().astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def write_set(make_digits: Callable[..., Examples]) -> Callable[..., Path]:
    """`write_set(root, train, test, name)` lays out that many tiny images as torchvision lays out
    the set of that name; MNIST, where none is given."""

    def write(root: Path, train: int, test: int, name: str = "mnist") -> Path:
        found = SETS[name]
        raw = found.folder(root)
        raw.mkdir(parents=True)
        parts = make_digits(train, 1, found.classes), make_digits(test, 2, found.classes)
        for part, files in zip(parts, (found.files[:2], found.files[2:]), strict=True):
            images = part.images.squeeze(1)
            (raw / files[0]).write_bytes(idx(images.mT if found.transposed else images))
            (raw / files[1]).write_bytes(idx(part.labels + found.first_label))
        return root

    return write


@pytest.fixture(scope="session")
def mnist_test() -> Examples:
    """The 10,000 test digits of MNIST."""
    root = Path(os.environ.get("MNIST_ROOT", "data"))
    if not all(path.is_file() for path in SETS["mnist"].paths(root)):
        pytest.skip(f"MNIST is not in {root}: set MNIST_ROOT to the folder that holds MNIST/raw")
    return data.load("mnist", root)[1]


@pytest.fixture(scope="session")
def web_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebRoot]:
    """The page's modules and a folder of checkpoints, served."""
    with serving_files(tmp_path_factory.mktemp("web")) as root:
        yield root


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The address of `python app.py`, running on the shipped weights."""
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def serve_app() -> Callable[..., AbstractContextManager[str]]:
    """`with serve_app("--root-path", "/vae") as url` runs app.py with these options."""
    return serving


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[str]:
    """Runs app.py on a free port; its address, as soon as it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "app.py", "--port", str(port), *options]
    app = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait_for(url, app)
        yield url
    finally:
        app.terminate()
        app.wait()


def _wait_for(url: str, app: subprocess.Popen) -> None:
    for _ in range(600):
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            assert app.poll() is None, "app.py stopped before it answered"
            time.sleep(0.2)
    raise AssertionError("app.py did not answer within two minutes")
