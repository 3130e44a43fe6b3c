"""The modules behind Explore, one by one, against numpy, scipy, torch and Pillow."""

import base64
import io
import json

import numpy as np
import pytest
import scipy.stats
import torch
from PIL import Image, ImageSequence
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal, Normal

from vae import checkpoints
from vae.data import grey
from vae.ui.facts import facts

PRIORS = {
    "normal": {"family": "normal", "mean": 1.0, "std": 2.0},
    "beta": {"family": "beta", "alpha": 4.0, "beta": 3.0},
}
ENDS = {
    "normal": ([0.5, -2.0, 3.0, 1.5], [4.0, 1.0, -1.0, 2.5]),
    "beta": ([0.2, 0.5, 0.9, 0.6], [0.7, 0.3, 0.4, 0.55]),
}


def run(engine, script: str, argument: object = None) -> object:
    """The value of the body of an async function, whose argument is `given`."""
    return engine.evaluate(f"async (given) => {{ {script} }}", argument)


def way(engine, kind: str, family: str, ts: list[float]) -> np.ndarray:
    a, b = ENDS[family]
    return np.array(
        run(
            engine,
            """const {PATHS} = await import("/web/explore/interpolation.js");
            const {distribution} = await import("/web/math/distribution.js");
            const way = PATHS[given.kind](given.a, given.b, distribution(given.prior));
            return given.ts.map((t) => [...way(t)]);""",
            {"kind": kind, "a": a, "b": b, "prior": PRIORS[family], "ts": ts},
        )
    )


@pytest.mark.parametrize("family", PRIORS)
@pytest.mark.parametrize("kind", ["straight", "spherical", "quantile"])
def test_paths_lead_from_a_to_b(engine, kind, family):
    np.testing.assert_allclose(way(engine, kind, family, [0, 1]), ENDS[family], atol=1e-6)


def test_a_straight_path_is_straight(engine):
    a, b = map(np.array, ENDS["normal"])
    np.testing.assert_allclose(way(engine, "straight", "normal", [0.25])[0], a + (b - a) / 4)


def test_a_spherical_path_turns_evenly_and_its_radius_changes_evenly(engine):
    ts = np.linspace(0, 1, 9)
    units = (way(engine, "spherical", "normal", ts.tolist()) - 1) / 2
    radii = np.linalg.norm(units, axis=1)
    np.testing.assert_allclose(radii, np.linspace(radii[0], radii[-1], 9))
    directions = units / radii[:, None]
    angles = np.arccos((directions[:-1] * directions[1:]).sum(1))
    np.testing.assert_allclose(angles, angles[0], rtol=1e-6)


@pytest.mark.parametrize("family", PRIORS)
def test_a_path_through_the_cdf_is_straight_in_probability(engine, family):
    prior = scipy.stats.norm(1, 2) if family == "normal" else scipy.stats.beta(4, 3)
    u = prior.cdf(way(engine, "quantile", family, [0, 0.3, 1]))
    np.testing.assert_allclose(u[1], u[0] + 0.3 * (u[2] - u[0]), atol=1e-6)


def test_a_walk_begins_here_and_then_is_distributed_as_the_prior(engine):
    walk = np.array(
        run(
            engine,
            """const {roam} = await import("/web/explore/interpolation.js");
            const {distribution} = await import("/web/math/distribution.js");
            const z = new Array(300).fill(0.31);
            const walk = roam(z, distribution(given), 5);
            return [walk(0), walk(0.01), walk(50)].map((z) => [...z]);""",
            PRIORS["beta"],
        )
    )
    np.testing.assert_allclose(walk[0], 0.31, atol=1e-6)
    assert np.abs(walk[1] - walk[0]).max() < 0.02
    assert scipy.stats.kstest(walk[2], scipy.stats.beta(4, 3).cdf).pvalue > 0.01


def test_principal_axes_are_numpys(engine):
    random = np.random.default_rng(0)
    factors = random.normal(size=(6, 6)) * [3, 2, 1, 1, 0.5, 0.1]
    covariance = factors @ factors.T
    axes = np.array(
        run(
            engine,
            """const {principalAxes} = await import("/web/map/plane.js");
            return principalAxes(given.flat(), 6, 2).map((axis) => [...axis]);""",
            covariance.tolist(),
        )
    )
    _, vectors = np.linalg.eigh(covariance)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(abs((axes * vectors.T[[-1, -2]]).sum(1)), 1, atol=1e-6)


def test_moving_in_a_plane_changes_its_coordinates_and_nothing_across_it(engine):
    random = np.random.default_rng(1)
    axes, _ = np.linalg.qr(random.normal(size=(5, 2)))
    origin, z = random.normal(size=(2, 5))
    moved, before, after, spread = run(
        engine,
        """const {Plane} = await import("/web/map/plane.js");
        const plane = new Plane(given.origin, given.axes, ["", ""]);
        const moved = plane.moved(given.z, [1.5, -2]);
        return [moved, plane.coordinates(given.z), plane.coordinates(moved),
          plane.covarianceOf(given.std)];""",
        {"origin": [*origin], "axes": axes.T.tolist(), "z": [*z], "std": [1, 2, 3, 0.5, 0.1]},
    )
    np.testing.assert_allclose(before, axes.T @ (z - origin))
    np.testing.assert_allclose(after, [1.5, -2])
    across = (np.array(moved) - z) - axes @ (axes.T @ (np.array(moved) - z))
    np.testing.assert_allclose(across, 0, atol=1e-12)
    covariance = axes.T @ np.diag(np.square([1, 2, 3, 0.5, 0.1])) @ axes
    np.testing.assert_allclose(spread, [covariance[0, 0], covariance[0, 1], covariance[1, 1]])


def test_contours_of_a_normal_density_are_circles_of_1_2_and_3_sigma(engine):
    n, reach = 121, 4.2
    found = run(
        engine,
        """const {densityLevels, isolines, SIGMA_MASSES} = await import("/web/map/contours.js");
        const at = (i) => (2 * (i + 0.5) / given.n - 1) * given.reach;
        const density = Float64Array.from({length: given.n ** 2}, (_, i) =>
          Math.exp(-(at(i % given.n) ** 2 + at(Math.floor(i / given.n)) ** 2) / 2));
        return densityLevels(density, SIGMA_MASSES).map(
          (level) => isolines(density, given.n, given.n, level));""",
        {"n": n, "reach": reach},
    )
    for sigma, segments in zip((1, 2, 3), found, strict=True):
        points = (2 * (np.array(segments).reshape(-1, 2) + 0.5) / n - 1) * reach
        np.testing.assert_allclose(np.hypot(*points.T), sigma, atol=0.06)
        _, times = np.unique(np.round(points, 6), axis=0, return_counts=True)
        assert set(times % 2) == {0}  # every end is shared: the line is closed


def test_a_saddle_is_two_lines(engine):
    segments = run(
        engine,
        """const {isolines} = await import("/web/map/contours.js");
        return [0.4, 0.6].map((level) => isolines([1, 0, 0, 1], 2, 2, level));""",
    )
    joined, apart = (np.array(pair).reshape(2, 2, 2) for pair in segments)
    for lines, corners in ((joined, [(1, 0), (0, 1)]), (apart, [(0, 0), (1, 1)])):
        middles = lines.mean(1)
        for corner in corners:
            assert np.abs(middles - corner).sum(1).min() < 0.5


@pytest.fixture(scope="module")
def weights_page(chromium, app_url):
    """A page of the app's own origin, for modules that read the shipped weights."""
    page = chromium.new_page()
    page.goto(f"{app_url}/web/page.css")
    yield page
    page.close()


AGGREGATE = """
  const {Model} = await import("/web/engine/model.js");
  const {Aggregate} = await import("/web/math/aggregate.js");
  const model = await Model.open(`/weights/${given.name}.safetensors`);
  const aggregate = new Aggregate(await model.statistics(), model.prior);
"""


def test_the_aggregate_posteriors_density_is_that_of_the_fitted_mixture(weights_page):
    stored = checkpoints.load_statistics("mlp-20")
    weight, mean, covariance = (
        stored[f"mixture.{name}"].double() for name in ("weight", "mean", "covariance")
    )
    mixture = MixtureSameFamily(Categorical(weight), MultivariateNormal(mean, covariance))
    z = torch.stack([torch.zeros(20), mean[7].float(), torch.linspace(-1, 1, 20)]).double()
    given = {"name": "mlp-20", "z": z.tolist()}
    found = run(weights_page, AGGREGATE + "return given.z.map((z) => aggregate.logPdf(z));", given)
    np.testing.assert_allclose(found, mixture.log_prob(z), rtol=1e-4)


def test_the_density_of_a_mixture_that_half_precision_has_bent(weights_page):
    """One covariance of mlp-100-noisy is not positive definite: the others tell the density."""
    stored = checkpoints.load_statistics("mlp-100-noisy")
    weight, mean, covariance = (
        stored[f"mixture.{name}"].double() for name in ("weight", "mean", "covariance")
    )
    whole = torch.linalg.eigvalsh(covariance).amin(-1) > 0
    assert whole.sum() == len(whole) - 1
    mixture = MixtureSameFamily(
        Categorical(weight[whole]), MultivariateNormal(mean[whole], covariance[whole])
    )
    z = mean[whole][:3]
    expected = mixture.log_prob(z) + (weight[whole].sum() / weight.sum()).log()
    given = {"name": "mlp-100-noisy", "z": z.tolist()}
    found = run(weights_page, AGGREGATE + "return given.z.map((z) => aggregate.logPdf(z));", given)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("name", ["mlp-2", "conv-16", "mlp-20", "mlp-100"])
def test_digits_that_the_fit_has_not_seen_are_where_the_density_is_high(weights_page, name):
    """Encodings of test digits lie, in the mean, where q(z) is above p(z), as their KL is >= 0."""
    stored = checkpoints.load_statistics(name)
    mean, std = (stored[f"encodings.{key}"].float()[:200] for key in ("mean", "std"))
    z = mean + std * torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    given = {"name": name, "z": z.tolist()}
    found = run(weights_page, AGGREGATE + "return given.z.map((z) => aggregate.logPdf(z));", given)
    log_prior = Normal(0, 1).log_prob(z).sum(1).numpy()
    assert 0 < np.mean(found - log_prior) < 4


def test_codes_that_pile_up_at_0_and_1_have_no_such_density(weights_page):
    script = AGGREGATE + "return aggregate.hasDensity;"
    assert run(weights_page, script, {"name": "mlp-2"}) is True
    assert run(weights_page, script, {"name": "beta-quarter"}) is False


def test_draws_from_a_class_are_decoded_as_that_class(weights_page):
    pictures = run(
        weights_page,
        AGGREGATE
        + """const {uniforms} = await import("/web/math/random.js");
        const u = uniforms(1, 60 * 21);
        const draws = Array.from({length: 60}, (_, n) =>
          aggregate.draw(u.subarray(21 * n, 21 * n + 21), 6));
        return [...model.decode(Float32Array.from(draws.flat()), 60)];""",
        {"name": "mlp-20"},
    )
    x = torch.tensor(pictures).view(60, 1, 28, 28)
    read = checkpoints.load_classifier().classify(x).probs.argmax(1)
    assert (read == 6).float().mean() > 0.85


def test_the_pages_classifier_is_torchs(weights_page, mnist_test):
    x = grey(mnist_test.images[:20])
    found = run(
        weights_page,
        """const {Classifier} = await import("/web/engine/classifier.js");
        const classifier = await Classifier.open("/weights/classifier.safetensors");
        return [...classifier.classify(Float32Array.from(given), 20)];""",
        x.flatten().tolist(),
    )
    with torch.inference_mode():
        expected = checkpoints.load_classifier().classify(x).probs
    np.testing.assert_allclose(np.array(found).reshape(20, 10), expected, atol=1e-5)


def test_a_vae_is_not_taken_for_a_classifier(weights_page):
    message = run(
        weights_page,
        """const {Classifier} = await import("/web/engine/classifier.js");
        return Classifier.open("/weights/mlp-2.safetensors").catch((error) => error.message);""",
    )
    assert message == "mlp-2.safetensors: expected a classifier, got a vae"


BYTES = """const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));"""


def test_a_gif_is_what_pillow_reads(engine):
    random = np.random.default_rng(2)
    frames = random.random((3, 28, 28))
    frames[1] = np.linspace(0, 1, 28)
    body = run(
        engine,
        """const {encodeGIF} = await import("/web/export/gif.js");
        const blob = encodeGIF(given.map((frame) => Float32Array.from(frame)), 6);"""
        + BYTES,
        frames.reshape(3, -1).tolist(),
    )
    with Image.open(io.BytesIO(base64.b64decode(body))) as gif:
        assert gif.n_frames == 3
        assert gif.info["loop"] == 0
        for frame, picture in zip(frames, ImageSequence.Iterator(gif), strict=True):
            assert picture.info["duration"] == 60
            read = np.asarray(picture.convert("L"), dtype=float)[2::5, 2::5] / 255
            np.testing.assert_allclose(read, frame, atol=0.5 / 63 + 0.5 / 255)


def test_an_npz_is_what_numpy_reads(engine):
    z = np.linspace(-2, 2, 6, dtype=np.float32).reshape(2, 3)
    body = run(
        engine,
        """const {npz} = await import("/web/export/files.js");
        const blob = npz({
          z: {shape: [2, 3], data: Float32Array.from(given)},
          label: {shape: [2], data: Uint8Array.of(3, 250)},
          model: {shape: [], data: "mlp-20"},
        });"""
        + BYTES,
        z.flatten().tolist(),
    )
    with np.load(io.BytesIO(base64.b64decode(body))) as file:
        np.testing.assert_array_equal(file["z"], z)
        assert file["z"].dtype == np.float32
        assert file["label"].tolist() == [3, 250]
        assert str(file["model"]) == "mlp-20"


MODELS = [{"name": "conv-16", "latents": 3}, {"name": "cvae", "latents": 2}]


def read_address(engine, search: str) -> dict:
    return run(
        engine,
        """const {readAddress} = await import("/web/state/address.js");
        return JSON.stringify(readAddress(given.search, given.models, given.facts));""",
        {"search": search, "models": MODELS, "facts": facts()},
    )


def test_an_address_holds_everything(engine):
    search = run(
        engine,
        """const {writeAddress} = await import("/web/state/address.js");
        return writeAddress({name: "cvae", model: {classes: 10}, z: [0.125, -1.001], y: 7,
          view: {tab: "sample", plane: "0,1", seed: "42", p: "beta:0.25,4"}});""",
    )
    assert json.loads(read_address(engine, search)) == {
        "model": "cvae",
        "z": [0.125, -1.001],
        "y": 7,
        "view": {"tab": "sample", "plane": "0,1", "seed": "42", "p": "beta:0.25,4"},
        "problems": [],
    }


@pytest.mark.parametrize(
    ("search", "problem"),
    [
        ("?model=nothing", "there is no such model"),
        ("?z=1,2", "its z is not 3 numbers"),
        ("?z=1,2,", "its z is not 3 numbers"),
        ("?z=1,2,NaN", "its z is not 3 numbers"),
        ("?z=1,2,1e9", "its z is not 3 numbers"),
        ("?z=<img src=x>", "its z is not 3 numbers"),
        ("?y=11", "its class is not a digit"),
        ("?tab=<script>", "its tab cannot be read"),
        ("?plane=a,b", "its plane cannot be read"),
        ("?seed=-1", "its seed cannot be read"),
        ("?p=cauchy:0,1", "its p cannot be read"),
    ],
)
def test_what_does_not_suit_an_address_is_left_out(engine, search, problem):
    found = json.loads(read_address(engine, search))
    assert found["problems"] == [problem]
    assert found["model"] == "conv-16"
    assert "z" not in found and found["view"] == {} and found["y"] == 0
