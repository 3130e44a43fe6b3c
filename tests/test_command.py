"""What the commands share."""

from pathlib import Path

import pytest
import torch

from vae import command, convergence, duel, evaluation, seeds, tuning
from vae.checkpoint import WEIGHTS


def test_digits_are_those_of_the_folder(write_mnist, tmp_path):
    root = write_mnist(tmp_path, 12, 5)
    options = command.parser("vae.test", "").parse_args(["--data", str(root), "--threads", "1"])
    train, test = command.digits(options)
    assert (len(train), len(test), options.weights) == (12, 5, WEIGHTS)
    assert torch.get_num_threads() == 1


def test_a_path_is_printed_and_a_failure_is_a_sentence(capsys):
    assert command.run("vae.test", lambda: Path("there")) == 0
    assert capsys.readouterr().out == "there\n"

    def fail() -> Path:
        raise LookupError("nothing is there")

    assert command.run("vae.test", fail, LookupError) == 1
    assert capsys.readouterr().err == "vae.test: nothing is there\n"
    with pytest.raises(LookupError):
        command.run("vae.test", fail)


@pytest.mark.parametrize("module", [convergence, evaluation, seeds])
def test_threads_are_one_at_least(module, capsys):
    assert module.main(["--threads", "0"]) == 1
    assert capsys.readouterr().err.endswith(": --threads: expected above 0, got 0\n")


@pytest.mark.parametrize("module", [convergence, duel, evaluation, seeds, tuning])
def test_every_command_explains_itself(module, capsys):
    with pytest.raises(SystemExit):
        module.main(["--help"])
    text = capsys.readouterr().out
    assert f"python -m {module.__name__}" in text
    assert "--weights DIR" in text and "--data DIR" in text
