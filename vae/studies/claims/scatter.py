"""Where a model puts the test digits, as a plane: each drawn as what its code is decoded to.

Four latents need a reduction to two. By principal components it is a shadow, which keeps what is
far apart only along two directions; by t-SNE (van der Maaten and Hinton 2008) it keeps who is next
to whom, and no distances.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from vae import checkpoints
from vae.studies.claims.rows import Row

SIDE = 420
# Of the side of a digit that another may cover.
OVERLAP = 0.3
Projection = Callable[[Tensor], Tensor]


def scattered(model: str, words: str, name: str, project: Projection) -> Row:
    """The codes that a checkpoint stores, posterior means, `project`ed from (N, D) to (N, 2)."""

    @torch.no_grad()
    def draw(weights: Path) -> Tensor:
        codes = checkpoints.load_statistics(model, weights)["encodings.mean"].float()
        x = checkpoints.load(model, weights).decode(codes).mean
        return scatter(project(codes), avg_pool2d(x, 2))

    alt = f"The codes of test digits in a plane, {words}, each as what it is decoded to"
    return Row(model, words, f"{model}-{name}", draw, columns=1, alt=alt)


def principal(codes: Tensor) -> Tensor:
    """The first two principal components of codes (N, D), (N, 2)."""
    centred = codes - codes.mean(0)
    return centred @ torch.linalg.svd(centred, full_matrices=False).Vh[:2].T


def neighbours(codes: Tensor) -> Tensor:
    """Places (N, 2) by t-SNE of codes (N, D). Raises ValueError where scikit-learn is not there."""
    try:
        from sklearn.manifold import TSNE  # of all commands, this one alone needs it
    except ImportError as error:
        raise ValueError("t-SNE needs scikit-learn: pip install -r requirements-dev.txt") from error
    return torch.from_numpy(TSNE(init="pca", random_state=0).fit_transform(codes.numpy()))


def scatter(places: Tensor, pictures: Tensor) -> Tensor:
    """One picture (1, 1, SIDE, SIDE) of pictures (N, 1, h, h) at places (N, 2), in any units; the
    second coordinate points up. What would cover an earlier one is left out."""
    side = pictures.shape[-1]
    low, high = places.min(0).values, places.max(0).values
    across = (places - low) / (high - low)
    corners = torch.stack([1 - across[:, 1], across[:, 0]], 1).mul(SIDE - side).round().long()
    canvas, taken = torch.zeros(1, 1, SIDE, SIDE), corners[:0]
    for corner, picture in zip(corners, pictures, strict=True):
        apart = (taken - corner).abs().amax(1)
        if (apart < (1 - OVERLAP) * side).any():
            continue
        taken = torch.cat([taken, corner[None]])
        top, left = corner.tolist()
        place = canvas[0, 0, top : top + side, left : left + side]
        place.copy_(torch.maximum(place, picture[0]))
    return canvas
