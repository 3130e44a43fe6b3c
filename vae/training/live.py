"""A training as others follow it in the page: `live/training.json` beside the checkpoints, written
anew every second or so while it goes on, never half of it, and removed when it ends.

name; epoch, a fraction, of epochs; images seen; seconds; prior, a spec; latents D; losses of the
last batch, nats an image; history, as a checkpoint has it; and in base64, of the network as it is:

- encodings (500, D), float32: the means of q(z|x) of the first test digits; labels (500,), bytes;
- kl (D,), float32: the means over them, in nats;
- samples (40, 784), bytes: p(x|z) of z from the prior that stay the same;
- originals, reconstructions (10, 784), bytes: a test digit of each class, and through the network.
"""

import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributions import kl_divergence

from vae.data import Examples, grey
from vae.files import write_json
from vae.model import VAE
from vae.sampling import sample
from vae.training.trainer import Progress, Trainer

FILE = Path("live") / "training.json"
# Seconds between two times that it is written.
EVERY = 1.0
ENCODED, SAMPLES, SHOWN = 500, 40, 10
SEED = 7


class Live:
    """Writes below `output` what the page shows of `run`, which learns `size` images an epoch.

    Raises ValueError where there is no encoder to show.
    """

    def __init__(self, run: Trainer, size: int, test: Examples, output: Path):
        if not isinstance(run.shipped, VAE):
            raise ValueError(
                f"--watch: expected presets with an encoder, got {run.preset.name}: "
                "train it without --watch"
            )
        self.run, self.size, self.path = run, size, output / FILE
        self.images, self.start, self.last = run.epoch * size, time.monotonic(), -EVERY
        self.x, self.y = grey(test.images[:ENCODED]), test.labels[:ENCODED]
        first = [int((self.y == label).nonzero()[0]) for label in self.y.unique()[:SHOWN]]
        self.shown = torch.tensor(first, device=self.x.device)
        generator = torch.Generator().manual_seed(SEED)
        self.z = sample({"family": "prior"}, run.preset.config, {}, SAMPLES, generator)

    def report(self, progress: Progress) -> None:
        """Called after every batch; writes where it is time."""
        self.images += progress.images
        now = time.monotonic()
        if now - self.last >= EVERY:
            self.last = now
            write_json(self.path, {**self._figures(progress), **self._network()})

    def end(self) -> None:
        """Nobody is told of a training that is over."""
        self.path.unlink(missing_ok=True)

    def _figures(self, progress: Progress) -> dict[str, Any]:
        run, config = self.run, self.run.preset.config
        return {
            "name": run.preset.name,
            "epoch": self.images / self.size,
            "epochs": run.recipe.epochs,
            "images": self.images,
            "seconds": time.monotonic() - self.start,
            "prior": dict(config.prior),
            "latents": config.latents,
            "losses": progress.losses,
            "history": run.history,
        }

    @torch.no_grad()
    def _network(self) -> dict[str, str]:
        model, shown, device = self.run.shipped, self.shown, self.x.device
        learns = model.training
        model.eval()
        classes = model.config.classes
        told = (torch.arange(SAMPLES, device=device) % classes) if classes else None
        q = model.encode(self.x)
        found = {
            "encodings": q.mean,
            "labels": self.y.byte(),
            "kl": kl_divergence(q, model.prior).mean(0),
            "samples": _bytes(model.decode(self.z.to(device), told).mean),
            "originals": _bytes(self.x[shown]),
            "reconstructions": _bytes(
                model.decode(q.mean[shown], self.y[shown] if classes else None).mean
            ),
        }
        model.train(learns)
        return {name: _base64(tensor) for name, tensor in found.items()}


def _base64(tensor: Tensor) -> str:
    return b64encode(tensor.cpu().numpy().tobytes()).decode()


def _bytes(pictures: Tensor) -> Tensor:
    return (255 * pictures + 0.5).byte()
