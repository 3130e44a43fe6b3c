"""Checkpoints that the page cannot use: each is refused, by its name and with the reason."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from node import NodeError
from parity import CONFIGS, OPEN, RECORD, STATISTIC, untrained

from vae.networks import RELU


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


def number(name: str, bits: int) -> Callable[[bytes], bytes]:
    """The last number of a tensor in half precision becomes another, by its bits."""

    def change(good: bytes) -> bytes:
        length = int.from_bytes(good[:8], "little")
        end = 8 + length + json.loads(good[8 : 8 + length])[name]["data_offsets"][1]
        return good[: end - 2] + bits.to_bytes(2, "little") + good[end:]

    return change


NOT_FINITE = "is damaged: decoder.2.bias holds a number that is not finite"
CORRUPTIONS = {
    "empty": (lambda good: b"", "is damaged: it has 0 bytes"),
    "short": (lambda good: good[:5], "is damaged: it has 5 bytes"),
    "text": (
        lambda good: b"Hello, world. This is text.",
        "is foreign: it is not a safetensors file",
    ),
    "html": (lambda good: b"<!doctype html><p>Sign in", "is foreign: it is not a safetensors file"),
    "only a length": (lambda good: good[:8], "is damaged: it has 8 bytes"),
    "half a header": (lambda good: good[:200], "is damaged: it is truncated"),
    "half the tensors": (lambda good: good[: len(good) // 2], "is damaged: it is truncated"),
    "one byte less": (lambda good: good[:-1], "is damaged: it is truncated"),
    "one byte more": (lambda good: good + b"!", "is damaged"),
    "no JSON": (lambda good: good[:9] + b"}" + good[10:], "is damaged: its header"),
    "no metadata": (
        lambda good: edited(good, lambda h: h.pop("__metadata__")),
        "is foreign: a safetensors file, but not a checkpoint",
    ),
    "format": (metadata(format="pt"), "is foreign: a safetensors file, but not a checkpoint"),
    "version": (metadata(version="7"), "is of another version: expected version 1, got 7"),
    "no configuration": (metadata(config=None), "is damaged: its configuration is missing"),
    "configuration": (metadata(config="latents = 20"), "is damaged: its configuration"),
    "configuration of null": (metadata(config="null"), "is damaged: its configuration should be"),
    "record": (metadata(record="{"), "is damaged: its training record"),
    "prior": (
        configuration(prior={"family": "cauchy"}),
        "is damaged, or of another version: ",
        "got cauchy",
    ),
    "std": (
        configuration(prior={"family": "normal", "mean": 0, "std": 0}),
        "is damaged, or of another version: ",
        "std: expected",
    ),
    "no layers": (
        configuration(decoder=None),
        "is damaged, or of another version: layers: expected a list",
    ),
    "kind": (
        configuration(decoder=[{"kind": "attention"}]),
        "is damaged, or of another version: ",
        "got attention",
    ),
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
        "the tensor decoder.0.weight is missing",
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
    "type": (
        entry("decoder.0.weight", dtype="I16"),
        "is foreign: decoder.0.weight has numbers of I16, expected one of F16, BF16, F32, F64, U8",
    ),
    "not a number": (number("decoder.2.bias", 0x7E00), NOT_FINITE),
    "one infinite weight": (number("decoder.2.bias", 0xFC00), NOT_FINITE),
    "PyTorch": (
        lambda good: b"PK\x03\x04" + bytes(200),
        "is foreign: it is not a safetensors file",
    ),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("server", ["url", "plain_url"])
def test_a_file_that_cannot_be_used_is_named(engine, shelf, name, server):
    corrupt, *complaints = CORRUPTIONS[name]
    shelf.save("good.safetensors", untrained(CONFIGS["gaussian"]), STATISTIC, RECORD)
    shelf.write("broken.safetensors", corrupt((shelf.folder / "good.safetensors").read_bytes()))
    with pytest.raises(NodeError) as caught:
        engine.evaluate(OPEN, f"{getattr(shelf, server)}/broken.safetensors")
    message = str(caught.value)
    assert "Error: broken.safetensors: " in message
    for complaint in complaints:
        assert complaint in message
