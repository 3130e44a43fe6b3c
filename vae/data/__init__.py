"""What is trained on.

images       labelled images as bytes; grey and binarised
mnist        the digits of MNIST from their files; the only module that needs a download
deformation  images turned, slanted, scaled, bent, thickened and softened at random
strokes      strokes that MNIST's writers leave out, drawn in
"""

from vae.data.images import Digits, binarise, grey
from vae.data.mnist import FILES, folder, load

__all__ = ["FILES", "Digits", "binarise", "folder", "grey", "load"]
