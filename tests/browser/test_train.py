"""The tab that trains: a run in the worker, what it leaves behind, and what is refused."""

import base64
import gzip
import io
import struct
import sys
import types
import zipfile

import numpy as np
import pytest
import torch
from playwright.sync_api import Error, Page, expect

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
  const [{Trainer}, {USUAL, PRESETS, configOf}, {MISTAKES}, {checkpointBlob}, {asPyTorch}] =
    await Promise.all(["trainer", "settings", "mistakes", "keep", "script"].map(load));
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


def test_the_presets_are_the_networks_of_python(engine: Page):
    got = engine.evaluate(
        f"async () => {{ {TRAINER} return PRESETS.map(({{settings}}) =>"
        "configOf({...USUAL, ...settings})); }"
    )
    assert got == [config.to_dict() for config in CONFIGS]


@pytest.mark.parametrize("prior", PRIORS, ids=str)
def test_a_run_learns_and_the_same_seed_learns_the_same(engine: Page, prior: dict):
    first, again, other, before = engine.evaluate(
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


def test_the_memory_of_a_restart_is_that_of_the_run_before(engine: Page):
    sizes = engine.evaluate(
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


@pytest.mark.parametrize("preset", [0, 3, 4, 5])
def test_what_is_saved_is_what_torch_loads(engine: Page, preset: int, tmp_path):
    saved, pictures, z = engine.evaluate(
        f"""async (preset) => {{ {TRAINER}
          const settings = {{...USUAL, ...PRESETS[preset].settings, batch: 50}};
          const trainer = new Trainer(digits, settings);
          for (let i = 0; i < 5; i++) trainer.step();
          const tensors = trainer.checkpoint();
          const {{config, epoch, seconds}} = trainer;
          const checkpoint = {{tensors, config, settings, epoch, seconds, test: trainer.test()}};
          const blob = checkpointBlob("yours-1", checkpoint, []);
          const length = 3 * config.latents;
          const z = Float32Array.from({{length}}, (_, i) => ((i * 7) % 10) / 11);
          const decode = () => trainer.learner.decode(z, 3);
          const pictures = settings.averaging ? trainer.learner.withAverage(decode) : decode();
          const bytes = new Uint8Array(await blob.arrayBuffer());
          let text = "";
          for (const byte of bytes) text += String.fromCharCode(byte);
          return [btoa(text), [...pictures], [...z]];
        }}""",
        preset,
    )
    path = tmp_path / "yours-1.safetensors"
    path.write_bytes(base64.b64decode(saved))
    model = vae.load(path)
    with torch.no_grad():
        expected = model.decode(torch.tensor(z).reshape(3, -1)).mean
    got = torch.tensor(pictures).reshape(expected.shape)
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)
    assert model.record.name == "yours-1"
    statistics = vae.checkpoints.load_statistics(path)
    assert statistics["encodings.mean"].shape == (100, model.config.latents)


def test_every_mistake_is_one(engine: Page):
    """Each changes what a run comes to, and only the head of a negative sigma stops it at once."""
    found = engine.evaluate(
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


def test_a_run_goes_on_from_before_it_failed(engine: Page):
    kept, back, after = engine.evaluate(
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
    assert back == 300
    assert after < kept + 2


SCRIPTS = ["", "no-kl", "log-sigma", "abs", "logvar-eps", "noisy", "no-eps", "beta-noise", "rate"]


@pytest.mark.parametrize("mistake", SCRIPTS)
def test_the_pytorch_script_runs(engine: Page, mistake: str, monkeypatch, make_digits):
    check_script(engine, {"mistake": mistake}, monkeypatch, make_digits)


@pytest.mark.parametrize(
    "settings",
    [
        {"prior": BETA, "clip": 100},
        {"prior": LAPLACE},
        {"network": "convolutional", "hidden": [4, 8], "latents": 3},
        {"likelihood": "gaussian", "warmup": 2, "activation": "leaky_relu"},
    ],
)
def test_the_script_of_other_settings_runs(engine: Page, settings, monkeypatch, make_digits):
    check_script(engine, settings, monkeypatch, make_digits)


def check_script(engine: Page, settings: dict, monkeypatch, make_digits) -> None:
    script = engine.evaluate(
        f"async (settings) => {{ {TRAINER} return asPyTorch({{...USUAL, ...settings}}); }}",
        settings,
    )
    stub = types.ModuleType("torchvision")
    images = make_digits(256).images.squeeze(1)
    stub.datasets = types.SimpleNamespace(MNIST=lambda *_, **__: types.SimpleNamespace(data=images))
    monkeypatch.setitem(sys.modules, "torchvision", stub)
    scope = {}
    exec(script.replace("range(10)", "range(2)"), scope)
    assert scope["loss"].isfinite()


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


READ = """async (files) => {
  const {readFiles} = await import("/web/train/files.js");
  const made = files.map(([name, text]) => new File(
    [Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
  const {images, labels} = await readFiles(made, async () => new Uint8Array(784).fill(9));
  return [[...images], [...labels]];
}"""


def read(engine: Page, files: dict[str, bytes]) -> tuple[np.ndarray, list[int]]:
    given = [[name, base64.b64encode(body).decode()] for name, body in files.items()]
    images, labels = engine.evaluate(READ, given)
    return np.array(images).reshape(-1, 28, 28), labels


@pytest.fixture
def digits():
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (12, 28, 28), dtype=np.uint8)
    return images, np.arange(12, dtype=np.uint8) % 10


def test_idx_files_are_read(engine: Page, digits):
    images, labels = digits
    files = {"images": gzip.compress(idx(images)), "labels": idx(labels)}
    got = read(engine, files)
    assert (got[0] == images).all()
    assert got[1] == labels.tolist()


def test_csv_files_are_read(engine: Page, digits):
    images, labels = digits
    rows = [f"{y},{','.join(map(str, x.flatten()))}" for x, y in zip(images, labels, strict=True)]
    got = read(engine, {"digits.csv": ("label,pixels\n" + "\n".join(rows)).encode()})
    assert (got[0] == images).all()
    assert got[1] == labels.tolist()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("as_floats", [False, True])
def test_npz_files_are_read(engine: Page, digits, save, as_floats):
    images, labels = digits
    file = io.BytesIO()
    save(file, x=(images / 255).astype(np.float32) if as_floats else images, y=labels)
    got = read(engine, {"digits.npz": file.getvalue()})
    assert np.abs(got[0].astype(int) - images).max() <= 1
    assert got[1] == labels.tolist()


def test_pictures_in_folders_of_a_zip_are_read(engine: Page):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3/first.png", b"a picture")
        archive.writestr("7_second.png", b"another one")
        archive.writestr("__MACOSX/x", b"nothing")
    got = read(engine, {"mine.zip": file.getvalue()})
    assert got[1] == [3, 7]
    assert (got[0] == 9).all()


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("a.csv", b"1,2,3\n", "a.csv: line 1: expected a label and 784 pixels, got 3"),
        ("a.csv", b"", "a.csv: holds no line"),
        ("images", idx(np.zeros((2, 28, 28), np.uint8))[:-5], "images: is truncated"),
        ("images", idx(np.zeros((2, 30, 30), np.uint8)), "expected pictures of 28 x 28"),
        ("images", idx(np.zeros((2, 28, 28), np.uint8)), "came without labels"),
        ("mine.png", b"a picture", "mine.png: expected its class"),
    ],
)
def test_files_that_cannot_be_read_are_named(engine: Page, name, body, complaint):
    with pytest.raises(Error, match=complaint):
        read(engine, {name: body})


@pytest.fixture
def tab(page: Page) -> Page:
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector("#train [data-mounted], #train[data-mounted]")
    page.locator(".train .amount").select_option("1000")
    return page


def loss(page: Page) -> float:
    return float(page.get_by_test_id("train-test-loss").get_attribute("data-value"))


def learn_until(page: Page, images: int) -> None:
    page.wait_for_function(
        "least => Number(document.querySelector('.train .images').dataset.value) > least",
        arg=images,
        timeout=120_000,
    )


def test_a_model_learns_in_the_tab_and_is_put_in_use(tab: Page):
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 0)
    expect(tab.locator(".train .state")).to_contain_text("Step 1: forward")
    tab.wait_for_selector('[data-testid="train-test-loss"][data-value]')
    before = loss(tab)
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 6000)
    tab.get_by_test_id("train-pause").click()
    tab.wait_for_function(
        "before => Number(document.querySelector('[data-testid=train-test-loss]').dataset.value)"
        " < 0.6 * before",
        arg=before,
    )
    assert float(tab.get_by_test_id("train-cost").get_attribute("data-value")) > 0
    with tab.expect_download() as download:
        tab.get_by_test_id("train-save").click()
    assert vae.load(download.value.path().rename(download.value.path().with_suffix(".safetensors")))
    tab.get_by_role("button", name="Use it in the page").click()
    picker = tab.locator("#header select")
    expect(picker).to_have_value("yours-1")
    tab.get_by_role("tab", name="Explore").click()
    expect(tab.locator("#explore")).to_contain_text("latent")


def test_a_run_that_fails_says_where_and_goes_on(tab: Page):
    tab.get_by_test_id("train-mistake").select_option("std-head")
    expect(tab.locator(".train .what")).to_contain_text("no bound")
    tab.get_by_test_id("train-start").click()
    expect(tab.locator(".train .state")).to_contain_text("NaN began at step 1", timeout=60_000)
    tab.get_by_test_id("train-mistake").select_option("")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 500)


KEPT = """async () => {
  const {keptRun} = await import(new URL("web/train/shelf.js", document.baseURI));
  return (await keptRun()) !== null;
}"""


def test_a_run_survives_a_reload(tab: Page):
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 3000)
    tab.get_by_test_id("train-pause").click()
    while not tab.evaluate(KEPT):
        tab.wait_for_timeout(100)
    tab.reload()
    tab.get_by_role("tab", name="Train").click()
    expect(tab.locator(".train .state")).to_contain_text("Start goes on from it", timeout=30_000)
    assert "yours-1" in tab.locator("#header select").inner_text()
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 3000)


def test_dreamed_digits_are_called_so(tab: Page):
    tab.locator(".train .source").select_option("dreams")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 500)
    expect(tab.locator(".train .origin")).to_contain_text("These digits are dreamed")


def test_a_checkpoint_is_opened_from_a_file(tab: Page, tmp_path):
    path = tmp_path / "a friend's.safetensors"
    path.write_bytes((vae.checkpoints.WEIGHTS / "mlp-2.safetensors").read_bytes())
    tab.get_by_test_id("train-open").set_input_files(path)
    expect(tab.locator("#header select")).to_have_value("a friend's")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(path.read_bytes()[:-9])
    tab.get_by_test_id("train-open").set_input_files(broken)
    expect(tab.locator(".train .state")).to_contain_text("broken: is truncated")
    expect(tab.locator("#header select")).to_have_value("a friend's")


def test_two_runs_side_by_side_see_the_same_batches(tab: Page):
    tab.get_by_test_id("train-second").select_option(label="no averaging of the weights")
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 100)
    rows = tab.get_by_test_id("train-differences").locator("tr")
    expect(rows.nth(1)).to_contain_text("128128")
    # Averaging touches no step: the first one is the same in both.
    cells = rows.nth(2).locator("td")
    expect(cells.nth(2)).not_to_have_text("–")
    assert cells.nth(1).inner_text() == cells.nth(2).inner_text()
    tab.get_by_test_id("train-second").select_option(label="KL weight 4")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 5000)
    tab.get_by_test_id("train-pause").click()
    expect(rows.nth(0)).to_contain_text("KL weight 4")
    tab.get_by_test_id("train-second").select_option("")
    expect(rows.nth(0)).not_to_be_visible()


def test_in_slow_motion_every_step_is_shown(tab: Page):
    tab.get_by_test_id("train-slow").check()
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 0)
    seen = set()
    for _ in range(40):
        seen.add(tab.locator(".train .images").inner_text())
        tab.wait_for_timeout(50)
    # Of 1,000 digits, the eighth batch is the rest.
    counts = [128 * step for step in range(8)] + [1000 + 128 * step for step in range(4)]
    assert seen <= {f"{count:,}" for count in counts}
    assert len(seen) > 1
