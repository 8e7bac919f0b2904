"""What a collection's map amounts to, in words: how far it can be trusted, and how it was made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

import numpy as np

from core.items import number_vectors
from core.items.collection import Table
from core.items.remarks import Readings, read_as_numbers, remarks
from core.maps.specs import ENGINES
from core.messages import Message
from core.spaces.places import Judged, judge
from core.spaces.rows import EXACT, vectors_of
from core.spaces.specs import Kept
from core.vectors.search.approximate import MEASURED
from dashboard.chain import engines
from dashboard.items.figures.collection import MOST_TITLES
from dashboard.items.parts.collection_panel import EMBEDDERS, called
from dashboard.items.parts.mapped import Mapped
from dashboard.language import paragraph, say
from dashboard.ui import work

TRUST, CONTROL = "collection trust", "collection null control"  # where jobs are shown
NAMED = 20  # columns of numbers that the caption names
AUTOMATIC = 3_000  # rows up to which the null control is computed unasked
ERRORS = 2.0  # standard errors that a difference from the null control must exceed


def answer(mapped: Mapped, fresh: bool) -> str:
    """How many of their true neighbours the rows keep on the map, beside what shuffled vectors
    keep, and what that says."""
    spec, judged = mapped.spec, mapped.judged
    shuffled = spec.place.space.rows_shuffled
    null_name = say("Shuffled vectors (NULL CONTROL).") if shuffled else ""
    m = len(mapped.placed.rows)
    if judged is None and spec.kept_k >= m:  # the search says that so many neighbours are too many
        return null_name
    if judged is None:
        return paragraph(
            null_name,
            say(
                "How many of its {k} true nearest neighbours each row keeps on this map is not "
                "known yet: those of all {n:,} rows are being searched, or that was stopped.",
                k=spec.kept_k, n=m,
            ),
        )  # fmt: skip
    kept = say(
        "Of each row's {k} true nearest neighbours, {kept:.1%} are among its {k} nearest on the "
        "map; by chance it would be {chance:.1%}.",
        k=spec.kept_k,
        kept=float(judged.kept.mean()),
        chance=spec.kept_k / max(m - 1, 1),
    )
    other = _control(spec, m) if fresh else None
    if other is None:
        return paragraph(null_name, kept)
    real, null = (other, judged) if shuffled else (judged, other)
    template = (
        "The real vectors: {kept:.1%}."
        if shuffled
        else "Null control, shuffled vectors: {kept:.1%}."
    )
    return paragraph(
        null_name,
        kept,
        say(template, kept=float(other.kept.mean())),
        _verdict(real, null),
    )


def begin(spec: Kept) -> None:
    """Start what the answer needs to know of a map, while its places are computed."""
    work.begin(judge, spec, TRUST)
    work.begin(judge, _other(spec), CONTROL)


def _other(spec: Kept) -> Kept:
    """The same map with the vectors shuffled, or with the real ones where they are."""
    shuffled = spec.place.space.rows_shuffled
    return dataclasses.replace(spec, place=spec.place.replace(rows_shuffled=not shuffled))


def _control(spec: Kept, m: int) -> Judged | None:
    """The other map; None where that is not known yet."""
    other = _other(spec)
    if m > AUTOMATIC and not judge.stored(other):
        return None
    control = work.obtain(judge, other, CONTROL)
    return control.result if control is not None and control.fresh else None


def _verdict(real: Judged, null: Judged) -> str:
    """A sentence where the map keeps no more than one of shuffled vectors."""
    difference = float(real.kept.mean() - null.kept.mean())
    error = float(np.hypot(_error(real), _error(null)))
    if difference > ERRORS * error:
        return ""
    return say(
        "That is no more than shuffled vectors keep, beyond the luck of so many rows: what this "
        "map shows is the method's doing. With few rows nearly every map keeps that much; look at "
        "the neighbours instead."
    )


def _error(judged: Judged) -> float:
    """The standard error of the mean share kept."""
    return float(judged.kept.std(ddof=1) / np.sqrt(len(judged.kept)))


def description(table: Table, mapped: Mapped, fresh: bool) -> str:
    """Where the vectors come from, what is left out, and how the neighbours were found."""
    spec = mapped.spec
    space, m = spec.place.space, len(mapped.placed.rows)
    if space.from_text:
        source = say(
            "Vectors of the texts in “{column}” by {method}.",
            column=space.text_column,
            method=say(EMBEDDERS[space.embedder]),
        )
    elif space.embedding == number_vectors.NAME:
        names = table.numbers
        source = say(
            "Vectors of {n:,} columns of numbers, each standardised: {names}.",
            n=len(names),
            names=say(", ‹between names›").join(names[:NAMED]) + (" …" if names[NAMED:] else ""),
        )
    else:
        source = say("Vectors of the column “{column}”.", column=called(space.embedding))
    return paragraph(
        source,
        say(
            "On the map: {m:,} of {n:,} rows; without a usable vector: {missing:,}.",
            m=m,
            n=len(table),
            missing=len(vectors_of(space).missing),
        ),
        searched(mapped.judged.recall) if mapped.judged is not None else "",
        programs(spec, m) if fresh else "",
        _by_number(m),
        *map(say, table.stored.notes),
        *readings(table),
    )


def readings(table: Table) -> Iterator[str]:
    """How columns of text were read as numbers and dates."""
    for name, notes in noted(table).items():
        for remark in notes:
            yield say("{column}: {note}", column=name, note=say(remark))


def noted(table: Table) -> Mapping[str, tuple[Message, ...]]:
    """The same by column; nothing while it is found out."""
    if not read_as_numbers(table):
        return {}
    obtained = work.obtain(remarks, Readings(table.spec), "readings", beside=True)
    return obtained.result if obtained is not None and obtained.fresh else {}


def _by_number(m: int) -> str:
    """What the pointer shows where the titles are too many to be sent."""
    if m <= MOST_TITLES:
        return ""
    return say(
        "Above {n:,} rows the pointer shows a row's number alone; click it to read the row.",
        n=MOST_TITLES,
    )


def searched(recall: float) -> str:
    """How the true neighbours were found."""
    if recall == 1.0:
        return say("True neighbours are exact, by cosine.")
    return say(
        "Above {n:,} rows the true neighbours are approximate, by cosine: NN-descent found "
        "{recall:.1%} of the exact ones, measured on {some} rows.",
        n=EXACT, recall=recall, some=MEASURED,
    )  # fmt: skip


def programs(spec: Kept, m: int) -> str:
    """What the other programs keep on the same map of m rows, as far as that is known."""
    if spec.place.layout != "umap":
        return ""
    known = {}
    for engine in ENGINES:
        other = dataclasses.replace(
            spec, place=spec.place.replace(umap_engine=engine, told_column="")
        )
        if other == spec or not (judge.stored(other) or (engine == "ours" and m <= AUTOMATIC)):
            continue
        result = work.obtain(judge, other, f"collection by {engine}")
        if result is not None and result.fresh:
            known[engine] = float(result.result.kept.mean())
    return engines.beside(spec.place.umap_engine, known)
