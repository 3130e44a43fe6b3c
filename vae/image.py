"""`vae.handwriting` under a short name: `image.prepare(picture)`."""

from vae.handwriting import Digit, Steps, explain, find_digits, open_picture, prepare

__all__ = ["Digit", "Steps", "explain", "find_digits", "open_picture", "prepare"]
