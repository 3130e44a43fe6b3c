"""The named endpoints of a running app, called as a notebook would call them."""

import io
import socket

import httpx
import numpy as np
import pytest
import torch
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image, ImageDraw

import vae
from vae.checkpoints import open_zoo
from vae.ui import page


@pytest.fixture(scope="module")
def client(app_url):
    return Client(app_url, verbose=False)


def test_decode_gives_the_mean_of_p_x_given_z(client):
    z = torch.randn(3, 20, generator=torch.Generator().manual_seed(1))
    pictures = np.array(client.predict(z.tolist(), "mlp-20", api_name="/decode"))
    with torch.inference_mode():
        expected = vae.load("mlp-20").decode(z).mean.squeeze(1).numpy()
    assert np.abs(pictures - expected).max() < 1e-5


def test_encode_gives_the_posterior(client):
    x = torch.rand(2, 28, 28, generator=torch.Generator().manual_seed(1))
    answer = client.predict(x.tolist(), "beta-4-3", api_name="/encode")
    with torch.inference_mode():
        q = vae.load("beta-4-3").encode(x.unsqueeze(1))
    assert answer["family"] == "beta"
    assert np.abs(np.array(answer["mean"]) - q.mean.numpy()).max() < 1e-5
    assert np.abs(np.array(answer["std"]) - q.stddev.numpy()).max() < 1e-5


def test_reconstruct_reads_a_picture_file(client, tmp_path):
    image = Image.new("L", (300, 300), 240)
    ImageDraw.Draw(image).line([(150, 60), (150, 240)], fill=20, width=20)
    image.save(tmp_path / "one.png")
    answer = client.predict(handle_file(tmp_path / "one.png"), "mlp-20", api_name="/reconstruct")
    model = vae.load("mlp-20")
    x = torch.tensor(answer["input"])[None, None]
    with torch.inference_mode():
        q = model.encode(x)
        p = model.decode(q.mean)
    assert x.max() > 0.8 and x[..., :5].max() == 0
    assert np.abs(np.array(answer["reconstruction"]) - p.mean[0, 0].numpy()).max() < 1e-4
    assert answer["log_px"] == pytest.approx(p.log_prob(x).item(), abs=1e-2)


def test_sample_is_the_distribution_and_repeats_with_its_seed(client):
    spec = {"family": "beta", "alpha": 4, "beta": 3}
    first, again, other = (
        client.predict(spec, 500, seed, "mlp-20", api_name="/sample") for seed in (3, 3, 4)
    )
    z = np.array(first["z"])
    assert first == again and first != other
    assert z.shape == (500, 20)
    # 10,000 draws: four standard errors around the closed forms.
    variance = 12 / (49 * 8)
    assert abs(z.mean() - 4 / 7) < 4 * (variance / z.size) ** 0.5
    assert abs(z.var() - variance) < 0.1 * variance


@pytest.mark.parametrize(
    ("endpoint", "arguments", "words"),
    [
        ("/decode", ([[0.0] * 3], "mlp-20"), ["z", "20", "(1, 3)"]),
        ("/decode", ([["ink"] * 20], "mlp-20"), ["z", "numbers"]),
        ("/decode", ([[1e30] * 20], "mlp-20"), ["z", "-1e+06"]),
        ("/decode", ([[0.0] * 20] * 1025, "mlp-20"), ["1 to 1024", "1025"]),
        ("/decode", ([[10**400] * 20], "mlp-20"), ["z", "numbers"]),
        ("/decode", ([[0.0] * 20], "mlp-21"), ["model", "mlp-20", "mlp-21"]),
        ("/decode", ([[0.0] * 20], ["mlp-20"]), ["model", "expected one of", "mlp-20"]),
        ("/encode", ([[[2.0] * 28] * 28], "mlp-20"), ["pictures", "0 to 1"]),
        ("/sample", ({"family": "beta", "alpha": 0, "beta": 1}, 4, 0, "mlp-20"), ["alpha", "0"]),
        ("/sample", ({"family": "normal", "mean": 0, "std": -1}, 4, 0, "mlp-20"), ["std", "-1"]),
        ("/sample", ({"family": "cauchy"}, 4, 0, "mlp-20"), ["family", "cauchy"]),
        ("/sample", ({"family": ["beta"]}, 4, 0, "mlp-20"), ["family", "expected one of", "beta"]),
        ("/sample", ({"family": "normal", "mean": 0, "std": 1}, 0, 0, "mlp-20"), ["count", "1"]),
        ("/sample", ({"family": "normal", "mean": 0, "std": 1}, 4, -1, "mlp-20"), ["seed"]),
    ],
)
def test_bad_input_is_refused_with_what_was_expected_and_what_came(
    client, endpoint, arguments, words
):
    with pytest.raises(AppError) as refusal:
        client.predict(*arguments, api_name=endpoint)
    for word in words:
        assert word in str(refusal.value)


def test_a_file_that_is_no_picture_is_refused_in_one_sentence(client, tmp_path):
    (tmp_path / "no.png").write_bytes(b"not a picture")
    with pytest.raises(AppError, match="picture"):
        client.predict(handle_file(tmp_path / "no.png"), "mlp-20", api_name="/reconstruct")


def test_the_endpoints_are_documented(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert set(endpoints) == {"/decode", "/encode", "/reconstruct", "/sample"}
    for endpoint in endpoints.values():
        assert "28 x 28" in endpoint["description"] or "z (" in endpoint["description"]


def test_image_of_a_drawing_survives_every_format(app_url):
    """The page's own road for uploads, /prepare, beside gradio."""
    import httpx

    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).line([(100, 40), (100, 160)], fill="navy", width=12)
    seen = {}
    for kind in ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"):
        body = io.BytesIO()
        image.save(body, kind)
        answer = httpx.post(f"{app_url}/prepare", content=body.getvalue()).json()
        seen[kind] = np.array(answer["pixels"])
    for pixels in seen.values():
        assert pixels.shape == (784,)
        assert np.abs(pixels - seen["PNG"]).mean() < 0.02


def test_a_conditional_model_is_told_the_digit(client):
    z = [[0.0] * 16] * 2
    pictures = client.predict(z, "cvae", 7, api_name="/decode")
    with torch.inference_mode():
        expected = vae.load("cvae").decode(torch.zeros(2, 16), torch.tensor([7, 7])).mean
    assert np.abs(np.array(pictures) - expected.squeeze(1).numpy()).max() < 1e-5
    for y in (None, 10, -1):
        with pytest.raises(AppError, match=r"y: expected a (digit|whole number from 0 to 9)"):
            client.predict(z, "cvae", y, api_name="/decode")
    with pytest.raises(AppError, match="not conditional"):
        client.predict([[0.0] * 20], "mlp-20", 3, api_name="/decode")


def test_a_session_that_is_over_is_forgotten_with_its_answers():
    """Gradio keeps the last answer of every session: a call that names none begins one."""
    zoo = open_zoo(first=["mlp-2"])
    built = page.build(zoo)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page.launch(built, zoo, "127.0.0.1", port)
    try:
        ask = f"http://127.0.0.1:{port}/gradio_api/call/decode"
        for _ in range(page.SESSIONS + 5):
            asked = httpx.post(ask, json={"data": [[[0.5, 0.5]], "mlp-2", None]}).json()
            assert "event: complete" in httpx.get(f"{ask}/{asked['event_id']}").text
        assert len(built.state_holder.session_data) <= page.SESSIONS
    finally:
        built.close()
