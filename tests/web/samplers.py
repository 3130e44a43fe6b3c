"""Samplers of the page, drawn from here, and the distributions of SciPy that they should be."""

from typing import Any

import numpy as np
import scipy.linalg
import scipy.stats

from vae.ui.facts import facts

D = 3
PRIORS = {
    "normal": {"family": "normal", "mean": 1.0, "std": 2.0},
    "beta": {"family": "beta", "alpha": 4.0, "beta": 3.0},
}
STANDARD = {"family": "normal", "mean": 0.0, "std": 1.0}
QUARTER = {"family": "beta", "alpha": 0.25, "beta": 0.25}
EXTREMES = [0.05, 0.25, 1.0, 4.5, 20.0]
MODEL = """
  const {distribution} = await import("/web/math/distribution.js");
  const {Uniforms} = await import("/web/math/random.js");
  const {Sampler} = await import("/web/state/sampler.js");
  const tensor = (data) => ({shape: [], data: Float32Array.from(data.flat(3))});
  const statistics = Object.fromEntries(
    Object.entries(given.statistics ?? {}).map(([name, data]) => [name, tensor(data)]));
  const prior = distribution(given.prior);
  const record = {name: "tiny"};
  const model = {latents: given.latents, prior, hasEncoder: given.encoder, record};
  const sampler = () => new Sampler(given.spec, model, statistics, given.facts);
"""


def run(engine, script: str, **given: Any) -> Any:
    """The value of the body of an async function, whose argument is `given`."""
    given = {"latents": D, "prior": STANDARD, "encoder": True, "facts": facts(), **given}
    return engine.evaluate(f"async (given) => {{ {MODEL} {script} }}", given)


def draw(engine, spec: dict, count: int = 500, temperature: float = 1.0, **given: Any):
    """z (count, D) and the uniforms that it came from: of the component (count,), (count, D)."""
    found = run(
        engine,
        """const u = new Uniforms(0, given.count, given.latents);
        const z = sampler().draw(u, given.temperature);
        return [[...z], [...u.component], u.latent.map((column) => [...column])];""",
        spec=spec,
        count=count,
        temperature=temperature,
        **given,
    )
    return np.array(found[0]).reshape(count, -1), np.array(found[1]), np.array(found[2]).T


def scipy_of(spec: dict) -> Any:
    if spec["family"] == "normal":
        return scipy.stats.norm(spec["mean"], spec["std"])
    return scipy.stats.beta(spec["alpha"], spec["beta"])


def covariances(count: int, seed: int = 0) -> np.ndarray:
    factors = np.random.default_rng(seed).normal(size=(count, D, D))
    return (factors @ factors.transpose(0, 2, 1) + 0.1 * np.eye(D)).astype(np.float32)


def mixture_of(family: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict]:
    """Weights, means, covariances, and the statistics that say the same."""
    count = 10 if family == "classes" else 4
    weight = np.full(10, 0.1) if family == "classes" else np.array([0.1, 0.2, 0.3, 0.4])
    mean = np.random.default_rng(1).normal(size=(count, D)).astype(np.float32)
    covariance = covariances(count)
    prefix = "class_" if family == "classes" else "mixture."
    statistics = {f"{prefix}mean": mean.tolist(), f"{prefix}covariance": covariance.tolist()}
    if family == "mixture":
        statistics["mixture.weight"] = weight.tolist()
    return weight, mean, covariance, statistics
