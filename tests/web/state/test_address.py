"""What an address holds, written and read back."""

import json
from urllib.parse import parse_qs

import pytest

from vae.ui.facts import facts


def run(engine, script: str, argument: object = None) -> object:
    """The value of the body of an async function, whose argument is `given`."""
    return engine.evaluate(f"async (given) => {{ {script} }}", argument)


MODELS = [
    {"name": "conv-16", "latents": 3, "encoder": True},
    {"name": "cvae", "latents": 2, "encoder": True},
    {"name": "letters", "latents": 2, "encoder": True, "classes": [*"abcdefghijklmnopqrstuvwxyz"]},
]
VIEW = {
    "depth": "lab",
    "theme": "dark",
    "pixels": "1",
    "paper": "1",
    "tab": "sample",
    "joint": "costs",
    "plane": "0,1",
    "map": "0.25,-1.5,1.2e-3",
    "without": "digits,3,7",
    "path": "spherical,0.35",
    "p": "beta:0.25,4",
    "p2": "my model.2~normal:1,2:matched:t0.8",
    "set": "2",
    "latent": "7",
    "readings": "0",
    "seed": "42",
    "compare": "learning",
    "curves": "conv-16,my model.2",
    "loss": "kl,seconds,test",
    "snapshots": "conv-16,4,1",
    "seconds": "37.5",
    "figures": "Fréchet distance,rising",
    "sort": "Fréchet, prior,falling",
    "exhibits": "1,12",
}


def read_address(engine, search: str, usual: str | None = None) -> dict:
    found = run(
        engine,
        """const {readAddress} = await import("/web/state/address.js");
        const {search, models, facts, usual} = given;
        return JSON.stringify(readAddress(search, models, facts, usual));""",
        {"search": search, "models": MODELS, "facts": facts(), "usual": usual},
    )
    return json.loads(found)


def write_address(engine, state: dict, drawing: str | None = None) -> str:
    return run(
        engine,
        """const {writeAddress} = await import("/web/state/address.js");
        return writeAddress(given.state, given.drawing ?? undefined);""",
        {"state": state, "drawing": drawing},
    )


def test_an_address_holds_everything(engine):
    state = {"z": [0.125, -1.001], "y": 7, "pins": {"A": [1, 2], "B": [-0.5, 0]}, "view": VIEW}
    named = {"name": "cvae", "model": {"classes": 10}, "prepared": "drawn", "origin": "drawn"}
    search = write_address(engine, state | named, "AQIA_-09")
    assert read_address(engine, search) == {
        "model": "cvae",
        **state,
        "drawing": "AQIA_-09",
        "prepared": "drawn",
        "drawn": True,
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
        ("?y=11", "its class is not one of the 10, from 0 to 9"),
        ("?tab=<script>", "its tab cannot be read"),
        ("?plane=a,b", "its plane cannot be read"),
        ("?seed=-1", "its seed cannot be read"),
        ("?p=cauchy:0,1", "its p cannot be read"),
        ("?depth=lab&A=1,2", "its A is not 3 numbers"),
        ("?depth=lab&map=1,2", "its map cannot be read"),
        ("?depth=lab&map=a,b,c", "its map cannot be read"),
        ("?depth=lab&without=<b>", "its without cannot be read"),
        ("?depth=lab&path=crooked", "its path cannot be read"),
        ("?depth=lab&theme=red", "its theme cannot be read"),
        ("?depth=lab&loss=kl", "its loss cannot be read"),
        ("?depth=lab&curves=<b>", "its curves cannot be read"),
        ("?depth=lab&drawing=a.b", "its drawing cannot be read"),
        (f"?depth=lab&drawing={'A' * 3001}", "its drawing cannot be read"),
        ("?depth=both", "its depth cannot be read"),
        ("?depth=lab&sort=loss", "its sort cannot be read"),
        ("?depth=lab&figures=<b>,rising", "its figures cannot be read"),
        ("?depth=lab&exhibits=kl", "its exhibits cannot be read"),
    ],
)
def test_what_does_not_suit_an_address_is_left_out(engine, search, problem):
    found = read_address(engine, search)
    assert found["problems"] == [problem]
    assert found["model"] == "conv-16"
    assert "z" not in found and "drawing" not in found and found["y"] == 0
    assert found["view"] == {"depth": "lab"} and found["pins"] == {"A": None, "B": None}


@pytest.mark.parametrize(("y", "told"), [("25", 25), ("26", 0), ("-1", 0), ("1.5", 0)])
def test_a_class_is_one_of_the_models(engine, y, told):
    found = read_address(engine, f"?model=letters&y={y}")
    assert found["y"] == told
    assert found["problems"] == ([] if told else ["its class is not one of the 26, from 0 to 25"])


@pytest.mark.parametrize(
    "name", ["50% off", "a#b", "this&that=1", "who?", "a+b", "Jørn's 数字", "x~y"]
)
def test_a_model_may_be_called_anything(engine, name):
    search, read, panel = engine.evaluate(
        """async ([name, facts]) => {
          const {readAddress, writeAddress} =
            await import("/web/state/address.js");
          const {sampleSetText, parseSampleSet} = await import("/web/state/sample-sets.js");
          const spec = {family: "beta", alpha: 4, beta: 3};
          const p = sampleSetText({name, spec, temperature: 0.8});
          const state = {name, model: {classes: 0}, z: [0.5, -1], y: 0, pins: {}, view: {p}};
          const search = writeAddress(state);
          const read = readAddress(search, [{name, latents: 2}], facts);
          return [search, read, parseSampleSet(p, facts)];
        }""",
        [name, facts()],
    )
    assert (read["model"], read["z"], read["problems"]) == (name, [0.5, -1], [])
    assert "z=0.5,-1" in search
    assert (panel["name"], panel["spec"]["alpha"], panel["temperature"]) == (name, 4, 0.8)
    assert parse_qs(search[1:])["model"] == [name]  # as any other program reads it


@pytest.mark.parametrize(
    ("search", "usual", "depth"),
    [
        ("", None, "learn"),
        ("", "learn", "learn"),
        ("", "lab", "lab"),
        ("", "<b>", "lab"),
        ("?__theme=dark&page=2&utm_source=mail", None, "learn"),
        ("?depth=learn&model=conv-16", "lab", "learn"),
        ("?depth=lab", "learn", "lab"),
        # Older links say nothing of a depth.
        ("?model=conv-16", None, "lab"),
        ("?model=conv-16", "learn", "lab"),
        ("?tab=sample&seed=3", None, "lab"),
        ("?p=beta:4,3", None, "lab"),
    ],
)
def test_a_first_visit_begins_in_learn_and_a_link_where_it_says(engine, search, usual, depth):
    found = read_address(engine, search, usual)
    assert found["view"]["depth"] == depth
    assert found["model"] == ("cvae" if depth == "learn" else "conv-16")
    assert found["problems"] == []


def test_learn_has_the_codes_of_its_own_model_and_two_tabs(engine):
    found = read_address(engine, "?depth=learn&model=conv-16&z=1,2,3&tab=sample")
    assert found["problems"] == ["its z is not 2 numbers"] and "tab" not in found["view"]
    assert read_address(engine, "?depth=learn&z=1,2&tab=draw")["z"] == [1, 2]
