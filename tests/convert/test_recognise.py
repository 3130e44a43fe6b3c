"""Weights of VAEs as people write them in PyTorch: the converted model is the same q(z|x), p(x|z).

Each of the modules here is somebody's usual style, and its own forward pass the oracle.
"""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from vae.checkpoints import round_to_half
from vae.convert import ConversionError, recognise
from vae.model import gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, TANH


class Example(nn.Module):
    """PyTorch's own example, fc1 to fc4."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 30)
        self.fc21, self.fc22 = nn.Linear(30, 5), nn.Linear(30, 5)
        self.fc3, self.fc4 = nn.Linear(5, 30), nn.Linear(30, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.relu(self.fc1(x))
        return self.fc21(hidden), self.fc22(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z))))


class Deeper(nn.Module):
    """The same with two hidden layers, as in many notebooks."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(784, 20), nn.Linear(20, 12)
        self.fc31, self.fc32 = nn.Linear(12, 2), nn.Linear(12, 2)
        self.fc4, self.fc5, self.fc6 = nn.Linear(2, 12), nn.Linear(12, 20), nn.Linear(20, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.relu(self.fc2(torch.relu(self.fc1(x))))
        return self.fc31(hidden), self.fc32(hidden)

    def decode(self, z: Tensor) -> Tensor:
        hidden = torch.relu(self.fc5(torch.relu(self.fc4(z))))
        return torch.sigmoid(self.fc6(hidden))


class Heads(nn.Module):
    """Sequentials and two heads beside them; `names` of the heads in the order of definition."""

    def __init__(self, mean: str = "fc_mu", logvar: str = "fc_logvar", latents: int = 3):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 24), nn.Tanh(), nn.Linear(24, 10), nn.Tanh())
        self.mean, self.logvar = mean, logvar
        for name in sorted((mean, logvar)):
            setattr(self, name, nn.Linear(10, latents))
        self.decoder = nn.Sequential(
            nn.Linear(latents, 24), nn.Tanh(), nn.Linear(24, 784), nn.Sigmoid()
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(x)
        return getattr(self, self.mean)(hidden), getattr(self, self.logvar)(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)


class Chunked(nn.Module):
    """One head that gives both halves."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 16), nn.SiLU(), nn.Linear(16, 2 * 4))
        self.decoder = nn.Sequential(nn.Linear(4, 16), nn.SiLU(), nn.Linear(16, 784))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.encoder(x).chunk(2, 1)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z).sigmoid()


class Apart(nn.Module):
    """The encoder and the decoder as modules of their own, the decoder first."""

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear1, self.linear2 = nn.Linear(2, 18), nn.Linear(18, 784)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear1 = nn.Linear(784, 18)
            self.mu, self.log_var = nn.Linear(18, 2), nn.Linear(18, 2)

    def __init__(self):
        super().__init__()
        self.decoder, self.encoder = self.Decoder(), self.Encoder()

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = nn.functional.leaky_relu(self.encoder.linear1(x), 0.2)
        return self.encoder.mu(hidden), self.encoder.log_var(hidden)

    def decode(self, z: Tensor) -> Tensor:
        hidden = nn.functional.leaky_relu(self.decoder.linear1(z), 0.2)
        return self.decoder.linear2(hidden).sigmoid()


class LogStd(nn.Module):
    """A head that gives log sigma, and linear layers without biases."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 14, bias=False)
        self.z_mean, self.z_log_std = nn.Linear(14, 6), nn.Linear(14, 6)
        self.dec1, self.dec2 = nn.Linear(6, 14), nn.Linear(14, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = torch.relu(self.hidden(x))
        return self.z_mean(hidden), 2 * self.z_log_std(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return self.dec2(torch.relu(self.dec1(z))).sigmoid()


class Normed(nn.Module):
    """Batch norms before the activations."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 22), nn.BatchNorm1d(22), nn.ReLU())
        self.mu, self.var = nn.Linear(22, 3), nn.Linear(22, 3)
        self.decoder = nn.Sequential(
            nn.Linear(3, 22), nn.BatchNorm1d(22), nn.ReLU(), nn.Linear(22, 784), nn.Sigmoid()
        )
        for norm in (self.encoder[1], self.decoder[1]):
            nn.init.normal_(norm.running_mean)
            nn.init.uniform_(norm.running_var, 0.5, 2)
            nn.init.normal_(norm.weight, 1, 0.2)
            nn.init.normal_(norm.bias)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(x)
        return self.mu(hidden), self.var(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)


STYLES = {
    "PyTorch's example": (Example, RELU),
    "deeper": (Deeper, RELU),
    "Sequentials and heads": (Heads, TANH),
    "heads as mean and log_variance": (lambda: Heads("mean_layer", "log_variance"), TANH),
    "the spread defined first": (lambda: Heads("mu", "a_logvar"), TANH),
    "as many latents as features": (lambda: Heads(latents=10), TANH),
    "one latent": (lambda: Heads(latents=1), TANH),
    "one head for both": (Chunked, SILU),
    "modules apart": (Apart, LEAKY_RELU),
    "log sigma, no bias": (LogStd, RELU),
    "batch norms": (Normed, RELU),
}


def made(style: Callable[[], nn.Module]) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return round_to_half(style()).eval()


@torch.no_grad()
def check(theirs: nn.Module, ours, images: Tensor) -> None:
    """Asserts that q(z|x) and the mean of p(x|z) are those of the module's own forward pass."""
    mu, logvar = theirs.encode(images.flatten(1))
    q = ours.encode(images)
    torch.testing.assert_close(q.mean, mu)
    torch.testing.assert_close(q.stddev, (logvar / 2).exp())
    z = 3 * torch.randn(6, mu.shape[1], generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(ours.decode(z).mean.flatten(1), theirs.decode(z))


@pytest.mark.parametrize(("style", "activation"), STYLES.values(), ids=STYLES)
def test_the_model_is_the_same_distributions(style, activation, images):
    theirs = made(style)
    check(theirs, recognise(theirs.state_dict(), activation), images)


def test_what_a_person_says_of_the_second_head_counts(images):
    theirs = made(lambda: Heads("mu", "sigma"))
    with pytest.raises(ConversionError, match=r"sigma: expected a head for log sigma.*--spread"):
        recognise(theirs.state_dict(), TANH)
    check(theirs, recognise(theirs.state_dict(), TANH, spread="logvar"), images)
    doubled = recognise(theirs.state_dict(), TANH, spread="log-std").encode(images)
    with torch.no_grad():
        torch.testing.assert_close(doubled.stddev, theirs.encode(images.flatten(1))[1].exp())


def test_squared_error_is_a_gaussian_likelihood():
    model = recognise(made(Example).state_dict(), RELU, gaussian(0.5))
    assert model.config.likelihood == {"family": "gaussian", "variance": 0.5}


def changed(**shapes: tuple[int, ...] | None) -> dict[str, Tensor]:
    """`fc1__weight=(30, 794)` gives that tensor another shape, None removes it."""
    state = dict(made(Example).state_dict())
    for name, shape in shapes.items():
        key = name.replace("__", ".")
        state.pop(key, None)
        if shape is not None:
            state[key] = torch.zeros(shape)
    return state


REFUSED = {
    "no layers": ({}, "expected two linear layers side by side .* got no layers"),
    "a classifier": (
        {"fc1.weight": torch.zeros(20, 784), "fc2.weight": torch.zeros(10, 20)},
        r"fc1 \(784 to 20\), fc2 \(20 to 10\)",
    ),
    "an autoencoder": (
        {
            f"{name}.weight": torch.zeros(shape)
            for name, shape in zip("abcd", [(20, 784), (3, 20), (20, 3), (784, 20)], strict=True)
        },
        "expected two linear layers side by side",
    ),
    "convolutions": (changed(conv__weight=(8, 1, 4, 4)), r"conv: .*got weight \(8, 1, 4, 4\)"),
    "a layer norm": (changed(norm__weight=(30,)), r"norm: expected linear layers.*\(30,\)"),
    "a parameter alone": (changed(log_scale=()), "a tensor without a layer"),
    "conditional": (
        {**changed(), "fc3.weight": torch.zeros(30, 15)},
        "decoder: expected fc3 to take 5 numbers, got 15",
    ),
    "small pictures": (
        {**changed(), "fc1.weight": torch.zeros(30, 196)},
        "encoder: expected fc1 to take 784 numbers, got 196, the 28 x 28 pixels",
    ),
    "colours": (
        {**changed(), "fc4.weight": torch.zeros(2352, 30), "fc4.bias": torch.zeros(2352)},
        "decoder: expected fc4 to give 784 numbers, got 2352",
    ),
    "no decoder": (
        changed(fc3__weight=None, fc3__bias=None, fc4__weight=None, fc4__bias=None),
        "decoder: expected linear layers, got none",
    ),
    "too large for half precision": (
        {**changed(), "fc1.bias": torch.full((30,), 1e6)},
        "encoder.1.bias: expected weights that half precision can hold, got 1e",
    ),
    "not a number": (
        {**changed(), "fc1.bias": torch.full((30,), torch.nan)},
        "encoder.1.bias: expected weights that half precision can hold, got nan",
    ),
}


@pytest.mark.parametrize(("state", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_ours_is_refused_in_a_sentence(state, sentence):
    with pytest.raises(ConversionError) as error:
        recognise(state, RELU)
    assert re.search(sentence, str(error.value))


def test_a_norm_after_the_activation_is_refused():
    theirs = nn.ModuleDict(
        {
            "encoder": nn.Sequential(nn.Linear(784, 9), nn.ReLU(), nn.BatchNorm1d(9)),
            "mu": nn.Linear(9, 2),
            "logvar": nn.Linear(9, 2),
        }
    )
    with pytest.raises(ConversionError, match="after the activation"):
        recognise(theirs.state_dict(), RELU)
