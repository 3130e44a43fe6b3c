"""EMNIST: handwritten letters, and digits of more writers than MNIST's. Cohen, Afshar, Tapson and
van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017.

Its files hold every image transposed, and count the letters from 1.
"""

from string import ascii_lowercase

from vae.data.examples import DIGITS
from vae.data.idx import IDXSet

SOURCE = (
    "Gregory Cohen, Saeed Afshar, Jonathan Tapson and André van Schaik, Western Sydney University, "
    "2017, from the NIST Special Database 19; for its terms see "
    "https://www.nist.gov/itl/products-and-services/emnist-dataset."
)

# Capital and small letters share a class.
EMNIST_LETTERS = IDXSet(
    name="emnist-letters",
    title="EMNIST letters",
    classes=tuple(ascii_lowercase),
    counts=(124_800, 20_800),
    source=SOURCE,
    torchvision="EMNIST",
    options={"split": "letters"},
    prefixes=("emnist-letters-train", "emnist-letters-test"),
    first_label=1,
    transposed=True,
)

EMNIST_DIGITS = IDXSet(
    name="emnist-digits",
    title="EMNIST digits",
    classes=DIGITS,
    counts=(240_000, 40_000),
    source=SOURCE,
    torchvision="EMNIST",
    options={"split": "digits"},
    prefixes=("emnist-digits-train", "emnist-digits-test"),
    transposed=True,
)
