"""What a person can ask z to be drawn from: names, equality, and the text of a link."""

import json

import pytest
from samplers import (
    PRIORS,
    QUARTER,
    STANDARD,
    run,
)

from vae import sampling
from vae.evaluation import generation


def test_names_and_what_is_equal_are_those_of_python(engine):
    specs = list(generation.distributions().values())
    priors = [STANDARD, *PRIORS.values(), QUARTER]
    found = run(
        engine,
        """const {nameOf, reduce} = await import("/web/state/specs.js");
        return given.specs.map((spec) =>
          [nameOf(spec), ...given.priors.map((prior) => nameOf(reduce(spec, prior)))]);""",
        specs=specs,
        priors=priors,
    )
    expected = [
        [sampling.name(spec), *(sampling.name(sampling.reduce(spec, prior)) for prior in priors)]
        for spec in specs
    ]
    assert found == expected


def test_a_panel_comes_back_from_its_text(engine):
    states = [
        {"name": "mlp-20", "spec": spec, "temperature": temperature}
        for spec in generation.distributions().values()
        for temperature in (1, 0.8, 0)
    ]
    found = run(
        engine,
        """const {sampleSetText, parseSampleSet} = await import("/web/state/sample-sets.js");
        return given.states.map((state) => parseSampleSet(sampleSetText(state), given.facts));""",
        states=states,
    )
    assert json.dumps(found, sort_keys=True) == json.dumps(
        json.loads(json.dumps(states).replace(".0", "")), sort_keys=True
    )


@pytest.mark.parametrize(
    "text",
    ["", "beta", "beta:4", "beta:0,3", "beta:4,21", "normal:0,0", "normal:nan,1", "prior:1,2",
     "beta:4,3:t2", "beta:4,3:squeezed", "uniform:0,1", "mlp-20~", "<b>:1,2"],
)  # fmt: skip
def test_what_is_no_panel_is_refused(engine, text):
    script = """const {parseSampleSet} = await import("/web/state/sample-sets.js");
        return parseSampleSet(given.text, given.facts);"""
    assert run(engine, script, text=text) is None
