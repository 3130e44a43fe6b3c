"""Where a generated digit's z comes from: a distribution that a person names, or one fitted to
where a model puts the digits. `specs` writes them down, `draw` draws, `mixture` fits one of them.
"""

from vae.sampling.draw import sample
from vae.sampling.specs import FITTED, FORMS, LABELS, PRIOR, REPORTED, check, label, name, reduce

__all__ = [
    "FITTED",
    "FORMS",
    "LABELS",
    "PRIOR",
    "REPORTED",
    "check",
    "label",
    "name",
    "reduce",
    "sample",
]
