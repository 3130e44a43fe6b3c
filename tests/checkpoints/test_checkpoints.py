"""One file a model: what goes in comes out, and a broken file says what is wrong with it."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from vae import checkpoints, files
from vae.checkpoints import CheckpointError, Record, format
from vae.training.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]
RECORD = Record(
    "tiny",
    "A model for the tests.",
    recipe={"epochs": 2, "schedule": "cosine"},
    history=[{"epoch": 1, "train_total": 200.5}, {"epoch": 2, "train_total": 150.25}],
    figures={"total": 150.125, "active_units": 3},
)
STATISTICS = {"kl": torch.tensor([0.5, 1.5, 2.5]), "encodings.label": torch.arange(4).byte()}


@pytest.fixture
def saved(tmp_path: Path, tiny: Callable) -> Path:
    """A checkpoint that can be used."""
    path = tmp_path / "weights" / "tiny.safetensors"
    checkpoints.save(path, tiny("normal"), RECORD, STATISTICS)
    return path


def contents(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Tensors and metadata, read by safetensors alone."""
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118


def test_round_trip(config, tiny, tmp_path):
    model, path = tiny(config), tmp_path / "tiny.safetensors"
    with torch.no_grad():  # running statistics of a norm are weights too
        for buffer in model.buffers():
            buffer += torch.full_like(buffer, 1 / 3, dtype=torch.float).to(buffer.dtype)
    checkpoints.save(path, model, RECORD, STATISTICS)
    loaded = checkpoints.load(path)
    assert loaded.config == model.config
    assert loaded.record == RECORD
    assert not loaded.training
    given = model.state_dict()
    for name, tensor in loaded.state_dict().items():
        if not name.endswith("num_batches_tracked"):  # decides nothing
            assert tensor.dtype == torch.float32
            assert torch.equal(tensor, given[name].half().float()), name

    statistics = checkpoints.load_statistics(path)
    assert set(statistics) == set(STATISTICS)
    for name, tensor in STATISTICS.items():
        assert statistics[name].dtype == tensor.dtype
        assert torch.equal(statistics[name], tensor)


def test_rounding_first_means_losing_nothing(config, tiny, tmp_path, images):
    model = checkpoints.round_to_half(tiny(config)).eval()
    checkpoints.save(tmp_path / "tiny.safetensors", model, RECORD, {})
    loaded = checkpoints.load(tmp_path / "tiny.safetensors")
    assert torch.equal(loaded.encode(images).mean, model.encode(images).mean)
    z = model.prior.mean.expand(2, -1)
    assert torch.equal(loaded.decode(z).mean, model.decode(z).mean)


def test_weights_are_half_precision_beside_a_json_header(saved, tiny):
    tensors, metadata = contents(saved)
    weights = {name: t for name, t in tensors.items() if not name.startswith("statistics.")}
    assert set(weights) == set(tiny("normal").state_dict())
    assert {tensor.dtype for tensor in weights.values()} == {torch.float16}
    assert metadata["version"] == "1"
    assert json.loads(metadata["config"])["latents"] == 3
    assert json.loads(metadata["record"])["figures"]["total"] == 150.125


def cut_to(share: float) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return change


def with_bytes(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def with_metadata(**changes: str | None) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        tensors, metadata = contents(path)
        metadata |= changes
        save_file(tensors, path, {key: value for key, value in metadata.items() if value})

    return change


def with_tensors(**changes: torch.Tensor | None) -> Callable[[Path], None]:
    """`decoder__0__bias=None` removes the tensor `decoder.0.bias`."""

    def change(path: Path) -> None:
        tensors, metadata = contents(path)
        tensors |= {name.replace("__", "."): tensor for name, tensor in changes.items()}
        kept = {name: tensor for name, tensor in tensors.items() if tensor is not None}
        save_file(kept, path, metadata)

    return change


def with_config(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        config = json.loads(contents(path)[1]["config"]) | changes
        with_metadata(config=json.dumps(config))(path)

    return change


def with_layer(layer: object, first: bool = True) -> Callable[[Path], None]:
    """One more layer at the beginning or the end of the decoder."""

    def change(path: Path) -> None:
        decoder = json.loads(contents(path)[1]["config"])["decoder"]
        with_config(decoder=[layer, *decoder] if first else [*decoder, layer])(path)

    return change


UNREADABLE = "truncated or is not a safetensors file"
UNUSABLE = "its configuration cannot be used"
BROKEN = {
    "text": (with_bytes(b"these are not weights, whatever the name of the file says"), UNREADABLE),
    "a picture": (with_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000)), UNREADABLE),
    "empty": (with_bytes(b""), UNREADABLE),
    "cut in the length": (with_bytes(b"\x10\x00\x00"), UNREADABLE),
    "cut in the header": (cut_to(0.02), UNREADABLE),
    "cut in the weights": (cut_to(0.5), UNREADABLE),
    "cut at the end": (cut_to(0.9999), UNREADABLE),
    "foreign": (with_metadata(format="somebody else's"), "not a checkpoint of a VAE"),
    "no metadata": (with_metadata(format=None), "not a checkpoint of a VAE"),
    "newer": (with_metadata(version="2"), "expected version 1, got 2"),
    "no version": (with_metadata(version=None), "expected version 1, got None"),
    "no config": (with_metadata(config=None), f"{UNUSABLE}.*config"),
    "broken config": (with_metadata(config='{"latents": 3, "enc'), UNUSABLE),
    "config a list": (with_metadata(config="[]"), UNUSABLE),
    "unknown setting": (with_config(colour="red"), f"{UNUSABLE}.*colour"),
    "unknown likelihood": (with_config(likelihood={"family": "poisson"}), f"{UNUSABLE}.*poisson"),
    "likelihood a word": (with_config(likelihood="bernoulli"), UNUSABLE),
    "unknown layer": (with_layer({"kind": "attention"}), f"{UNUSABLE}.*layer 0.*attention"),
    "misspelt layer": (with_layer({"kind": "linear", "in": 3}), f"{UNUSABLE}.*layer 0 .linear"),
    "layer a word": (with_layer("relu"), UNUSABLE),
    "layer of size -1": (with_layer({"kind": "linear", "inputs": -1, "outputs": 3}), UNUSABLE),
    "layers that do not fit": (with_layer({"kind": "linear", "inputs": 3, "outputs": 4}), UNUSABLE),
    "fewer latents": (with_config(latents=2), f"{UNUSABLE}.*expected 2 latents, got 3"),
    "half a picture": (
        with_layer({"kind": "reshape", "shape": [14, 56]}, first=False),
        rf"{UNUSABLE}.*expected pictures of shape \(1, 28, 28\), got \(14, 56\)",
    ),
    "unknown prior": (with_config(prior={"family": "gamma"}), f"{UNUSABLE}.*'gamma'"),
    "prior of no width": (
        with_config(prior={"family": "normal", "mean": 0, "std": 0}),
        f"{UNUSABLE}.*std.*above 0",
    ),
    "no variance": (with_config(likelihood={"family": "gaussian"}), f"{UNUSABLE}.*variance"),
    "no record": (with_metadata(record=None), f"{UNUSABLE}.*record"),
    "broken record": (with_metadata(record="{"), UNUSABLE),
    "record without a name": (with_metadata(record="{}"), f"{UNUSABLE}.*name"),
    "missing tensor": (with_tensors(decoder__0__bias=None), "lacks the tensor decoder.0.bias"),
    "misshaped tensor": (
        with_tensors(decoder__0__bias=torch.zeros(9).half()),
        r"decoder.0.bias should have the shape \(8,\), but has \(9,\)",
    ),
    "unknown tensor": (
        with_tensors(critic__0__bias=torch.zeros(9).half()),
        "holds critic.0.bias, which its layers have no place for",
    ),
}


@pytest.mark.parametrize(("corrupt", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_by_name_and_reason(corrupt, message, saved):
    corrupt(saved)
    with pytest.raises(CheckpointError) as error:
        checkpoints.load(saved)
    assert str(saved) in str(error.value)
    assert re.search(message, str(error.value))


def test_every_cut_is_refused(saved):
    whole = saved.read_bytes()
    for length in {*range(0, 40), *range(40, len(whole), 997), len(whole) - 1}:
        saved.write_bytes(whole[:length])
        with pytest.raises(CheckpointError):
            checkpoints.load(saved)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "tiny.safetensors").mkdir()
    with pytest.raises(FileNotFoundError, match="tiny"):
        checkpoints.load("tiny", tmp_path)


def test_the_zoo_keeps_the_good_and_says_why_it_leaves_out_the_rest(saved):
    folder = saved.parent
    for name, (corrupt, _) in BROKEN.items():
        copy = folder / f"{name}.safetensors"
        shutil.copy(saved, copy)
        corrupt(copy)
    shutil.copy(saved, folder / "another.safetensors")
    zoo = checkpoints.open_zoo(folder)
    assert zoo.folder == folder
    assert set(zoo.models) == {"tiny", "another"}
    assert zoo.models["tiny"].record == RECORD
    assert set(zoo.left_out) == set(BROKEN)
    for name, reason in zoo.left_out.items():
        assert f"{name}.safetensors" in reason
        assert re.search(BROKEN[name][1], reason)


def test_the_zoo_shows_presets_in_their_order_and_then_the_rest(saved):
    for name in ("autoencoder", "mlp-20", "conv-16"):
        shutil.copy(saved, saved.with_name(f"{name}.safetensors"))
    assert list(checkpoints.open_zoo(saved.parent, [*PRESETS]).models) == [
        "conv-16",
        "mlp-20",
        "autoencoder",
        "tiny",
    ]


def test_an_empty_or_missing_folder_is_an_empty_zoo(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert checkpoints.list_models(folder) == []
        zoo = checkpoints.open_zoo(folder)
        assert zoo.models == zoo.left_out == {}


def test_models_are_listed_by_name(saved):
    for name in ("zebra.safetensors", "aardvark.safetensors", "tiny.partial", "README.md"):
        shutil.copy(saved, saved.with_name(name))
    assert checkpoints.list_models(saved.parent) == ["aardvark", "tiny", "zebra"]


def test_load_by_name_and_by_path(saved):
    by_name = checkpoints.load("tiny", saved.parent)
    for path in (saved, str(saved)):
        assert checkpoints.load(path).record == by_name.record
    assert set(checkpoints.load_statistics("tiny", saved.parent)) == set(STATISTICS)


@pytest.mark.parametrize("load", [checkpoints.load, checkpoints.load_statistics])
def test_an_unknown_name_says_what_there_is(load, saved, tmp_path):
    shutil.copy(saved, saved.with_name("other.safetensors"))
    with pytest.raises(FileNotFoundError, match=r"tini.*no such checkpoint.*holds other, tiny"):
        load("tini", saved.parent)
    with pytest.raises(FileNotFoundError, match=r"holds none"):
        load("tini", tmp_path)


@pytest.mark.parametrize("moment", ["save_file", "replace"])
def test_a_failure_while_writing_leaves_the_old_file(moment, saved, tiny, monkeypatch):
    before = saved.read_bytes()

    def full_disk(*arguments: object) -> None:
        if moment == "save_file":
            Path(arguments[1]).write_bytes(before[:100])
        raise OSError("No space left on device")

    owner = format if moment == "save_file" else files.os
    monkeypatch.setattr(owner, moment, full_disk)
    with pytest.raises(OSError, match="No space"):
        checkpoints.save(saved, tiny("normal", seed=1), RECORD, STATISTICS)
    assert saved.read_bytes() == before
    assert checkpoints.list_models(saved.parent) == ["tiny"]


def test_a_checkpoint_is_replaced(saved, tiny):
    other = tiny("beta", seed=1)
    checkpoints.save(saved, other, RECORD, {})
    assert checkpoints.load(saved).config == other.config
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_nothing_here_reads_a_pickle():
    sources = [*(ROOT / "vae").rglob("*.py"), *ROOT.glob("*.py")]
    assert len(sources) > 10
    for path in sources:
        found = re.search(r"pickle|torch\s*\.\s*(load|save)\b|joblib|marshal", path.read_text())
        assert not found, f"{path.name}: {found}"
