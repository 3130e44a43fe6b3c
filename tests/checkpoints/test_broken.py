"""Files that are no checkpoint, or no longer one: each is refused, with its name and the reason."""

import re

import pytest
from broken_checkpoints import BROKEN

from vae import checkpoints
from vae.checkpoints import CheckpointError


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
