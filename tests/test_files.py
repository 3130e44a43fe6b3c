"""Files are whole or what they were before; those that are listed are what the list says."""

import errno
import resource
import subprocess
from pathlib import Path

import pytest

from vae import files


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A file that the list beside it knows."""
    path = tmp_path / "a b.json"
    files.write_json(path, {"one": 1})
    written = subprocess.run(
        ["sha256sum", path.name], cwd=tmp_path, capture_output=True, check=True
    )
    (tmp_path / files.SUMS).write_bytes(written.stdout)
    return path


def test_json_comes_back_as_it_was_written(listed):
    assert files.read_json(listed) == {"one": 1}


def test_a_listed_file_that_changed_is_refused_by_name(listed):
    listed.write_text(listed.read_text().replace("1", "2"))
    with pytest.raises(ValueError, match=r"a b\.json: is damaged: SHA256SUMS .* fetch it again"):
        files.read_json(listed)


def test_what_is_not_json_is_refused_by_name(tmp_path):
    path = tmp_path / "one.json"
    for content in (b"{", b"\xff\xfe", b""):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"one\.json: expected JSON .* delete it"):
            files.read_json(path)


def test_what_our_commands_write_is_listed_anew(listed):
    files.write_json(listed, {"one": 2})
    assert files.read_json(listed) == {"one": 2}
    other = listed.with_name("other.json")
    files.write_json(other, {"two": 2})
    other.write_text("[]")
    assert files.read_json(other) == []  # never listed, so nobody knows what it should be


def test_a_write_that_fails_after_the_list_was_told_leaves_a_file_that_is_listed(
    listed, monkeypatch
):
    def fail(*arguments: object) -> None:
        raise OSError("the machine stops here")

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "replace", fail)
        with pytest.raises(OSError, match="what was there before is kept"):
            files.write_json(listed, {"one": 3})
    assert files.read_json(listed) == {"one": 1}


@pytest.mark.parametrize("content", [b"\xff\xff\n\n", b"ab", b"ab  another.json\n", b""])
def test_a_list_that_makes_no_sense_lists_nothing(listed, content):
    listed.with_name(files.SUMS).write_bytes(content)
    files.check(listed)


def test_without_room_the_old_file_stays_and_a_sentence_names_it(listed):
    """The kernel's own refusal, at 10 kB a file."""
    before, limits = listed.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"a b\.json: cannot be written") as error:
            files.write_json(listed, {"many": [0] * 10_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert error.value.__cause__.errno == errno.EFBIG
    assert listed.read_bytes() == before
    assert sorted(path.name for path in listed.parent.iterdir()) == [files.SUMS, listed.name]
