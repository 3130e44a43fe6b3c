"""A picture of handwritten digits to digits as MNIST has them.

`files` opens pictures safely; `paper` finds the sheet on the table, `ink` the strokes on it,
`parts` which of them are one digit; `frame` brings each into MNIST's 28 x 28; `reading` is the
whole road.
"""

from vae.handwriting.files import MAX_BYTES, open_picture
from vae.handwriting.reading import Digit, Steps, explain, find_digits, prepare

__all__ = ["MAX_BYTES", "Digit", "Steps", "explain", "find_digits", "open_picture", "prepare"]
