"""`python -m vae.evaluation.doubt` finds when a picture may be no digit, and writes doubt.json into
the weights' folder.

It may be none where three things agree: the classifier hesitates between digits, what it is
reconstructed to is unlike it, and its code is unusual. The first is the entropy of p(y|x), whose
threshold is found here; the other two are compared with the percentiles of the test digits that
every model's file stores. No model has seen anything but digits, so this is evidence and no proof.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.distributions import kl_divergence

from vae import checkpoints, cli, files
from vae.classifier import Classifier
from vae.data import Examples, grey
from vae.data.deformation import vary
from vae.evaluation.losses import BATCH
from vae.model import VAE

FILE = "doubt.json"
# Of strangers' drawings and photos these leave at most one in a hundred in doubt.
RECONSTRUCTION, KL, RATE = 90, 95, 0.016
# How often every test digit is deformed: a rare share needs many.
TIMES = 3
# The model that is fed with strangers' pictures most, for it is the page's first.
MODEL = "conv-16"


@dataclass(frozen=True)
class Doubt:
    """When a picture may be no digit: where the entropy of p(y|x), in nats, and the costs of x at
    the mean of q(z|x), as percentiles of the test digits (whole, 0 to 100), all reach these."""

    entropy: float
    reconstruction: int = RECONSTRUCTION
    kl: int = KL

    @torch.no_grad()
    def about(
        self, x: Tensor, classifier: Classifier, model: VAE, percentiles: Mapping[str, Tensor]
    ) -> Tensor:
        """Which of x (B, 1, 28, 28) may be no digit, (B,) of bool. percentiles: the model's
        statistics. A conditional model is told what the classifier reads."""
        read = classifier.classify(x)
        return (read.entropy() >= self.entropy) & self._is_dear(x, read.probs, model, percentiles)

    def _is_dear(
        self, x: Tensor, read: Tensor, model: VAE, percentiles: Mapping[str, Tensor]
    ) -> Tensor:
        q = model.encode(x)
        p = model.decode(q.mean, read.argmax(1) if model.config.classes else None)
        kl = kl_divergence(q, model.prior).sum(1)
        usual = [
            percentiles["percentiles.reconstruction"][self.reconstruction],
            percentiles["percentiles.kl"][self.kl],
        ]
        return (-p.log_prob(x) >= usual[0]) & (kl >= usual[1])


@torch.no_grad()
def find(
    classifier: Classifier, model: VAE, percentiles: Mapping[str, Tensor], digits: Examples
) -> Doubt:
    """The doubt that falls on the share `RATE` of the digits, deformed as other people's are."""
    generator = torch.Generator().manual_seed(0)
    everywhere = Doubt(entropy=0.0)
    entropies = []
    for images in TIMES * digits.images.split(BATCH):
        x = vary(grey(images), generator).clamp(0, 1)
        dear = everywhere.about(x, classifier, model, percentiles)
        entropies.append(torch.where(dear, classifier.classify(x).entropy(), 0.0))
    found = torch.cat(entropies).double()
    return Doubt(entropy=round(found.quantile(1 - RATE).item(), 4))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser("vae.evaluation.doubt", __doc__.split("\n\n")[0])
    options = parser.parse_args(arguments)

    def work() -> Path:
        _, test = cli.digits(options)
        classifier = checkpoints.load_classifier(options.weights)
        model = checkpoints.load(MODEL, options.weights)
        percentiles = checkpoints.load_statistics(MODEL, options.weights)
        doubt = find(classifier, model, percentiles, test)
        path = options.weights / FILE
        files.write_json(path, {**asdict(doubt), "classifier": classifier.hash, "model": MODEL})
        return path

    return cli.run("vae.evaluation.doubt", work)


if __name__ == "__main__":
    sys.exit(main())
