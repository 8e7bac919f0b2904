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
from urllib.parse import parse_qsl, urlencode

from core.errors import SpecError
from core.families import COPIED, COVERED, JS, KNN, RHO, TOLD
from core.kinds import SECONDS
from core.messages import message
from core.registry import AGREEMENT, BY_CLASS, ON_MAP
from core.specs import Spec, declared
from core.vectors.evaluate.benchmarks import ANALOGY_SETS, PAIR_SETS
from core.vectors.rows.common import OVERLAP
from core.vectors.specs import Shelved


@dataclass(frozen=True)
class Objective:
    """A number that judges a run. meaning: what it measures; items: of what things; lower: whether
    less is better; measured: whether it varies between repetitions."""

    name: str
    meaning: str
    items: str
    lower: bool = False
    measured: bool = False


LABELLED = "the items that it was trained on, by their labels"
ITEMS = "the items that it was trained on"
ROWS = "the rows with a label"
_ALL = (
    *(
        Objective(
            name, message("{name}: Spearman's ρ with people's judgement", name=message(name)),
            message("the pairs of {name}", name=message(name)),
        )
        for name in PAIR_SETS
    ),
    *(
        Objective(
            name, message("{name}: share answered correctly, 3CosAdd", name=message(name)),
            message("the questions of {name}", name=message(name)),
        )
        for name in ANALOGY_SETS
    ),
    Objective(
        OVERLAP, "mean share of the 10 nearest words shared with the reference",
        "the most frequent words that it shares with the reference",
    ),
    Objective("accuracy", "share of items in the cluster matched to their label", LABELLED),
    Objective("NMI", "normalised mutual information of clusters and labels", LABELLED),
    Objective(
        COPIED, "root mean squared error of a pixel or number",
        ITEMS, lower=True,
    ),
    Objective(COVERED, "modes that generated points reach", "the points generated"),
    Objective(
        JS, "nats between real and generated points, on a grid", "the points generated",
        lower=True,
    ),
    Objective(
        TOLD, "share of items, real and generated, whose nearest other is of their own sort",
        "real items and as many generated ones", lower=True,
    ),
    Objective(
        RHO, "mean correlation of z and the code of the item generated from it",
        "the items generated",
    ),
    Objective("codes used", "share of the codes that occur among the items", ITEMS),
    Objective("perplexity", "how many equally common codes would be used as evenly", ITEMS),
    Objective("error", "‖M − A‖ / ‖M‖, Frobenius", "the one matrix", lower=True),
    Objective(
        "trust", "mean share of the true nearest words or rows that stayed near",
        "the map's words or rows",
    ),
    Objective(
        AGREEMENT, "mean share of an item's true nearest ones that bear its label", ROWS
    ),
    Objective(
        ON_MAP, "mean share of an item's nearest ones on the map that bear its label", ROWS
    ),
    Objective(KNN, "share of items whose true nearest ones name their label", ROWS),
    Objective(
        SECONDS, "training time, CPU seconds on one thread", "runs on this machine",
        lower=True, measured=True,
    ),
)  # fmt: skip
OBJECTIVES = {objective.name: objective for objective in _ALL}


def objectives_of(kind: type[Spec]) -> tuple[str, ...]:
    """What runs of this kind can be judged by, the most usual first."""
    return BY_CLASS[kind.__name__].objectives


def seed_of(kind: type[Spec]) -> str:
    """The field that a repetition changes; "" where nothing is random."""
    return BY_CLASS[kind.__name__].seed


def write(spec: Spec) -> str:
    """The spec as a short text."""
    query = urlencode(spec.to_query())
    return type(spec).__name__ + (f"?{query}" if query else "")


def read(text: str) -> Spec:
    """The spec that a text describes. Raises SpecError where it describes none."""
    name, _, query = text.strip().partition("?")
    if name not in BY_CLASS:
        raise SpecError(
            message(
                "“{name}” names nothing that can be swept; choose one of {kinds}.",
                name=name[:40],
                kinds=", ".join(BY_CLASS),
            ),
            "swept",
        )
    return _read(BY_CLASS[name].spec, query)


def read_reference(text: str) -> Spec:
    """The same of a model that others are compared with: also one on the shelf."""
    name, _, query = text.strip().partition("?")
    return _read(Shelved, query) if name == Shelved.__name__ else read(text)


def _read(kind: type[Spec], query: str) -> Spec:
    values = dict(parse_qsl(query, keep_blank_values=True))
    spec, notices = kind.from_query(values)
    if unknown := set(values) - set(declared(kind)):
        raise SpecError(
            message(
                "{name} has no field {fields}.",
                name=kind.__name__,
                fields=", ".join(sorted(unknown))[:60],
            ),
            "swept",
        )
    if notices:
        raise SpecError(message("{name}: {notice}", name=kind.__name__, notice=notices[0]), "swept")
    return spec
