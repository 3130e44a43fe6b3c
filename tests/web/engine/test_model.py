"""The page's models against torch's: decoded, encoded, and what they say of themselves."""

import json
import shutil

import numpy as np
import pytest
import torch
from node import NodeError
from parity import (
    CONFIGS,
    ENCODE,
    EXACT,
    OPEN,
    RECORD,
    STATISTIC,
    STATISTICS,
    check_parity,
    decode,
    untrained,
)

from vae import checkpoints
from vae.model import VAE


@pytest.mark.parametrize("name", CONFIGS)
def test_a_checkpoint_decodes_and_encodes_as_torch_does(engine, shelf, name):
    model = untrained(CONFIGS[name])
    url = shelf.save(f"{name}.safetensors", model, STATISTIC, RECORD)
    check_parity(engine, url, model)


def test_beta_codes_are_kept_off_the_ends(engine, shelf):
    model = untrained(CONFIGS["beta"])
    url = shelf.save("beta.safetensors", model, STATISTIC, RECORD)
    z = torch.tensor([[0.0, 1.0, -3.0, 7.0]])
    pictures, _ = decode(engine, url, z)
    torch.testing.assert_close(pictures, model.decode(z).mean, **EXACT)


def test_logits_are_the_pictures_before_the_sigmoid(engine, shelf):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    pictures, logits = decode(engine, url, torch.ones(2, 20))
    torch.testing.assert_close(logits.sigmoid(), pictures, **EXACT)


def test_what_a_checkpoint_says_of_itself(engine, shelf):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    opened = engine.evaluate(OPEN, url)
    assert opened["name"] == "dense.safetensors"
    assert opened["latents"] == 20
    assert opened["config"] == json.loads(json.dumps(CONFIGS["dense"].to_dict()))
    assert opened["record"] == json.loads(json.dumps(vars(RECORD)))


def test_statistics_of_every_type_arrive_exactly(engine, shelf):
    every_half = torch.arange(1 << 16, dtype=torch.int32).to(torch.uint16).view(torch.float16)
    statistics = {
        "halves": every_half[every_half.isfinite()].reshape(2, -1),
        "singles": torch.randn(3, 5, generator=torch.Generator().manual_seed(1)),
        "labels": torch.arange(256, dtype=torch.int32).to(torch.uint8),
    }
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), statistics, RECORD)
    received = engine.evaluate(STATISTICS, url)
    assert {name for name, _, _ in received} == statistics.keys()
    for name, shape, values in received:
        assert shape == list(statistics[name].shape)
        expected = statistics[name].float().flatten().numpy()
        np.testing.assert_array_equal(np.array(values).astype(np.float32), expected)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_weights_of_any_precision_are_what_torch_reads(engine, shelf, kind):
    path = shelf.folder / "kind.safetensors"
    url = shelf.save(path.name, untrained(CONFIGS["gaussian"]), {}, RECORD)
    metadata, tensors = checkpoints.read(path)
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: torch.randn(value.shape, generator=generator).to(kind)
        for name, value in tensors.items()
    }
    checkpoints.write(path, tensors, metadata)
    check_parity(engine, url, checkpoints.load(path))


def test_a_file_without_statistics_has_none(engine, shelf):
    url = shelf.save("bare.safetensors", untrained(CONFIGS["gaussian"]), {}, RECORD)
    script = """async (url) => {
      const {Model} = await import("/web/engine/model.js");
      return (await Model.open(url)).statistics();
    }"""
    assert engine.evaluate(script, url) == {}


def test_what_a_configuration_leaves_out_is_what_python_takes_it_for(engine, shelf):
    path = shelf.folder / "short.safetensors"
    url = shelf.save(path.name, untrained(CONFIGS["dense"]), {}, RECORD)
    metadata, tensors = checkpoints.read(path)
    config = json.loads(metadata["config"])
    short = {name: config[name] for name in ("latents", "encoder", "decoder")}
    checkpoints.write(path, tensors, metadata | {"config": json.dumps(short)})
    check_parity(engine, url, checkpoints.load(path))


def test_encoding_before_the_encoder_is_there(engine, shelf):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    script = ENCODE.replace("await model.loadEncoder();", "")
    with pytest.raises(NodeError, match="call loadEncoder"):
        engine.evaluate(script, [url, [[0.0] * 784]])


@pytest.mark.parametrize("name", checkpoints.list_models())
def test_every_shipped_checkpoint_agrees_with_torch(engine, web_root, name):
    shutil.copy(checkpoints.WEIGHTS / f"{name}.safetensors", web_root.weights)
    model = checkpoints.load(name)
    url = f"{web_root.url}/weights/{name}.safetensors"
    check_parity(engine, url, model)
    if not isinstance(model, VAE):
        return
    codes = checkpoints.load_statistics(name)["encodings.mean"][:8].float()
    y = torch.arange(8) if model.config.classes else None
    with torch.no_grad():
        digits = model.decode(codes, y).mean
    check_parity(engine, url, model, digits)
    pictures, _ = decode(engine, url, codes, y)
    torch.testing.assert_close(pictures, digits, **EXACT)
