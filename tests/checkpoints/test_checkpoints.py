"""One file a model: what goes in comes out, and a broken file says what is wrong with it."""

import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from tiny_checkpoint import RECORD, STATISTICS, contents

from vae import checkpoints, files
from vae.checkpoints import format

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_weights_of_any_precision_are_read(kind, saved):
    tensors, metadata = contents(saved)
    save_file({name: tensor.to(kind) for name, tensor in tensors.items()}, saved, metadata)
    weights = checkpoints.load(saved).state_dict()
    assert weights
    for name, tensor in weights.items():
        assert torch.equal(tensor, tensors[name].to(kind).float())


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


def test_nothing_here_reads_a_pickle_but_for_tensors_alone():
    """PyTorch's own files are read by one module, which allows nothing in them but tensors."""
    reader = ROOT / "vae" / "convert" / "state_dict.py"
    calls = re.findall(r"torch\.load\(.*\)", reader.read_text())
    assert len(calls) == 1 and "weights_only=True" in calls[0]
    sources = {*(ROOT / "vae").rglob("*.py"), *ROOT.glob("*.py")} - {reader}
    assert len(sources) > 10
    for path in sources:
        found = re.search(r"pickle|torch\s*\.\s*(load|save)\b|joblib|marshal", path.read_text())
        assert not found, f"{path.name}: {found}"
