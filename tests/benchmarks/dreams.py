"""What a model that learns from dreamed digits is worth on real ones: mlp-20's network, trained on
digits drawn without end by the shipped model cvae, and on as many images of MNIST.

python tests/benchmarks/dreams.py [images seen, in thousands]
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import vae
from vae import data
from vae.data import grey
from vae.model import VAE, VAEConfig
from vae.networks import RELU, dense
from vae.objective import elbo

BATCH = 128


def dreams(model: VAE, generator: torch.Generator):
    """Batches of digits as the page dreams them: bytes, every class alike."""
    while True:
        z = torch.randn(BATCH, model.config.latents, generator=generator)
        y = torch.arange(BATCH) % 10
        with torch.no_grad():
            pictures = model.decode(z, y).mean
        yield (255 * pictures + 0.5).byte()


def written(images: torch.Tensor, generator: torch.Generator):
    while True:
        yield from images[torch.randperm(len(images), generator=generator)].split(BATCH)


def learn(batches, steps: int, generator: torch.Generator) -> VAE:
    torch.manual_seed(0)
    model = VAE(VAEConfig(20, **dense([400, 200], 20, RELU)))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    for _, images in zip(range(steps), batches, strict=False):
        loss = -elbo(model, grey(images), generator).value.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


@torch.no_grad()
def loss(model: VAE, images: torch.Tensor) -> float:
    generator = torch.Generator().manual_seed(1)
    parts = [-elbo(model, grey(part), generator).value for part in images.split(1000)]
    return torch.cat(parts).mean().item()


def main() -> None:
    steps = int(1000 * float(sys.argv[1]) / BATCH) if len(sys.argv) > 1 else 2000
    train, test = (examples.images for examples in data.load("mnist"))
    generator = torch.Generator().manual_seed(0)
    sources = {
        "dreamed": dreams(vae.load("cvae"), generator),
        "MNIST": written(train, generator),
    }
    print(f"after {steps * BATCH} images, nats an image on {len(test)} test digits of MNIST")
    for name, batches in sources.items():
        print(f"{name:<10}{loss(learn(batches, steps, generator), test):>8.1f}", flush=True)


if __name__ == "__main__":
    main()
