"""A run of the page, without the page: what it learns, what it leaves behind, and its mistakes."""

import base64
from pathlib import Path

import pytest
import torch
from node import Node, NodeError

import vae
from vae.families import FAMILIES
from vae.model import VAEConfig, gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, convolutional, dense

BETA = {"family": "beta", "alpha": 4.0, "beta": 3.0}
LAPLACE = {"family": "laplace", "location": 0.0, "scale": 1.0}
PRIORS = [
    family.spec(*values)
    for family in FAMILIES.values()
    if family.has_posterior
    for values in family.offered
]
# What vae/networks.py builds for the page's presets, in their order.
CONFIGS = [
    VAEConfig(20, **dense([400, 200], 20, RELU)),
    VAEConfig(2, **dense([400, 200], 2, LEAKY_RELU)),
    VAEConfig(20, **dense([256], 20, SILU)),
    VAEConfig(16, **convolutional((16, 32), 128, 16, RELU, batch_norm=True)),
    VAEConfig(20, **dense([400, 200], 20, RELU), prior=BETA),
    VAEConfig(20, **dense([400, 200], 20, RELU), prior=LAPLACE),
    VAEConfig(20, **dense([392], 20, RELU), likelihood=gaussian(0.5)),
]

TRAINER = """
  const load = (name) => import(`/web/train/${name}.js`);
  const [{Trainer}, {USUAL, PRESETS, configOf}, {MISTAKES}, {checkpointBlob}] =
    await Promise.all(["trainer", "settings", "mistakes", "keep"].map(load));
  const set = (count, seed) => {
    const images = new Uint8Array(count * 784), labels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      labels[i] = i % 10;
      for (let y = 4; y < 24; y++) {
        const start = i * 784 + y * 28 + 2 * labels[i] + (i + seed) % 3;
        images.fill(250, start, start + 4);
      }
    }
    return {images, labels};
  };
  const digits = {train: set(600, 0), test: set(100, 1)};
  const small = {...USUAL, hidden: [32], latents: 4, batch: 50};
"""


def test_the_presets_are_the_networks_of_python(node: Node):
    got = node.evaluate(
        f"async () => {{ {TRAINER} return PRESETS.map(({{settings}}) =>"
        "configOf({...USUAL, ...settings})); }"
    )
    assert got == [config.to_dict() for config in CONFIGS]


@pytest.mark.parametrize("prior", PRIORS, ids=str)
def test_a_run_learns_and_the_same_seed_learns_the_same(node: Node, prior: dict):
    first, again, other, before = node.evaluate(
        f"""async (prior) => {{ {TRAINER}
          const trainer = new Trainer(digits, {{...small, prior}});
          const before = trainer.test().total;
          const run = (seed) => {{
            trainer.begin({{...small, prior, seed}});
            for (let i = 0; i < 60; i++) trainer.step();
            return trainer.test().total;
          }};
          return [run(0), run(0), run(1), before];
        }}""",
        prior,
    )
    assert first == again != other
    assert max(first, other) < 0.8 * before


def test_the_memory_of_a_restart_is_that_of_the_run_before(node: Node):
    sizes = node.evaluate(
        f"""async () => {{ {TRAINER}
          const {{LearningWorkspace}} = await import("/web/engine/learning/workspace.js");
          const sizes = [];
          const clear = LearningWorkspace.prototype.clear;
          LearningWorkspace.prototype.clear = function () {{
            sizes.push(this.kernel.memory.buffer.byteLength);
            clear.call(this);
          }};
          const trainer = new Trainer(digits, small);
          for (let run = 0; run < 5; run++) {{
            trainer.step();
            trainer.begin(small);
          }}
          LearningWorkspace.prototype.clear = clear;
          return sizes;
        }}"""
    )
    assert len(set(sizes[1:])) == 1


SAVE = """
  const save = async (trainer) => {
    const {config, settings, epoch, seconds} = trainer;
    const [tensors, test] = [trainer.checkpoint(), trainer.test()];
    const made = {tensors, test, config, settings, epoch, seconds};
    const bytes = new Uint8Array(await checkpointBlob("yours-1", made, []).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
"""


def loaded(saved: str, folder: Path) -> vae.VAE:
    path = folder / "yours-1.safetensors"
    path.write_bytes(base64.b64decode(saved))
    return vae.load(path)


@pytest.mark.parametrize("preset", [0, 3, 4, 5])
def test_what_is_saved_is_what_torch_loads(node: Node, preset: int, tmp_path):
    saved, pictures, z = node.evaluate(
        f"""async (preset) => {{ {TRAINER} {SAVE}
          const settings = {{...USUAL, ...PRESETS[preset].settings, batch: 50}};
          const trainer = new Trainer(digits, settings);
          for (let i = 0; i < 5; i++) trainer.step();
          const length = 3 * trainer.config.latents;
          const z = Float32Array.from({{length}}, (_, i) => ((i * 7) % 10) / 11);
          const decode = () => trainer.learner.decode(z, 3);
          const {{parameters}} = trainer.learner;
          const pictures = settings.averaging ? parameters.withAverage(decode) : decode();
          return [await save(trainer), pictures, z];
        }}""",
        preset,
    )
    model = loaded(saved, tmp_path)
    with torch.no_grad():
        expected = model.decode(torch.tensor(z).reshape(3, -1)).mean
    got = torch.tensor(pictures).reshape(expected.shape)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)
    assert model.record.name == "yours-1"
    statistics = vae.checkpoints.load_statistics(tmp_path / "yours-1.safetensors")
    assert statistics["encodings.mean"].shape == (100, model.config.latents)


@pytest.mark.parametrize("preset", [0, 3, 4, 6])
def test_a_digit_that_is_traced_is_what_torch_makes_of_it(node: Node, preset: int, tmp_path):
    saved, x, trace = node.evaluate(
        f"""async (preset) => {{ {TRAINER} {SAVE}
          const settings = {{...USUAL, ...PRESETS[preset].settings, batch: 50, averaging: 0}};
          const trainer = new Trainer(digits, settings);
          for (let i = 0; i < 20; i++) trainer.step();
          const x = Float32Array.from(digits.test.images.subarray(0, 784), (byte) => byte / 255);
          return [await save(trainer), x, trainer.trace(x)];
        }}""",
        preset,
    )
    model = loaded(saved, tmp_path)
    x = torch.tensor(x).reshape(1, 1, 28, 28)
    z = torch.tensor(trace["z"])[None]
    with torch.no_grad():
        q, p = model.encode(x), model.decode(z)
        kl = torch.distributions.kl_divergence(q, model.prior)
    for got, expected in (
        (trace["mean"], q.mean),
        (trace["std"], q.stddev),
        (trace["kl"], kl),
        (trace["picture"], p.mean),
        (trace["logPx"], p.log_prob(x).sum()),
    ):
        found = torch.tensor(got, dtype=torch.float32).reshape(expected.shape)
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)


def test_every_mistake_is_one(node: Node):
    """Each changes what a run comes to, and only the head of a negative sigma stops it at once."""
    found = node.evaluate(
        f"""async () => {{ {TRAINER}
          const run = (mistake) => {{
            const trainer = new Trainer(digits, {{...small, mistake}});
            for (let i = 0; i < 12; i++) {{
              const {{finite, loss}} = trainer.step();
              if (!finite) return `stopped at ${{trainer.steps}}`;
            }}
            return trainer.test().total;
          }};
          return Object.fromEntries(["", ...MISTAKES.map(({{name}}) => name)].map(
            (name) => [name, run(name)]));
        }}"""
    )
    right = found.pop("")
    assert found.pop("std-head") == "stopped at 1"
    assert all(isinstance(value, float) and value != right for value in found.values()), found


def test_a_run_goes_on_from_before_it_failed(node: Node):
    kept, back, after = node.evaluate(
        f"""async () => {{ {TRAINER}
          const trainer = new Trainer(digits, small);
          for (let i = 0; i < 310; i++) trainer.step();
          trainer.set({{...small, mistake: "std-head"}});
          trainer.step();
          trainer.goBack();
          const back = trainer.steps;
          trainer.set(small);
          const kept = trainer.test().total;
          for (let i = 0; i < 50; i++) trainer.step();
          return [kept, back, trainer.test().total];
        }}"""
    )
    assert back == 310  # where the mistake was chosen, not the last state that was kept anyway
    assert after < kept + 2


@pytest.mark.parametrize("preset", [1, 3, 5])
def test_a_run_that_is_resumed_goes_on_with_the_same_losses(node: Node, preset: int):
    """Adam's moments, the order of the digits and the noise included, in the middle of an epoch."""
    whole, resumed, tests = node.evaluate(
        f"""async (preset) => {{ {TRAINER}
          const settings = {{...USUAL, ...PRESETS[preset].settings, batch: 70, averaging: 0.99}};
          const losses = (trainer, count) =>
            Array.from({{length: count}}, () => trainer.step().loss);
          const trainer = new Trainer(digits, settings);
          losses(trainer, 13);
          const state = structuredClone(trainer.state());
          const whole = losses(trainer, 12);
          const other = new Trainer(digits, settings);
          other.resume(state);
          return [whole, losses(other, 12), [trainer.test().total, other.test().total]];
        }}""",
        preset,
    )
    assert resumed == whole
    assert len(set(whole)) == 12
    assert tests[0] == tests[1]


def test_the_state_of_another_network_is_refused(node: Node):
    with pytest.raises(NodeError, match="that of another one came: start over"):
        node.evaluate(
            f"""async () => {{ {TRAINER}
              const other = new Trainer(digits, {{...small, latents: 5}});
              new Trainer(digits, small).resume(other.state());
            }}"""
        )


def test_every_epoch_shows_every_digit_once(node: Node):
    counts = node.evaluate(
        f"""async () => {{ {TRAINER}
          const trainer = new Trainer(digits, {{...small, batch: 70}});
          return Array.from({{length: 18}}, () => [trainer.step(), trainer.images][1]);
        }}"""
    )
    epoch = [70 * step for step in range(1, 9)] + [600]
    assert counts == epoch + [600 + images for images in epoch]
