"""Claims on how models are trained: each a function, whose docstring is what the report says."""

from vae import checkpoints
from vae.studies.claims.evidence import FAILS, HOLDS, PARTLY, Evidence, Measured

# Where z is drawn from, in a few words.
WHENCE = {"prior": "its prior", "classes": "a fit to each class"}


def kl_is_needed(e: Evidence) -> Measured:
    """Without the KL term samples are not digit-like at all."""
    without, with_kl = e("autoencoder", "normal-0-1"), e("mlp-20", "normal-0-1")
    return Measured(
        f"Under N(0, 1) the Fréchet distance is {without:.0f} without and {with_kl:.0f} with it.",
        HOLDS if without > 2 * with_kl else FAILS,
        "Nothing asks the codes of an autoencoder to lie where N(0, 1) has its mass.",
    )


def loss_falls(e: Evidence) -> Measured:
    """The loss falls from 183 to 99 in 30 epochs; digits are much sharper at the end."""
    history = e.record("mlp-20").history
    first, last = history[0], history[-1]
    near = abs(first["train_total"] - 183) < 4 and abs(last["train_total"] - 99) < 2
    return Measured(
        f"From {first['train_total']:.1f} to {last['train_total']:.1f} nats in {len(history)} "
        f"epochs; the squared error of test digits from {first['test_squared_error']:.1f} to "
        f"{last['test_squared_error']:.1f}.",
        HOLDS if near else FAILS,
        "The same network, loss and optimiser.",
    )


def relu_and_adam(e: Evidence) -> Measured:
    """ReLU and Adam make the network converge faster."""
    best = [row for row in e.convergence["rows"] if row["best"]]
    ranked = sorted(best, key=lambda row: row["history"][-1]["test_total"])
    words = ", ".join(
        f"{row['activation']} with {row['optimizer']} {row['history'][-1]['test_total']:.1f}"
        for row in ranked
    )
    adam = all(row["optimizer"] == "adam" for row in ranked[:2])
    relu = ranked[0]["activation"] == "relu"
    epochs = e.convergence["protocol"]["epochs"]
    return Measured(
        f"Test loss after {epochs} epochs, each at the best of a few learning rates: {words}.",
        HOLDS if adam and relu else PARTLY if adam or relu else FAILS,
        "Adam scales every step to its own gradients, which differ by orders of magnitude between "
        "the layers of a summed loss; the activation matters less.",
    )


def noise_on_the_posterior(e: Evidence) -> Measured:
    """Drawing the posterior's parameters from unit-variance normals makes digits very unclear."""
    noisy, plain = (e(model, "normal-0-1") for model in ("mlp-100-noisy", "mlp-100"))
    return Measured(
        f"Fréchet distance under N(0, 1): {noisy:.0f} against {plain:.0f} of mlp-100; test loss "
        f"{e.record('mlp-100-noisy').figures['total']:.1f} against "
        f"{e.record('mlp-100').figures['total']:.1f} nats.",
        HOLDS if noisy > 1.5 * plain else PARTLY if noisy > plain else FAILS,
        "The extra noise drowns what the code says and is in no KL, so the objective bounds "
        "nothing; the network answers with larger codes.",
    )


def annealing(e: Evidence) -> Measured:
    """Linear KL annealing: grainy samples and a high loss."""
    totals = [e.record(model).figures["total"] for model in ("mlp-2-annealed", "mlp-2")]
    distances = [e(model, "normal-0-1") for model in ("mlp-2-annealed", "mlp-2")]
    worse = totals[0] > totals[1] + 2 or distances[0] > 1.2 * distances[1]
    return Measured(
        f"Test loss {totals[0]:.2f} against {totals[1]:.2f} nats, both at a KL weight of 1; "
        f"Fréchet distance under N(0, 1) {distances[0]:.0f} against {distances[1]:.0f}.",
        HOLDS if worse else FAILS,
        "Held at 1 after the warm-up and measured there, it ends where the plain training does; "
        "a run that stops while the weight is low has codes that the prior does not cover.",
    )


def sigma_head(e: Evidence) -> Measured:
    """A sigma head that may go negative makes the loss NaN; without the factor 1/2 on the KL the
    loss goes negative and reconstructions are random."""
    return Measured(
        "By the formulas: log sigma is not defined below 0; mu² + sigma² - 1 - log sigma², the "
        "doubled KL, is 0 at least.",
        PARTLY,
        "The logarithm is as the report says. Twice the KL is a KL weight of 2, which blurs and "
        "prunes units, but no sum of a cross-entropy and 2 KL is negative.",
    )


def kl_weight_in_the_middle(e: Evidence) -> Measured:
    """A KL weight that is too small spreads the classes far apart, one too large clutters them;
    0.11 with squared error is a good middle."""
    spread = {
        model: checkpoints.load_statistics(model, e.weights)["covariance"].diagonal().mean().item()
        for model in ("autoencoder", "mlp-20")
    }
    return Measured(
        f"The variance of the codes is {spread['autoencoder']:.1f} at weight 0 and "
        f"{spread['mlp-20']:.2f} at 1. conv-beta, at 0.11: Fréchet distance "
        f"{e('conv-beta', 'prior'):.0f} under its prior.",
        PARTLY,
        "The spread at weight 0 is as the report says. 0.11 with squared error is the likelihood "
        "of a variance of 0.055 a pixel, so its ELBO is a proper one. Other weights were not "
        "trained.",
    )


def log_variance_mistake(e: Evidence) -> Measured:
    """One report's code multiplies eps by the log-variance instead of the standard deviation."""
    return Measured(
        "By the formula: at the prior's own log-variance of 0 there is no noise at all, where the "
        "standard deviation is 1.",
        FAILS,
        "Its KL still pulls the log-variance to 0, so what is trained is an autoencoder with an L2 "
        "penalty on its codes, and its loss is no bound.",
    )


def vae_or_gan(e: Evidence) -> Measured:
    """VAE against GAN: which is better in training required and convergence time?"""
    ends = {
        (row["contender"], row["sampler"]): row["end"]["frechet_distance"]["mean"]
        for row in e.duel["summary"]
    }
    words = "; ".join(f"{one} from {WHENCE[z]} {end:.1f}" for (one, z), end in ends.items())
    best = min(ends, key=ends.get)
    return Measured(
        f"Fréchet distance after {e.duel['protocol']['seconds']:g} processor seconds, mean of "
        f"{len(e.duel['protocol']['seeds'])} seeds: {words}.",
        f"nearest to real digits: {best[0]} from {WHENCE[best[1]]}",
        "A VAE is ready in seconds and has an encoder and a likelihood; from N(0, 1) it pays for "
        "the gaps between its codes, which its per-class fit avoids. A GAN needs no such fit.",
    )
