"""`python -m vae.convert`: files as people have them, what it prints, writes and refuses."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw
from safetensors.torch import save_file
from torch import nn

import vae
from vae import checkpoints
from vae.convert import ConversionError, read
from vae.convert.__main__ import main
from vae.model import VAE, VAEConfig
from vae.networks import TANH, dense
from vae.objective import elbo

ROOT = Path(__file__).resolve().parents[2]


def state_of(latents: int = 3, seed: int = 0) -> dict[str, torch.Tensor]:
    """fc1, fc21, fc22, fc3 and fc4 of random weights that half precision holds exactly."""
    generator = torch.Generator().manual_seed(seed)
    sizes = {"fc1": (784, 12), "fc21": (12, latents), "fc22": (12, latents)}
    sizes |= {"fc3": (latents, 12), "fc4": (12, 784)}
    state = {}
    for name, (inputs, outputs) in sizes.items():
        scale = inputs**-0.5
        state[f"{name}.weight"] = scale * torch.randn(outputs, inputs, generator=generator)
        state[f"{name}.bias"] = 0.1 * torch.randn(outputs, generator=generator)
    return {name: value.half().float() for name, value in state.items()}


@pytest.fixture
def data(write_set, tmp_path) -> Path:
    """A small MNIST."""
    return write_set(tmp_path / "mnist", 60, 52)


@pytest.fixture
def convert(data, tmp_path, capsys):
    """`convert(file, option, ...)`: the exit status, what it printed, and what it complained of."""

    def run(file: Path, *options: str) -> tuple[int, str, str]:
        places = ["--weights", str(tmp_path / "weights"), "--data", str(data)]
        status = main([str(file), *places, *options])
        return status, *capsys.readouterr()

    return run


def learnt(data: Path, tmp_path: Path) -> dict[str, torch.Tensor]:
    """The weights of a model that has learnt these digits, with tanh, as PyTorch's example calls
    them."""
    train, _ = vae.data.load("mnist", data)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = VAE(VAEConfig(2, **dense([32], 2, TANH)))
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    generator = torch.Generator().manual_seed(0)
    x = vae.data.grey(train.images)
    for _ in range(500):
        optimizer.zero_grad()
        (-elbo(model, x, generator).value.mean()).backward()
        optimizer.step()
    encoder, decoder = model.encoder, model.decoder
    heads = [value.chunk(2) for value in (encoder[3].weight, encoder[3].bias)]
    return {
        "fc1.weight": encoder[1].weight,
        "fc1.bias": encoder[1].bias,
        "fc21.weight": heads[0][0].clone(),
        "fc21.bias": heads[1][0].clone(),
        "fc22.weight": heads[0][1].clone(),
        "fc22.bias": heads[1][1].clone(),
        "fc3.weight": decoder[0].weight,
        "fc3.bias": decoder[0].bias,
        "fc4.weight": decoder[2].weight,
        "fc4.bias": decoder[2].bias,
    }


def test_a_file_becomes_a_model_of_the_folder(convert, data, tmp_path):
    """The activation is the one that it was trained with, and the page's statistics are there."""
    file = tmp_path / "course.pth"
    torch.save({name: value.detach() for name, value in learnt(data, tmp_path).items()}, file)
    status, printed, complaint = convert(file)
    assert status == 0 and "vae.convert:" not in complaint and "not checked" not in complaint
    assert "course: 2 latents, tanh between its layers" in printed
    assert "on 52 digits: reconstruction" in printed and "bound -" in printed
    model = vae.load("course", tmp_path / "weights")
    assert isinstance(model, VAE) and model.config.latents == 2
    assert f"bound {-model.record.figures['total']:.2f} nats" in printed
    assert model.record.figures["active_units"] >= 1
    stored = checkpoints.load_statistics("course", tmp_path / "weights")
    assert stored["encodings.mean"].shape == (52, 2) and "mixture.weight" in stored


WRAPPED = {
    "a state dict": lambda state: state,
    "in a training's state": lambda state: {"epoch": 3, "model_state_dict": state, "loss": 0.5},
    "of DataParallel": lambda state: {f"module.{name}": value for name, value in state.items()},
    "compiled, in a wrapper": lambda state: {
        "state_dict": {f"_orig_mod.vae.{name}": value for name, value in state.items()}
    },
    "in double precision": lambda state: {name: value.double() for name, value in state.items()},
}


@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
def test_a_state_dict_is_found_wherever_scripts_put_it(wrap, tmp_path):
    torch.save(wrap(state_of()), tmp_path / "vae.pt")
    found = read(tmp_path / "vae.pt")
    assert list(found) == list(state_of())
    for name, value in state_of().items():
        assert torch.equal(found[name], value)


def test_safetensors_of_another_program_are_read_in_the_layers_order(tmp_path):
    names = ["decoder.0", "encoder.0", "encoder.2", "encoder.10"]
    state = {f"{name}.weight": torch.zeros(2, 2) for name in names}
    save_file(state, tmp_path / "vae.safetensors")
    assert list(read(tmp_path / "vae.safetensors")) == list(state)


class Evil:
    """Makes a folder when it is unpickled."""

    def __reduce__(self):
        return Path.mkdir, (Path("pwned"),)


@pytest.mark.parametrize("content", [nn.Linear(2, 2), {"fc1.weight": Evil()}])
def test_nothing_in_a_file_is_run(content, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(content, "vae.pth")
    with pytest.raises(ConversionError, match=r"never done here.*model.state_dict\(\)"):
        read(Path("vae.pth"))
    assert not Path("pwned").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is damaged or no file of PyTorch's"),
        (b"<!doctype html>", "expected a state dict, got another kind of file"),
        (None, "is damaged or no file of PyTorch's"),
    ],
    ids=["empty", "a web page", "cut off"],
)
def test_a_damaged_file_is_said_plainly(content, sentence, tmp_path):
    file = tmp_path / "vae.pth"
    torch.save(state_of(), file)
    file.write_bytes(file.read_bytes()[:5000] if content is None else content)
    with pytest.raises(ConversionError, match=sentence) as error:
        read(file)
    assert str(file) in str(error.value) and "\n" not in str(error.value)


def test_a_list_is_no_state_dict(tmp_path):
    torch.save([1, 2], tmp_path / "vae.pth")
    with pytest.raises(ConversionError, match=r"expected a state dict.*got list"):
        read(tmp_path / "vae.pth")


def test_reconstructions_that_are_none_are_refused_unless_that_is_wanted(convert, tmp_path):
    file = tmp_path / "noise.pth"
    torch.save(state_of(), file)
    status, _, complaint = convert(file)
    assert status == 1
    assert "expected reconstructions nearer to the digits than their mean" in complaint
    assert not (tmp_path / "weights" / "noise.safetensors").exists()
    status, printed, _ = convert(file, "--unchecked", "--activation", "relu", "--name", "mine")
    assert status == 0 and "reconstruction" in printed
    assert vae.load("mine", tmp_path / "weights").record.about == "Converted from noise.pth."


def test_a_model_that_is_there_is_not_written_over(convert, tmp_path):
    file = tmp_path / "noise.pth"
    torch.save(state_of(), file)
    assert convert(file, "--unchecked")[0] == 0
    before = (tmp_path / "weights" / "noise.safetensors").read_bytes()
    status, _, complaint = convert(file, "--unchecked")
    assert status == 1 and "--name" in complaint
    assert (tmp_path / "weights" / "noise.safetensors").read_bytes() == before


def test_a_persons_own_pictures_are_what_it_is_checked_on(convert, tmp_path):
    file, pictures = tmp_path / "noise.pth", []
    torch.save(state_of(), file)
    for number in (1, 2):
        picture = Image.new("L", (60, 60), 255)
        ImageDraw.Draw(picture).line((30, 10, 30 + 5 * number, 50), fill=0, width=5)
        picture.save(tmp_path / f"{number}.png")
        pictures.append(str(tmp_path / f"{number}.png"))
    status, printed, complaint = convert(file, "--unchecked", "--images", *pictures)
    assert status == 0 and "vae.convert:" not in complaint and "not checked" not in complaint
    assert "on 2 digits: reconstruction" in printed
    assert checkpoints.load_statistics("noise", tmp_path / "weights") == {}


def test_without_mnist_it_is_written_unchecked_and_that_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_ROOT", raising=False)

    def absent(*given: object) -> None:
        raise FileNotFoundError("MNIST is not in data")

    monkeypatch.setattr("vae.cli.digits", absent)
    torch.save(state_of(), "vae.pth")
    assert main(["vae.pth", "--weights", "weights"]) == 0
    printed, complaint = capsys.readouterr()
    assert "not checked" in complaint and "3 latents" in printed
    assert vae.load("vae", Path("weights")).config.latents == 3


@pytest.mark.parametrize("given", [["nowhere.pth"], ["x.pth", "--data", "nowhere"]])
def test_the_command_says_in_one_sentence_what_is_wrong(given, tmp_path):
    torch.save(state_of(), tmp_path / "x.pth")
    done = subprocess.run(
        [sys.executable, "-m", "vae.convert", *given, "--weights", str(tmp_path / "weights")],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("vae.convert: ") and done.stderr.count("\n") == 1
    assert "nowhere" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.pth"]
