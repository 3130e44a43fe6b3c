"""The file of another program: a state dict of PyTorch, without running any code that is in it."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

# Under which names training scripts put the state dict beside the optimiser's state.
INSIDE = ("state_dict", "model_state_dict", "model_state", "model", "net", "vae")


class ConversionError(ValueError):
    """What a file holds is none of our models; the message says what was expected and what came."""


def read(path: Path) -> dict[str, Tensor]:
    """The tensors of a .pt, .pth or .safetensors file in float32, by their names, without prefixes
    that all of them share; in the order of the file, of a .safetensors file in the alphabet's.

    Raises FileNotFoundError, or ConversionError when there is no state dict in it.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        if path.suffix == ".safetensors":
            content = dict(sorted(load_file(path).items(), key=lambda item: _place(item[0])))
        else:
            content = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise ConversionError(
            f"{path}: expected a state dict, got another kind of file, or one that needs code to "
            "be run, which is never done here: where the model was made, "
            "torch.save(model.state_dict(), FILE)"
        ) from error
    except (SafetensorError, RuntimeError, OSError, EOFError, ValueError, KeyError) as error:
        why = str(error).partition(". ")[0] or type(error).__name__
        raise ConversionError(f"{path}: is damaged or no file of PyTorch's ({why})") from error
    state = _tensors(content)
    if not state:
        raise ConversionError(
            f"{path}: expected a state dict, names with tensors, got {type(content).__name__}"
        )
    return _without_prefixes(state)


def _place(name: str) -> list[tuple[bool, int, str]]:
    """By the alphabet, but 10 after 2: such a file does not keep the order of the layers."""
    return [
        (not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in name.split(".")
    ]


def _tensors(content: object) -> dict[str, Tensor]:
    """Those of a state dict, or of the one inside a training's state."""
    if not isinstance(content, Mapping):
        return {}
    for name in INSIDE:
        if isinstance(content.get(name), Mapping):
            return _tensors(content[name])
    return OrderedDict(
        (name, value.float())
        for name, value in content.items()
        if isinstance(name, str) and isinstance(value, Tensor)
    )


def _without_prefixes(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """torch.compile and DataParallel put one in front of every name, and so does a wrapper."""
    first = {name.split(".", 1)[0] for name in state}
    if len(first) > 1 or not all("." in name.split(".", 1)[-1] for name in state):
        return state
    return _without_prefixes({name.split(".", 1)[1]: value for name, value in state.items()})
