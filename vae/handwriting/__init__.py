"""A picture of handwritten digits to digits as MNIST has them.

`files` opens pictures safely; `paper` finds the sheet on the table, `ink` the strokes on it,
`parts` which of them are one digit; `frame` brings each into MNIST's 28 x 28; `reading` is the
whole road.
"""

from vae.handwriting.files import MAX_BYTES, open_picture
from vae.handwriting.reading import Box, Digit, Steps, explain, find_digits, prepare, prepare_box

__all__ = [
    "MAX_BYTES",
    "Box",
    "Digit",
    "Steps",
    "explain",
    "find_digits",
    "open_picture",
    "prepare",
    "prepare_box",
]
