"""What the server does beside gradio: uploads, and requests that are too large."""

import asyncio
import base64
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from vae import image
from vae.checkpoints import WEIGHTS, Zoo
from vae.handwriting import MAX_BYTES, open_picture
from vae.ui import server
from vae.ui.body_limit import BodyLimit
from vae.ui.packs import pack


async def size(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client() -> TestClient:
    """The server's routes behind its limit, with /size, which answers the bytes it was sent."""
    routes = [
        *server.routes(Zoo({}, {}, WEIGHTS), pack(())),
        Route("/size", size, methods=["GET", "POST"]),
    ]
    return TestClient(Starlette(routes=routes, middleware=server.middleware()))


def file_of(*strokes: list[tuple[int, int]], size: tuple[int, int] = (300, 200)) -> bytes:
    """A PNG of lines, 10 pixels wide, black on white."""
    picture = Image.new("L", size, "white")
    for stroke in strokes:
        ImageDraw.Draw(picture).line(stroke, fill="black", width=10)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


ONE = [(60, 40), (60, 160)]
SEVEN = [(180, 40), (240, 40), (210, 160)]


def opened(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)), formats=["PNG"])


def test_an_upload_is_answered_with_the_digit_its_place_and_the_steps(client):
    data = file_of(SEVEN)
    response = client.post("/prepare", content=data)
    assert response.status_code == 200
    answer = response.json()
    (digit,) = answer["digits"]
    expected = image.prepare(open_picture(data)).flatten().numpy()
    assert np.array_equal(np.array(digit["pixels"], np.float32), expected)
    assert answer["pixels"] == digit["pixels"]
    assert (answer["width"], answer["height"]) == (300, 200)
    assert digit["box"] == pytest.approx([178, 35, 64, 126], abs=4)
    assert [step["name"] for step in answer["steps"]] == ["found ink", "crop", "normalised"]
    for step in answer["steps"]:
        assert step["sentence"].endswith(".")
    ink, crop, normalised = (opened(step["picture"]) for step in answer["steps"])
    assert ink.size == (240, 160)
    assert (crop.width, crop.height) == pytest.approx((68, 130), abs=4)
    assert normalised.size == (28, 28)
    assert np.abs(np.asarray(normalised).flatten() / 255 - expected).max() < 1 / 255


def test_several_digits_are_all_answered_in_reading_order(client):
    answer = client.post("/prepare", content=file_of(SEVEN, ONE)).json()
    assert [round(digit["box"][0], -1) for digit in answer["digits"]] == [60, 180]
    assert answer["pixels"] == answer["digits"][0]["pixels"] != answer["digits"][1]["pixels"]
    assert "2 digits" in answer["steps"][1]["sentence"]


def test_boxes_and_sizes_are_those_of_the_upright_picture(client):
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    lying = Image.open(io.BytesIO(file_of(SEVEN))).transpose(Image.Transpose.ROTATE_90)
    lying.save(file, "JPEG", exif=exif)
    answer = client.post("/prepare", content=file.getvalue()).json()
    assert (answer["width"], answer["height"]) == (300, 200)
    assert answer["digits"][0]["box"] == pytest.approx([178, 35, 64, 126], abs=5)


def test_a_box_is_read_by_itself(client):
    data = file_of(SEVEN, ONE)
    one, seven = client.post("/prepare", content=data).json()["digits"]
    for digit in (one, seven):
        left, top, width, height = digit["box"]
        box = f"{left - 5},{top - 5},{width + 10},{height + 10}"
        answer = client.post("/prepare", params={"box": box}, content=data).json()
        assert answer["digits"] == [digit]
        assert (answer["width"], answer["height"]) == (300, 200)
        assert [step["name"] for step in answer["steps"]] == ["crop", "normalised"]


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_box_and_a_picture_are_turned_clockwise(client, turn):
    upright = Image.open(io.BytesIO(file_of(SEVEN)))
    lying = io.BytesIO()
    upright.rotate(90 * turn, expand=True).save(lying, "PNG")
    whole, part = (
        client.post("/prepare", params={"turn": turn, **box}, content=lying.getvalue()).json()
        for box in ({}, {"box": "0,0,300,300"})
    )
    expected = image.prepare(upright).flatten().numpy()
    for answer in (whole, part):
        assert np.abs(np.array(answer["pixels"]) - expected).max() < 0.02
    assert (whole["width"], whole["height"]) == (300, 200)
    assert whole["digits"][0]["box"] == pytest.approx([178, 35, 64, 126], abs=4)
    assert (part["width"], part["height"]) == ((300, 200) if turn % 2 == 0 else (200, 300))


@pytest.mark.parametrize(
    "query, said",
    [
        ({"turn": "4"}, "0, 1, 2 or 3"),
        ({"turn": "-1"}, "0, 1, 2 or 3"),
        ({"turn": "one"}, "0, 1, 2 or 3"),
        ({"turn": ""}, "0, 1, 2 or 3"),
        ({"box": ""}, "four whole numbers"),
        ({"box": "1,2,3"}, "four whole numbers"),
        ({"box": "1,2,30,4.5"}, "four whole numbers"),
        ({"box": "1,2,30,-40"}, "four whole numbers"),
        ({"box": "1,2,30,nan"}, "four whole numbers"),
        ({"box": "1,2,30," + "9" * 5000}, "four whole numbers"),
        ({"box": "\u0661,2,30,40"}, "four whole numbers"),
        ({"box": "400,10,50,50"}, "8x8 pixels in the picture of 300x200"),
        ({"box": "10,10,7,50"}, "8x8 pixels"),
        ({"box": "5,5,30,30"}, "no ink was found there"),
    ],
    ids=str,
)
def test_another_turn_or_box_is_answered_in_a_sentence(client, query, said):
    response = client.post("/prepare", params=query, content=file_of(SEVEN))
    assert response.status_code == 422
    assert said in response.json()["error"]
    assert len(response.json()["error"]) < 200


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "A picture was expected"),
        (b"only words", "A picture was expected"),
        (file_of(), "no ink was found"),
        (b"\0" * (MAX_BYTES + 100_000), "at most 20 MB"),
    ],
    ids=["empty", "text", "blank", "20.1 MB"],
)
def test_what_cannot_be_read_is_answered_in_a_sentence(client, data, said):
    response = client.post("/prepare", content=data)
    assert response.status_code == 422
    assert said in response.json()["error"]


def in_pieces(total: int, piece: int = 100_000) -> Iterator[bytes]:
    """A body that nobody knows the length of beforehand."""
    for start in range(0, total, piece):
        yield b" " * min(piece, total - start)


def test_requests_up_to_the_limit_pass_whole(client):
    most = server.MAX_REQUEST
    assert client.get("/size").text == "0"
    assert client.post("/size", content=b"x" * most).text == str(most)
    assert client.post("/size", content=in_pieces(most)).text == str(most)


def test_larger_requests_are_refused_with_and_without_a_length(client):
    for content in (b"x" * (server.MAX_REQUEST + 1), in_pieces(server.MAX_REQUEST + 1)):
        response = client.post("/size", content=content)
        assert response.status_code == 413
        assert "at most 1 MB was expected" in response.json()["error"]


def test_of_a_body_without_end_the_limit_is_read_and_no_more():
    pulled = 0

    async def receive():
        nonlocal pulled
        pulled += 1
        return {"type": "http.request", "body": b" " * 300_000, "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        raise AssertionError("the app was asked")

    (limit,) = (one for one in server.middleware() if one.cls is BodyLimit)
    scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "headers": []}
    call = limit.cls(app, *limit.args, **limit.kwargs)(scope, receive, send)
    # In a thread of its own: Playwright keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, call).result()
    assert sent[0]["status"] == 413
    assert pulled == 4


@pytest.mark.parametrize("chunked", [False, True])
def test_the_app_refuses_large_json_but_takes_large_pictures(app_url, chunked):
    large = json.dumps({"data": [[[0.0] * 20] * 20_000, "mlp-20"]}).encode()
    assert len(large) > server.MAX_REQUEST
    kind = {"Content-Type": "application/json"}
    for path in ("/gradio_api/call/decode", "/gradio_api/queue/join", "/gradio_api/run/decode"):
        body = iter([large]) if chunked else large
        response = httpx.post(app_url + path, content=body, headers=kind)
        assert response.status_code == 413, path
        assert "at most 1 MB" in response.json()["error"]
    noise = np.random.default_rng(0).integers(240, 256, (1200, 1200, 3), np.uint8)
    file = io.BytesIO()
    picture = Image.fromarray(noise)
    ImageDraw.Draw(picture).line([(600, 300), (600, 900)], fill="navy", width=60)
    picture.save(file, "PNG")
    assert file.tell() > server.MAX_REQUEST
    response = httpx.post(f"{app_url}/gradio_api/upload", files={"files": file.getvalue()})
    assert response.status_code == 200
    content = iter([file.getvalue()]) if chunked else file.getvalue()
    response = httpx.post(f"{app_url}/prepare", content=content, timeout=30)
    assert response.status_code == 200
