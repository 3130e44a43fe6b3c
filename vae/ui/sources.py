"""The Python that computes what the machine shows, for the page: read from the package's own files,
so that what is shown is what runs."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import vae
from vae.families import FAMILIES
from vae.families.likelihoods import LIKELIHOODS
from vae.model import VAE, Decoder
from vae.objective import ELBO, elbo

SOURCES = "/sources"
ROOT = Path(vae.__file__).parents[1]


def sources_route() -> Route:
    """GET /sources: what `sources` gives, as JSON."""

    def answer(request: Request) -> JSONResponse:
        return JSONResponse(sources())

    return Route(SOURCES, answer)


def sources() -> dict[str, dict[str, Any]]:
    """By name, the `file` of a function, the `line` it begins at, and its `code` without the
    docstring: encode, logits, decode, elbo and value; for every family that an encoder can give,
    NAME.posterior and NAME.rsample; for every likelihood, NAME.distribution."""
    functions: dict[str, Callable] = {
        "encode": VAE.encode,
        "logits": Decoder.logits,
        "decode": Decoder.decode,
        "elbo": elbo,
        "value": ELBO.value.fget,
    }
    for name, family in FAMILIES.items():
        if family.has_posterior:
            functions[f"{name}.posterior"] = type(family).posterior
            functions[f"{name}.rsample"] = type(family).rsample
    for name, kind in LIKELIHOODS.items():
        functions[f"{name}.distribution"] = kind.distribution
    return {name: _source(function) for name, function in functions.items()}


def _source(function: Callable) -> dict[str, Any]:
    lines, first = inspect.getsourcelines(function)
    code = dedent("".join(lines))
    [definition] = ast.parse(code).body
    kept = code.splitlines()
    if ast.get_docstring(definition) is not None:
        docstring = definition.body[0]
        del kept[docstring.lineno - 1 : docstring.end_lineno]
    file = Path(inspect.getfile(function)).relative_to(ROOT)
    return {"file": file.as_posix(), "line": first, "code": "\n".join(kept)}
