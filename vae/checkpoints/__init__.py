"""One `.safetensors` file a model: weights, configuration, training record and statistics.

`format` reads and writes files, `record` says how a model came to be, `zoo` finds models by name.
Nothing in a file can execute code. The page reads the same file: the header's metadata carries the
layer list, so neither side hard-codes an architecture.
"""

from vae.checkpoints.format import (
    FORMAT,
    STATISTICS,
    VERSION,
    CheckpointError,
    fill,
    half_weights,
    read,
    read_metadata,
    round_to_half,
    save,
    weights_of,
    write,
)
from vae.checkpoints.record import Record
from vae.checkpoints.zoo import (
    CLASSIFIER,
    SECOND_CLASSIFIER,
    WEIGHTS,
    Zoo,
    list_models,
    load,
    load_classifier,
    load_statistics,
    open_zoo,
)

__all__ = [
    "CLASSIFIER",
    "FORMAT",
    "SECOND_CLASSIFIER",
    "STATISTICS",
    "VERSION",
    "WEIGHTS",
    "CheckpointError",
    "Record",
    "Zoo",
    "fill",
    "half_weights",
    "list_models",
    "load",
    "load_classifier",
    "load_statistics",
    "open_zoo",
    "read",
    "read_metadata",
    "round_to_half",
    "save",
    "weights_of",
    "write",
]
