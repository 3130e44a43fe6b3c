"""train.py on the command line: what it says, and the code it exits with."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import train
from vae import checkpoints
from vae.training import loop
from vae.training.presets import PRESETS, for_set
from vae.training.trainer import Trainer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """`run(*arguments)` is the exit code and what stands on stdout and stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["train.py", *map(str, arguments)])
        code = train.main()
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def folders(write_set, tmp_path) -> list[object]:
    """The options for a few tiny digits, and for writing nothing outside a temporary folder."""
    root = write_set(tmp_path / "mnist", 60, 40)
    output, state = tmp_path / "weights", tmp_path / "runs"
    # The threads are one as in the other tests: the option holds for the whole process.
    return ["--data", root, "--output", output, "--state", state, "--threads", 1, "--device", "cpu"]


@pytest.mark.parametrize("arguments", [["--list"], []])
def test_list_names_every_preset_with_its_epochs(arguments, run):
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    for line, preset in zip(lines, PRESETS.values(), strict=True):
        assert f" {preset.recipe.epochs} epochs" in line
        assert line.endswith(preset.about)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("mlp20", "Did you mean mlp-20?"),
        ("conv16", "Did you mean conv-16?"),
        ("Autoencoder", "Did you mean autoencoder?"),
        ("beta-quarters", "Did you mean beta-quarter?"),
    ],
)
def test_an_unknown_preset_gives_the_nearest_name_and_the_list(name, near, run):
    code, out, err = run("mlp-20", name)
    assert (code, out) == (1, "")
    assert err.startswith(f"train.py: no preset '{name}'. {near} There are: ")
    assert all(known in err for known in PRESETS)


def test_a_name_like_none_gives_the_list_alone(run):
    code, _, err = run("zzz")
    assert code == 1
    assert "Did you mean" not in err
    assert f"There are: {', '.join(PRESETS)}" in err


def test_all_chooses_every_preset():
    assert train.choose(["all"]) == list(PRESETS.values())
    assert [preset.name for preset in train.choose(["mlp-2", "conv-16"])] == ["mlp-2", "conv-16"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--epochs", "0", "--epochs: expected above 0, got 0"),
        ("--batch-size", "-5", "--batch-size: expected above 0, got -5"),
        ("--learning-rate", "0", "--learning-rate: expected above 0, got 0.0"),
        ("--learning-rate", "nan", "--learning-rate: expected above 0, got nan"),
        ("--threads", "0", "--threads: expected above 0, got 0"),
        ("--threads", "-2", "--threads: expected above 0, got -2"),
        ("--device", "abacus", "--device: abacus cannot be used here; try auto or cpu"),
    ],
)
def test_a_bad_value_is_one_sentence(option, value, message, run):
    assert run("mlp-20", option, value) == (1, "", f"train.py: {message}\n")


@pytest.mark.parametrize("arguments", [["--epochs", "many"], ["--epochs"], ["--faster"]])
def test_what_cannot_be_parsed_exits_with_2(arguments, run, capsys):
    with pytest.raises(SystemExit) as stopped:
        run("mlp-20", *arguments)
    assert stopped.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_options_replace_the_recipe_of_the_preset():
    arguments = ["mlp-20", "--epochs", "2", "--batch-size", "64", "--learning-rate", "0.01"]
    adapted = train.adapt(PRESETS["mlp-20"], train.parse([*arguments, "--seed", "0"]))
    recipe, original = adapted.recipe, PRESETS["mlp-20"].recipe
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate, recipe.seed) == (2, 64, 0.01, 0)
    assert recipe.averaging == original.averaging
    assert train.adapt(PRESETS["mlp-20"], train.parse(["mlp-20"])) == PRESETS["mlp-20"]


def test_training_writes_a_checkpoint_and_says_what_it_is_worth(run, folders, tmp_path):
    code, out, _ = run("mlp-2", "mlp-20", "--epochs", 1, *folders)
    assert code == 0
    for line, name in zip(out.splitlines(), ("mlp-2", "mlp-20"), strict=True):
        path = tmp_path / "weights" / f"{name}.safetensors"
        figures = checkpoints.load(path).record.figures
        assert line.startswith(f"{path}: ")
        for figure, value in figures.items():
            assert f"{figure} {value:.5g}" in line


def test_resume_goes_on_and_without_it_a_run_starts_again(run, folders, monkeypatch):
    starts = []
    whole = loop.train

    def spy(started: Trainer, *arguments: object) -> object:
        starts.append(started.epoch)
        return whole(started, *arguments)

    monkeypatch.setattr(loop, "train", spy)
    options = ["mlp-2", "--epochs", 2, *folders]
    codes = [run(*options, *more)[0] for more in (["--resume"], ["--resume"], [])]
    assert codes == [0, 0, 0]
    assert starts == [0, 2, 0]


def test_resume_with_other_options_is_refused(run, folders):
    assert run("mlp-2", "--epochs", 1, *folders)[0] == 0
    code, out, err = run("mlp-2", "--epochs", 2, "--resume", *folders)
    assert (code, out) == (1, "")
    assert "was trained with another epochs; give the same options" in err.splitlines()[-1]


def test_a_loss_that_is_not_finite_is_one_sentence(run, folders, tmp_path):
    code, _, err = run("mlp-2", "--learning-rate", 1e20, "--batch-size", 10, *folders)
    assert code == 1
    assert err.splitlines()[-1].startswith("train.py: mlp-2: the loss is not finite in epoch 1")
    assert not (tmp_path / "weights").exists()


def test_ctrl_c_says_how_to_go_on(run, folders, monkeypatch):
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "train", interrupt)
    code, _, err = run("mlp-2", *folders)
    assert code == 130
    assert "--resume continues after the last whole epoch" in err.splitlines()[-1]


def test_a_folder_that_cannot_be_written_is_one_sentence(run, folders, tmp_path):
    (tmp_path / "weights").write_text("a file where the folder should be")
    code, _, err = run("mlp-2", "--epochs", 1, *folders)
    assert code == 1
    assert err.splitlines()[-1].startswith("train.py: ")
    assert str(tmp_path / "weights") in err.splitlines()[-1]


def test_without_mnist_and_network_it_says_which_files_to_put_where(tmp_path):
    nowhere = "http://127.0.0.1:9"  # the discard port, where nothing answers
    environment = {name: value for name, value in os.environ.items() if name != "no_proxy"}
    environment |= {"http_proxy": nowhere, "https_proxy": nowhere, "MNIST_ROOT": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "train.py", "mlp-2"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    for part in ("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "--data", "MNIST_ROOT"):
        assert part in done.stderr
    assert str(tmp_path / "MNIST" / "raw") in done.stderr


def test_another_set_is_trained_on_under_a_name_of_its_own(run, write_set, tmp_path, monkeypatch):
    root = write_set(tmp_path / "sets", 60, 40, "fashion-mnist")
    output = tmp_path / "weights"
    code, out, err = run(
        *("mlp-2", "--data-set", "fashion-mnist", "--data", root, "--output", output),
        *("--state", tmp_path / "runs", "--threads", 1, "--device", "cpu", "--epochs", 1),
    )
    assert (code, "mlp-2-fashion-mnist.safetensors" in out) == (0, True), err
    model = checkpoints.load(output / "mlp-2-fashion-mnist.safetensors")
    record = model.record
    assert (record.data_set, record.images, record.classes[1]) == ("fashion-mnist", 60, "trouser")
    assert not record.of_digits and "Trained on Fashion-MNIST." in record.about
    assert checkpoints.load("mlp-2").record.of_digits


def test_a_folder_is_a_set_with_its_own_classes(run, tmp_path, make_digits):
    classes = ("cat", "dog", "owl")
    pictures = make_digits(24, classes=classes)
    for index, (picture, label) in enumerate(zip(pictures.images, pictures.labels, strict=True)):
        place = tmp_path / "pets" / classes[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture[0].numpy()).save(place / f"{index}.png")
    code, _, err = run(
        *("cvae", "--data-set", tmp_path / "pets", "--output", tmp_path / "weights"),
        *("--state", tmp_path / "runs", "--threads", 1, "--device", "cpu", "--epochs", 1),
    )
    assert code == 0, err
    model = checkpoints.load(tmp_path / "weights" / "cvae-pets.safetensors")
    assert model.config.classes == 3 and model.record.classes == classes
    stored = checkpoints.load_statistics(tmp_path / "weights" / "cvae-pets.safetensors")
    assert stored["class_mean"].shape == (3, 16)
    assert model.record.recipe["denoised"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mlp-2", "--data-set", "fashion-mnits"], "Did you mean fashion-mnist?"),
        (["mlp-2", "--data-set", "./nowhere"], "expected a folder of pictures"),
        (["mlp-2", "--data", "./nowhere"], "which does not exist"),
    ],
)
def test_a_set_that_is_not_there_is_refused_and_nothing_is_made(
    arguments, words, run, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments, "--device", "cpu")
    assert (code, out) == (1, "") and words in err and "Traceback" not in err
    assert [*tmp_path.iterdir()] == []


def test_the_classifier_is_of_mnist_alone(run, write_set, tmp_path):
    root = write_set(tmp_path, 60, 40, "kmnist")
    code, _, err = run("classifier", "--data-set", "kmnist", "--data", root, "--device", "cpu")
    assert code == 1 and "classifier: expected MNIST, got kmnist" in err


def test_all_but_the_classifier_are_trained_on_another_set(run, write_set, tmp_path, monkeypatch):
    few = {name: PRESETS[name] for name in ("classifier", "mlp-2")}
    monkeypatch.setattr(train, "PRESETS", few)
    root = write_set(tmp_path / "sets", 60, 40, "kmnist")
    options = ["--data-set", "kmnist", "--data", root, "--output", tmp_path / "weights"]
    options += ["--state", tmp_path / "runs", "--threads", 1, "--device", "cpu", "--epochs", 1]
    code, _, err = run("all", *options)
    assert code == 0, err
    assert [one.name for one in (tmp_path / "weights").glob("*.*")] == ["mlp-2-kmnist.safetensors"]
    code, _, err = run("classifier", *options)
    assert code == 1 and "classifier: expected MNIST, got kmnist" in err


def test_a_folder_cannot_take_the_name_of_a_preset(make_digits):
    seen = replace(make_digits(20), data_set="annealed")
    with pytest.raises(ValueError, match="mlp-2-annealed: expected a name of its own"):
        for_set(PRESETS["mlp-2"], seen)
