"""What an address holds, written and read back."""

import json

import pytest

from vae.ui.facts import facts


def run(engine, script: str, argument: object = None) -> object:
    """The value of the body of an async function, whose argument is `given`."""
    return engine.evaluate(f"async (given) => {{ {script} }}", argument)


MODELS = [
    {"name": "conv-16", "latents": 3},
    {"name": "cvae", "latents": 2},
    {"name": "letters", "latents": 2, "classes": [*"abcdefghijklmnopqrstuvwxyz"]},
]


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
        ("?y=11", "its class is not one of the 10, from 0 to 9"),
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


@pytest.mark.parametrize(("y", "told"), [("25", 25), ("26", 0), ("-1", 0), ("1.5", 0)])
def test_a_class_is_one_of_the_models(engine, y, told):
    found = json.loads(read_address(engine, f"?model=letters&y={y}"))
    assert found["y"] == told
    assert found["problems"] == ([] if told else ["its class is not one of the 26, from 0 to 25"])
