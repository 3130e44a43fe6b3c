"""A folder of checkpoints: what is listed, found by name, and left out with a reason."""

import re
import shutil

import pytest
from broken_checkpoints import BROKEN, by_torch
from tiny_checkpoint import RECORD, STATISTICS

from vae import checkpoints
from vae.checkpoints import CheckpointError
from vae.training.presets import PRESETS


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


@pytest.mark.parametrize("ending", ["pt", "pth"])
def test_files_of_pytorch_are_left_out_with_what_to_do(ending, saved):
    by_torch(saved.with_name(f"net.{ending}"))
    zoo = checkpoints.open_zoo(saved.parent)
    assert list(zoo.models) == ["tiny"]
    assert list(zoo.left_out) == [f"net.{ending}"]
    assert f"python -m vae.convert net.{ending}" in zoo.left_out[f"net.{ending}"]


def test_what_can_be_read_is_said_of_what_cannot(saved):
    by_torch(saved.with_name("net.pth"))
    for name in (saved.with_name("net.pth"), "net.pth", "nowhere.pt"):
        with pytest.raises(CheckpointError, match=r"\.safetensors file is expected.*vae.convert"):
            checkpoints.load(name, saved.parent)
    saved.with_name("net.npz").write_bytes(b"numbers")
    with pytest.raises(CheckpointError, match=r"net.npz: .*expected a .safetensors file"):
        checkpoints.load(saved.with_name("net.npz"))


def test_a_model_may_be_called_like_a_file_of_pytorch(saved):
    shutil.copy(saved, saved.with_name("net.pth.safetensors"))
    assert checkpoints.load("net.pth", saved.parent).record == RECORD


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
