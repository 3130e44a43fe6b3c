"""What is trained on. A data set is a file here and a line in the table of `sets`.

images       labelled images as bytes; grey and binarised
dataset      what a set knows, and what is asked of every one
idx          sets in MNIST's file format: found, downloaded, read and checked
mnist, fashion_mnist, kmnist, emnist     these sets
subfolders   a folder of pictures, its sub-folders the classes
sets         the table; `find` and `load` by name or folder
deformation  images turned, slanted, scaled, bent, thickened and softened at random
strokes      strokes that MNIST's writers leave out, drawn in
"""

from vae.data.dataset import DataError, DataSet
from vae.data.examples import DIGITS, Examples, binarise, grey
from vae.data.idx import root
from vae.data.sets import SETS, find, load, title

__all__ = [
    "DIGITS",
    "SETS",
    "DataError",
    "DataSet",
    "Examples",
    "binarise",
    "find",
    "grey",
    "load",
    "root",
    "title",
]
