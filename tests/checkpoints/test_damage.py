"""What is shipped is known byte by byte: a file that was damaged is never taken for a good one."""

import hashlib
import shutil

import pytest
from damage import SHIPPED, corrupted, said

from vae import checkpoints, files
from vae.checkpoints import WEIGHTS

GAN = next(name for name in SHIPPED if name.name == "gan.safetensors")


@pytest.mark.parametrize("folder", [WEIGHTS, WEIGHTS / "snapshots"], ids=lambda path: path.name)
def test_the_lists_are_of_what_is_shipped(folder):
    written = [line.split("  ") for line in (folder / files.SUMS).read_text().splitlines()]
    expected = [
        [hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest(), name.name]
        for name in SHIPPED
        if (WEIGHTS / name).parent == folder
    ]
    again = f"cd {folder} && sha256sum $(ls *.json *.safetensors) > {files.SUMS}"
    assert sorted(written) == sorted(expected), again


@pytest.mark.parametrize("name", SHIPPED, ids=str)
def test_a_changed_byte_is_a_sentence_that_names_the_file(name, tmp_path):
    assert said(WEIGHTS / name, WEIGHTS) is None
    for path, place in corrupted(name, tmp_path, 2):
        sentence = said(path, tmp_path)
        assert sentence is not None, f"loaded with byte {place} changed"
        assert str(path) in sentence and "is damaged" in sentence and "fetch it again" in sentence


def test_a_file_of_ones_own_that_is_damaged_is_loaded_or_named(tmp_path):
    for path, _ in corrupted(GAN, tmp_path, 40):
        (tmp_path / files.SUMS).unlink(missing_ok=True)
        sentence = said(path, tmp_path)
        assert sentence is None or str(path) in sentence


def test_the_zoo_leaves_out_damaged_models_and_names_other_files(tmp_path):
    for name in ("mlp-2", "gan", "classifier"):
        shutil.copy(WEIGHTS / f"{name}.safetensors", tmp_path)
    for name in ("doubt.json", "priors.json", files.SUMS):
        shutil.copy(WEIGHTS / name, tmp_path)
    assert checkpoints.open_zoo(tmp_path).damaged == {}
    for name in ("gan.safetensors", "classifier.safetensors", "doubt.json"):
        with (tmp_path / name).open("r+b") as file:
            file.seek(50)
            file.write(b"\x07")
    zoo = checkpoints.open_zoo(tmp_path)
    assert (set(zoo.models), set(zoo.left_out)) == ({"mlp-2"}, {"gan"})
    assert set(zoo.damaged) == {"classifier.safetensors", "doubt.json"}
    for name, sentence in {**zoo.damaged, "gan.safetensors": zoo.left_out["gan"]}.items():
        assert str(tmp_path / name) in sentence and "is damaged" in sentence
