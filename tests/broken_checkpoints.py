"""What can be wrong with a file: how to make it so, and what is said of it."""

import json
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from tiny_checkpoint import contents


def cut_to(share: float) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return change


def with_bytes(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


def with_metadata(**changes: str | None) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        tensors, metadata = contents(path)
        metadata |= changes
        save_file(tensors, path, {key: value for key, value in metadata.items() if value})

    return change


def with_tensors(**changes: torch.Tensor | None) -> Callable[[Path], None]:
    """`decoder__0__bias=None` removes the tensor `decoder.0.bias`."""

    def change(path: Path) -> None:
        tensors, metadata = contents(path)
        tensors |= {name.replace("__", "."): tensor for name, tensor in changes.items()}
        kept = {name: tensor for name, tensor in tensors.items() if tensor is not None}
        save_file(kept, path, metadata)

    return change


def with_config(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        config = json.loads(contents(path)[1]["config"]) | changes
        with_metadata(config=json.dumps(config))(path)

    return change


def with_layer(layer: object, first: bool = True) -> Callable[[Path], None]:
    """One more layer at the beginning or the end of the decoder."""

    def change(path: Path) -> None:
        decoder = json.loads(contents(path)[1]["config"])["decoder"]
        with_config(decoder=[layer, *decoder] if first else [*decoder, layer])(path)

    return change


def by_torch(path: Path) -> None:
    torch.save({"fc1.weight": torch.zeros(3)}, path)


FOREIGN = "is foreign: it is not a safetensors file"
DAMAGED = "is damaged: it has [0-9,]+ bytes and is cut off or changed"
UNUSABLE = "is damaged, or of another version: its configuration cannot be used"
BROKEN = {
    "text": (with_bytes(b"these are not weights, whatever the name of the file says"), FOREIGN),
    "a picture": (with_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000)), FOREIGN),
    "renamed PyTorch": (by_torch, "is foreign: PyTorch's files.*python -m vae.convert"),
    "renamed old PyTorch": (with_bytes(b"\x80\x02}q\x00."), "is foreign: PyTorch's files"),
    "empty": (with_bytes(b""), DAMAGED),
    "cut in the length": (with_bytes(b"\x10\x00\x00"), DAMAGED),
    "cut in the header": (cut_to(0.02), DAMAGED),
    "cut in the weights": (cut_to(0.5), DAMAGED),
    "cut at the end": (cut_to(0.9999), DAMAGED),
    "foreign": (with_metadata(format="somebody else's"), "is foreign: .*not a checkpoint of a VAE"),
    "no metadata": (with_metadata(format=None), "is foreign: .*not a checkpoint of a VAE"),
    "newer": (with_metadata(version="2"), "is of another version: expected version 1, got 2"),
    "no version": (with_metadata(version=None), "expected version 1, got None"),
    "no config": (with_metadata(config=None), f"{UNUSABLE}.*config"),
    "broken config": (with_metadata(config='{"latents": 3, "enc'), UNUSABLE),
    "config a list": (with_metadata(config="[]"), UNUSABLE),
    "unknown setting": (with_config(colour="red"), f"{UNUSABLE}.*colour"),
    "unknown likelihood": (with_config(likelihood={"family": "poisson"}), f"{UNUSABLE}.*poisson"),
    "likelihood a word": (with_config(likelihood="bernoulli"), UNUSABLE),
    "unknown layer": (with_layer({"kind": "attention"}), f"{UNUSABLE}.*layer 0.*attention"),
    "misspelt layer": (with_layer({"kind": "linear", "in": 3}), f"{UNUSABLE}.*layer 0 .linear"),
    "layer a word": (with_layer("relu"), UNUSABLE),
    "layer of size -1": (with_layer({"kind": "linear", "inputs": -1, "outputs": 3}), UNUSABLE),
    "layers that do not fit": (with_layer({"kind": "linear", "inputs": 3, "outputs": 4}), UNUSABLE),
    "fewer latents": (with_config(latents=2), f"{UNUSABLE}.*expected 2 latents, got 3"),
    "half a picture": (
        with_layer({"kind": "reshape", "shape": [14, 56]}, first=False),
        rf"{UNUSABLE}.*expected pictures of shape \(1, 28, 28\), got \(14, 56\)",
    ),
    "unknown prior": (with_config(prior={"family": "gamma"}), f"{UNUSABLE}.*'gamma'"),
    "prior of no width": (
        with_config(prior={"family": "normal", "mean": 0, "std": 0}),
        f"{UNUSABLE}.*std.*above 0",
    ),
    "no variance": (with_config(likelihood={"family": "gaussian"}), f"{UNUSABLE}.*variance"),
    "no record": (with_metadata(record=None), f"{UNUSABLE}.*record"),
    "broken record": (with_metadata(record="{"), UNUSABLE),
    "record without a name": (with_metadata(record="{}"), f"{UNUSABLE}.*name"),
    "missing tensor": (
        with_tensors(decoder__0__bias=None),
        "is damaged: it lacks the tensor decoder.0.bias",
    ),
    "misshaped tensor": (
        with_tensors(decoder__0__bias=torch.zeros(9).half()),
        r"is damaged: decoder.0.bias should have the shape \(8,\), but has \(9,\)",
    ),
    "not a number": (
        with_tensors(encoder__1__weight=torch.full((12, 784), torch.nan).half()),
        "is damaged: encoder.1.weight holds a number that is not finite",
    ),
    "one infinite weight": (
        with_tensors(decoder__2__bias=torch.tensor([0.0] * 11 + [torch.inf]).half()),
        "is damaged: decoder.2.bias holds a number that is not finite",
    ),
    "statistics not finite": (
        with_tensors(statistics__kl=torch.tensor([0.5, -torch.inf, 1])),
        "is damaged: statistics.kl holds a number that is not finite",
    ),
    "weights of another type": (
        with_tensors(decoder__0__bias=torch.zeros(8, dtype=torch.int32)),
        r"is foreign: decoder.0.bias has numbers of torch.int32, expected F16, BF16.* or U8",
    ),
    "unknown tensor": (
        with_tensors(critic__0__bias=torch.zeros(9).half()),
        "is damaged: it holds critic.0.bias, which its layers have no place for",
    ),
}
