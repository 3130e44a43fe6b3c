"""Random numbers where a training would have put its weights."""

import torch
from torch import nn


def randomise(module: nn.Module, generator: torch.Generator) -> nn.Module:
    """Fills every tensor with single-precision numbers, positive for a variance."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            low = 0.1 if name.endswith("var") else -1.0
            if tensor.is_floating_point():
                tensor.copy_(torch.empty_like(tensor).uniform_(low, 1, generator=generator))
    return module.eval()
