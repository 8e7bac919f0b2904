"""What can be swept, and what each kind can be judged by.

A spec is written as its name and what differs from the defaults, as in a link:

>>> from core.vectors.specs import PpmiSvd
>>> write(PpmiSvd(dim=50).replace(window=3))
'PpmiSvd?window=3&dim=50'
>>> read("PpmiSvd?dim=50&window=3").leaf("window")
3
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from urllib.parse import parse_qsl, urlencode

from core.errors import SpecError
from core.messages import message
from core.specs import Spec, declared
from core.vectors.evaluate.benchmarks import ANALOGY_SETS, PAIR_SETS
from core.vectors.specs import TRAININGS

SECONDS = "seconds"
OVERLAP = "overlap@10"
SEEDS = ("seed", "vae_seed", "map_seed", "draw")  # what a spec calls the source of its randomness


@dataclass(frozen=True)
class Objective:
    """A number that judges a run; a `measured` one is not the same twice."""

    name: str
    said: str
    lower: bool = False
    measured: bool = False


_ALL = (
    *(
        Objective(name, message("{name}: Spearman's ρ with people's judgement", name=message(name)))
        for name in PAIR_SETS
    ),
    *(
        Objective(name, message("{name}: share answered correctly, 3CosAdd", name=message(name)))
        for name in ANALOGY_SETS
    ),
    Objective(OVERLAP, "mean share of the 10 nearest words shared with the reference"),
    Objective("accuracy", "share of items in the cluster matched to their label"),
    Objective("NMI", "normalised mutual information of clusters and labels"),
    Objective("reconstruction error", "root mean squared error of a pixel or number", lower=True),
    Objective("error", "‖M − A‖ / ‖M‖, Frobenius", lower=True),
    Objective("trust", "mean share of the true nearest words that stayed near"),
    Objective(SECONDS, "training time, CPU seconds on one thread", lower=True, measured=True),
)
OBJECTIVES = {objective.name: objective for objective in _ALL}
KINDS = {  # where each is declared; they are imported one by one, JAX takes seconds
    **{name: kind.__module__ for name, kind in TRAININGS.items()},
    "Vae": "core.latent.specs",
    "Approximation": "core.matrices.specs",
    "Trust": "core.maps.specs",
}
_OTHERS = {
    "Vae": ("accuracy", "NMI", "reconstruction error", SECONDS),
    "Approximation": ("error", SECONDS),
    "Trust": ("trust", SECONDS),
}
_REFERENCES = {"Shelved": "core.vectors.specs"}


def objectives_of(kind: type[Spec]) -> tuple[str, ...]:
    """What runs of this kind can be judged by, the most usual first."""
    return _OTHERS.get(kind.__name__, (*PAIR_SETS, *ANALOGY_SETS, OVERLAP, SECONDS))


def seed_of(kind: type[Spec]) -> str:
    """The field that a repetition changes; "" where nothing is random."""
    names = [name for name, _ in kind().leaves()]
    return next((name for name in SEEDS if name in names), "")


def write(spec: Spec) -> str:
    """The spec as a short text."""
    query = urlencode(spec.to_query())
    return type(spec).__name__ + (f"?{query}" if query else "")


def read(text: str) -> Spec:
    """The spec that a text describes. Raises SpecError where it describes none."""
    name, _, query = text.strip().partition("?")
    place = (KINDS | _REFERENCES).get(name)
    if place is None:
        raise SpecError(
            message(
                "“{name}” names nothing that can be swept; choose one of {kinds}.",
                name=name[:40],
                kinds=", ".join(KINDS),
            ),
            "swept",
        )
    values = dict(parse_qsl(query, keep_blank_values=True))
    kind: type[Spec] = getattr(import_module(place), name)
    found, notices = kind.from_query(values)
    if unknown := set(values) - set(declared(kind)):
        raise SpecError(
            message(
                "{name} has no field {fields}.", name=name, fields=", ".join(sorted(unknown))[:60]
            ),
            "swept",
        )
    if notices:
        raise SpecError(message("{name}: {notice}", name=name, notice=notices[0]), "swept")
    return found
