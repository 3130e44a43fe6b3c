"""What Python knows and the page shows, as data: written here once, and sent with the page."""

from dataclasses import asdict
from typing import Any

from vae.checkpoints import Zoo
from vae.checkpoints.description import describe
from vae.data import SETS, title
from vae.families import FAMILIES, Family
from vae.model import VAE, Decoder
from vae.sampling import FITTED, FORMS

# The tabs by the names that an address gives them, and their titles.
TABS = {
    "explore": "Explore",
    "draw": "Draw",
    "sample": "Sample",
    "train": "Train",
    "compare": "Compare",
}
# What the page fetches, below the address of the page itself.
URLS = {
    "web": "web/",
    "weights": "weights/",
    "prepare": "prepare",
    "digits": "digits/",
    "sources": "sources",
}


def facts() -> dict[str, Any]:
    """What is true of every model.

    families: by name, `label`, `parameters` (name, low, high, logarithmic) and `presets`, the specs
    that have a button, each with its `label`; fitted: by name, `button`, `short`, `label` and
    `needs`, the statistics it is drawn from; forms; tabs: each with `name` and `title`;
    data_sets, the titles of those that have one, by name; urls, by what they give.
    """
    return {
        "families": {name: _family(family) for name, family in FAMILIES.items() if family.offered},
        "fitted": {name: asdict(fit) for name, fit in FITTED.items()},
        "forms": list(FORMS),
        "tabs": [{"name": name, "title": title} for name, title in TABS.items()],
        "data_sets": {name: one.title for name, one in SETS.items()},
        "urls": URLS,
    }


def _family(family: Family) -> dict[str, Any]:
    names = ("name", "low", "high", "logarithmic")
    return {
        "label": family.name.capitalize(),
        "parameters": [
            {name: getattr(parameter, name) for name in names} for parameter in family.parameters
        ],
        "presets": [
            {"label": family.label(values), "spec": family.spec(*values)}
            for values in family.offered
        ],
    }


def models(zoo: Zoo) -> list[dict[str, Any]]:
    """What the page says of every model before its file has come: name, about, latents, active (of
    them; None without an encoder), total (test loss in nats), hash (of the file), prior (what
    training held the codes to; None where no KL term did), network, likelihood (None without an
    encoder), encoder and snapshots, whether it has them, data_set by its title, classes by their
    names, and digits, whether these are the ten digits."""
    return [_model(zoo, name, model) for name, model in zoo.models.items()]


def _model(zoo: Zoo, name: str, model: Decoder) -> dict[str, Any]:
    record, encoder = model.record, isinstance(model, VAE)
    return {
        "name": name,
        "about": record.about,
        "latents": model.config.latents,
        "active": record.figures.get("active_units"),
        "total": record.figures.get("total"),
        "hash": zoo.hashes[name],
        "prior": dict(model.config.prior) if record.recipe.get("kl_weight", 1) else None,
        "network": describe(model.config),
        "likelihood": model.likelihood.label() if encoder else None,
        "encoder": encoder,
        "data_set": title(record.data_set),
        "classes": list(record.classes),
        "digits": record.of_digits,
        "snapshots": (zoo.folder / "snapshots" / f"{name}.safetensors").is_file(),
    }
