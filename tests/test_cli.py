"""What the commands share."""

import re
from pathlib import Path

import pytest
import torch

from vae import cli
from vae.checkpoints import WEIGHTS
from vae.evaluation import __main__ as evaluation
from vae.studies import convergence, styles, trainings
from vae.studies.vae_and_gan import comparison, tuning


def test_digits_are_those_of_the_folder(write_set, tmp_path):
    root = write_set(tmp_path, 12, 5)
    options = cli.parser("vae.test", "").parse_args(["--data", str(root), "--threads", "1"])
    train, test = cli.digits(options)
    assert (len(train), len(test), options.weights) == (12, 5, WEIGHTS)
    assert torch.get_num_threads() == 1


def test_a_path_is_printed_and_a_failure_is_a_sentence(capsys):
    assert cli.run("vae.test", lambda: Path("there")) == 0
    said = capsys.readouterr()
    assert said.out == "there\n"
    assert re.fullmatch(r"[\d,]+ processor seconds\n", said.err)

    def fail() -> Path:
        raise LookupError("nothing is there")

    assert cli.run("vae.test", fail, LookupError) == 1
    assert capsys.readouterr().err == "vae.test: nothing is there\n"
    with pytest.raises(LookupError):
        cli.run("vae.test", fail)


@pytest.mark.parametrize("module", [convergence, evaluation, trainings])
def test_threads_are_one_at_least(module, capsys):
    assert module.main(["--threads", "0"]) == 1
    assert capsys.readouterr().err.endswith(": --threads: expected above 0, got 0\n")


@pytest.mark.parametrize("module", [convergence, comparison, evaluation, styles, trainings, tuning])
def test_every_command_explains_itself(module, capsys):
    with pytest.raises(SystemExit):
        module.main(["--help"])
    text = capsys.readouterr().out
    command = module.__name__.removesuffix(".__main__").removesuffix(".comparison")
    assert f"python -m {command} " in text
    assert "--weights DIR" in text and "--data DIR" in text
