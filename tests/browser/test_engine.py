"""The page's models against torch's: checkpoints fetched, decoded and encoded in a real browser."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Error, Page
from randomised import randomise
from torch import Tensor, nn

from vae import checkpoints
from vae.checkpoints import Record
from vae.model import VAE, VAEConfig, gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, TANH, convolutional, dense

GENERATOR_SEED = 0
EXACT = {"rtol": 1e-5, "atol": 1e-5}
CLOSE = {"rtol": 1e-4, "atol": 1e-4}


# --- The engine, called from here ---------------------------------------------------------------

OPEN = """async (url) => {
  const {Model} = await import("/web/engine/model.js");
  const {name, config, record, latents} = await Model.open(url);
  return {name, config, record, latents};
}"""

DECODE = """async ([url, z, batch, y]) => {
  const {Model} = await import("/web/engine/model.js");
  const model = await Model.open(url);
  return [model.decode(z, batch, y), model.logits(z, batch, y)].map((x) => Array.from(x));
}"""

ENCODE = """async ([url, xs]) => {
  const {Model} = await import("/web/engine/model.js");
  const model = await Model.open(url);
  await model.loadEncoder();
  return xs.map((x) => {
    const {family, values, mean, std} = model.encode(x);
    const named = family.parameters.map((name, i) => [name, [...values[i]]]);
    return {family: family.name, mean: [...mean], std: [...std], ...Object.fromEntries(named)};
  });
}"""

STATISTICS = """async (url) => {
  const {Model} = await import("/web/engine/model.js");
  const statistics = await (await Model.open(url)).statistics();
  return Object.entries(statistics).map(
    ([name, {shape, data}]) => [name, shape, Array.from(data, String)]);
}"""


def decode(engine: Page, url: str, z: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """The page's pictures and logits of z (B, D) and of classes y (B,), both (B, 1, 28, 28)."""
    classes = [0] * len(z) if y is None else y.tolist()
    results = engine.evaluate(DECODE, [url, z.flatten().tolist(), len(z), classes])
    pictures, logits = (
        torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 28, 28) for values in results
    )
    return pictures, logits


def encode(engine: Page, url: str, x: Tensor) -> dict[str, Tensor]:
    """The page's posteriors of x (B, 1, 28, 28): each of its numbers (B, D)."""
    results = engine.evaluate(ENCODE, [url, x.flatten(1).tolist()])
    return {
        name: torch.tensor([result[name] for result in results], dtype=torch.float32)
        for name in results[0]
        if name != "family"
    }


@torch.no_grad()
def check_parity(
    engine: Page, url: str, model: VAE, x: Tensor | None = None, count: int = 13
) -> None:
    """Asserts that the page decodes and encodes as `model` does, which has the file's weights."""
    generator = torch.Generator().manual_seed(GENERATOR_SEED)
    if x is None:
        x = torch.rand(count, 1, 28, 28, generator=generator)
    if isinstance(model, VAE):
        check_encoder(engine, url, model, x)
    prior = model.prior
    z = prior.mean + prior.stddev * torch.randn(count, model.config.latents, generator=generator)
    y = torch.arange(count) % model.config.classes if model.config.classes else None
    for batch, classes in ((z, y), (z[:1], y if y is None else y[:1])):
        pictures, _ = decode(engine, url, batch, classes)
        torch.testing.assert_close(pictures, model.decode(batch, classes).mean, **EXACT)


def check_encoder(engine: Page, url: str, model: VAE, x: Tensor) -> None:
    """The same of q(z|x) alone."""
    q, posterior = model.encode(x), encode(engine, url, x)
    torch.testing.assert_close(posterior["mean"], q.mean, **CLOSE)
    torch.testing.assert_close(posterior["std"], q.stddev, **CLOSE)
    for parameter, values in zip(model.family.parameters, model.family.values(q), strict=True):
        torch.testing.assert_close(posterior[parameter.name], values, **CLOSE)


def failure(engine: Page, url: str, script: str = OPEN) -> str:
    """The message of the Error that comes out of the page's engine."""
    with pytest.raises(Error) as caught:
        engine.evaluate(script, url)
    return caught.value.message


# --- Whole checkpoints --------------------------------------------------------------------------

CONVOLUTIONAL = {"channels": (8, 16), "hidden": 32, "latents": 5}
CONFIGS = {
    "dense": VAEConfig(20, **dense([400, 200], 20, RELU)),
    "shifted": VAEConfig(
        3, **dense([30], 3, TANH), prior={"family": "normal", "mean": 1.0, "std": 2.0}
    ),
    "beta": VAEConfig(
        4, **dense([50, 30], 4, RELU), prior={"family": "beta", "alpha": 4.0, "beta": 3.0}
    ),
    "gaussian": VAEConfig(2, **dense([30], 2, SILU), likelihood=gaussian(0.5)),
    "convolutional": VAEConfig(
        5, **convolutional(**CONVOLUTIONAL, activation=SILU, batch_norm=False)
    ),
    "batch-norm": VAEConfig(
        5, **convolutional(**CONVOLUTIONAL, activation=LEAKY_RELU, batch_norm=True)
    ),
}
RECORD = Record("tests", "Nothing was learnt.", history=[{"total": 1.5}], figures={"elbo": -2.5})


def untrained(config: VAEConfig) -> VAE:
    """A model with random half-precision weights, and random statistics in its batch norms."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(GENERATOR_SEED)
        model = VAE(config)
    generator = torch.Generator().manual_seed(GENERATOR_SEED)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            randomise(module, generator)
    return checkpoints.round_to_half(model).eval()


@dataclass
class Shelf:
    """Writes checkpoints where the server finds them."""

    folder: Path
    url: str
    plain_url: str

    def save(self, name: str, model: VAE, statistics: dict[str, Tensor], record: Record) -> str:
        checkpoints.save(self.folder / name, model, record, statistics)
        return f"{self.url}/{name}"

    def write(self, name: str, body: bytes) -> str:
        (self.folder / name).write_bytes(body)
        return f"{self.url}/{name}"


@pytest.fixture
def shelf(web_root) -> Iterator[Shelf]:
    web_root.sent.clear()
    yield Shelf(web_root.weights, f"{web_root.url}/weights", f"{web_root.url}/plain")
    for path in web_root.weights.iterdir():
        path.unlink()


STATISTIC = {"kl": torch.arange(3.0)}


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
        "halves": every_half.reshape(256, 256),
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


# --- How it is fetched --------------------------------------------------------------------------


def test_only_what_is_needed_is_fetched_and_nothing_twice(engine, shelf, web_root):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    size = (shelf.folder / "dense.safetensors").stat().st_size
    engine.evaluate(OPEN, url)
    spans = sorted((begin, end) for _, begin, end in web_root.sent)
    assert len(spans) == 2
    assert spans[0][1] <= spans[1][0]
    assert sum(end - begin for begin, end in spans) < 0.55 * size


def test_a_server_without_ranges_is_asked_once(engine, shelf, web_root):
    model = untrained(CONFIGS["dense"])
    shelf.save("dense.safetensors", model, STATISTIC, RECORD)
    check_parity(engine, f"{shelf.plain_url}/dense.safetensors", model, count=2)
    size = (shelf.folder / "dense.safetensors").stat().st_size
    web_root.sent.clear()
    engine.evaluate(STATISTICS, f"{shelf.plain_url}/dense.safetensors")
    assert web_root.sent == [("dense.safetensors", 0, size)]


def test_a_header_longer_than_the_first_request(engine, shelf, web_root):
    model = untrained(CONFIGS["gaussian"])
    history = [{"epoch": float(epoch), "total": epoch / 7} for epoch in range(5000)]
    record = Record("tests", "A long history.", history=history)
    url = shelf.save("long.safetensors", model, STATISTIC, record)
    assert engine.evaluate(OPEN, url)["record"]["history"] == history
    check_parity(engine, url, model, count=2)
    check_parity(engine, f"{shelf.plain_url}/long.safetensors", model, count=2)


# --- Files that cannot be used ------------------------------------------------------------------


def edited(good: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A checkpoint with another header in front of the same tensors."""
    length = int.from_bytes(good[:8], "little")
    header = json.loads(good[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + good[8 + length :]


def metadata(**changes: str | None) -> Callable[[bytes], bytes]:
    def change(header: dict[str, Any]) -> None:
        header["__metadata__"].update(changes)
        for name in [name for name, value in changes.items() if value is None]:
            del header["__metadata__"][name]

    return lambda good: edited(good, change)


def entry(name: str, **changes: Any) -> Callable[[bytes], bytes]:
    return lambda good: edited(good, lambda header: header[name].update(changes))


def configuration(**changes: Any) -> Callable[[bytes], bytes]:
    config = json.dumps({**CONFIGS["gaussian"].to_dict(), **changes})
    return metadata(config=config)


CORRUPTIONS = {
    "empty": (lambda good: b"", "is not a safetensors file: it has 0 bytes"),
    "short": (lambda good: good[:5], "is not a safetensors file: it has 5 bytes"),
    "text": (lambda good: b"Hello, world. This is text.", "is not a safetensors file"),
    "html": (lambda good: b"<!doctype html><p>Sign in", "is not a safetensors file"),
    "only a length": (lambda good: good[:8], "is not a safetensors file"),
    "half a header": (lambda good: good[:200], "is truncated"),
    "half the tensors": (lambda good: good[: len(good) // 2], "is truncated"),
    "one byte less": (lambda good: good[:-1], "is truncated"),
    "one byte more": (lambda good: good + b"!", "is damaged"),
    "no JSON": (lambda good: good[:9] + b"}" + good[10:], "its header"),
    "no metadata": (lambda good: edited(good, lambda h: h.pop("__metadata__")), "not a checkpoint"),
    "format": (metadata(format="pt"), "not a checkpoint"),
    "version": (metadata(version="7"), "expected version 1 of the checkpoint format, got 7"),
    "no configuration": (metadata(config=None), "its configuration is missing"),
    "configuration": (metadata(config="latents = 20"), "its configuration"),
    "configuration of null": (metadata(config="null"), "its configuration should be"),
    "record": (metadata(record="{"), "its training record"),
    "prior": (configuration(prior={"family": "cauchy"}), "got cauchy"),
    "std": (configuration(prior={"family": "normal", "mean": 0, "std": 0}), "std: expected"),
    "no layers": (configuration(decoder=None), "layers: expected a list"),
    "kind": (configuration(decoder=[{"kind": "attention"}]), "got attention"),
    "latents": (configuration(latents=3), "expected an input of 2 numbers, got the shape [3]"),
    "no picture": (configuration(decoder=[RELU]), "should give 784 numbers, but gives 2"),
    "tensor": (
        lambda good: edited(good, lambda h: h.update({"decoder.9": h.pop("decoder.0.weight")})),
        "the tensor decoder.0.weight is missing",
    ),
    "no tensors": (
        lambda good: edited(
            good, lambda h: [h.update({f"x{n}": h.pop(n)}) for n in list(h) if "decoder" in n]
        ),
        "holds no tensor whose name begins with decoder.",
    ),
    "shape": (
        entry("decoder.0.weight", shape=[2, 30]),
        "decoder.0.weight: expected the shape [30, 2], got [2, 30]",
    ),
    "size": (
        entry("decoder.0.weight", shape=[30, 3]),
        "decoder.0.weight of the shape [30, 3] in F16 takes 180 bytes, but has 120",
    ),
    "no shape": (entry("decoder.0.weight", shape=None), "no usable shape or place"),
    "place": (entry("decoder.0.weight", data_offsets=[10, 4]), "no usable shape or place"),
    "no entry": (
        lambda good: edited(good, lambda h: h.update({"decoder.0.weight": None})),
        "no usable shape or place",
    ),
    "type": (entry("decoder.0.weight", dtype="BF16"), "expected F16, F32 or U8, got BF16"),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("server", ["url", "plain_url"])
def test_a_file_that_cannot_be_used_is_named(engine, shelf, name, server):
    corrupt, complaint = CORRUPTIONS[name]
    shelf.save("good.safetensors", untrained(CONFIGS["gaussian"]), STATISTIC, RECORD)
    shelf.write("broken.safetensors", corrupt((shelf.folder / "good.safetensors").read_bytes()))
    message = failure(engine, f"{getattr(shelf, server)}/broken.safetensors")
    assert "Error: broken.safetensors: " in message
    assert complaint in message


def test_a_file_that_shrinks_after_it_was_opened(engine, shelf):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    body = (shelf.folder / "dense.safetensors").read_bytes()
    opened = engine.evaluate_handle(
        "async (url) => (await import('/web/engine/checkpoint.js')).openCheckpoint(url)", url
    )
    shelf.write("dense.safetensors", body[:100_000])
    with pytest.raises(Error, match=r"dense\.safetensors: is truncated"):
        opened.evaluate("(opened) => opened.tensors('decoder.')")


def test_a_file_that_is_not_there_is_named(engine, shelf):
    assert "Error: no.safetensors: cannot be fetched (the server answered 404)" in failure(
        engine, f"{shelf.url}/no.safetensors?version=2#top"
    )


def test_a_server_that_is_not_there_is_named(engine):
    message = failure(engine, "http://127.0.0.1:9/some%20model.safetensors")
    assert "Error: some model.safetensors: cannot be fetched" in message


def test_encoding_before_the_encoder_is_there(engine, shelf):
    url = shelf.save("dense.safetensors", untrained(CONFIGS["dense"]), STATISTIC, RECORD)
    script = ENCODE.replace("await model.loadEncoder();", "")
    with pytest.raises(Error, match="call loadEncoder"):
        engine.evaluate(script, [url, [[0.0] * 784]])


# --- The shipped checkpoints --------------------------------------------------------------------


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
