"""Families of distributions: of z (normal, beta, ...) and of x given z (`likelihoods`).

A family of z is one file of this folder, in which `Family` (family.py) is filled in; it is found by
its place here. Whatever differs between families stands in these files, and nobody else compares
their names.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from vae.families.family import Family, Parameter

__all__ = ["FAMILIES", "Family", "Parameter", "family_of"]


def _found() -> Iterator[Family]:
    for module in iter_modules(__path__, f"{__name__}."):
        members = vars(import_module(module.name)).values()
        kinds = [one for one in members if isinstance(one, type) and issubclass(one, Family)]
        yield from (
            kind() for kind in kinds if kind.__module__ == module.name and kind is not Family
        )


# By name: the normal family, which is the default, and then the others.
FAMILIES: dict[str, Family] = {
    family.name: family
    for family in sorted(_found(), key=lambda one: (one.name != "normal", one.name))
}


def family_of(spec: Mapping[str, Any]) -> Family:
    """The family of a spec. Raises ValueError, naming those that there are, for any other."""
    name = spec.get("family")
    if not isinstance(name, str) or name not in FAMILIES:
        raise ValueError(f"family: expected one of {', '.join(FAMILIES)}, got {name!r}")
    return FAMILIES[name]
