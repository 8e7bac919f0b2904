"""A model made again and again: with which settings, and what that says of its neighbours."""

from __future__ import annotations

from dataclasses import replace

from core.compare.specs import Repeats, Rerun
from core.compare.stability import Repeated, repeat
from core.errors import UnknownWord
from core.text.words import Vocabulary
from core.vectors.kinds import kind_of
from core.vectors.specs import PpmiSvd, Shelved
from core.vectors.store import shelf
from dashboard import state
from dashboard.chain.nearest import Answer
from dashboard.figures.neighbours import Ranking
from dashboard.language import say
from dashboard.ui.work import obtain


def reruns_of(source: PpmiSvd | Shelved) -> Repeats:
    """The reruns of a model with the settings in hand; a way that it allows."""
    wanted = state.spec(Repeats)
    way = wanted.leaf("repeat_by")
    model = source.model if isinstance(source, Shelved) else ""
    training = shelf.get(model).training if model else source
    if training is not None:
        kind = kind_of(training)
        way = "bootstrap" if kind.load_bootstrap else "seeds" if kind.seed else way
    return Repeats(Rerun(source, repeat_by=way), wanted.repeats)


def notes_of(known: Repeated, word: str, others: list[str], k: int) -> list[str] | None:
    """“9/10” for each of some neighbours of a word; None where it was not repeated."""
    times = known.found_again(word, others, k)
    if times is None:
        return None
    return [f"{n}/{len(known.runs)}" for n in times]


def steadied(
    ranking: Ranking, text: str, words: Vocabulary, source: PpmiSvd | Shelved
) -> tuple[Ranking, str]:
    """The list with “9/10” beside each word that 9 of 10 reruns find again, and what was done.

    As it is while the reruns are made, and where there is nothing to be said.
    """
    if not state.get("steady", False) or ranking.axis != "cosine":
        return ranking, ""
    try:
        word = words.words[words.find(text)]
    except UnknownWord:
        return ranking, say("How often a neighbour comes back is told of one word, not of a sum.")
    made = obtain(repeat, reruns_of(source), "reruns")
    if made is None or not made.fresh:
        return ranking, ""
    known = made.result
    k = min(len(ranking.words), known.longest)
    notes = notes_of(known, word, list(ranking.words), k)
    return (
        replace(ranking, notes=notes, said=say("among the {k} nearest in", k=k)),
        say("Beside each word: among the {k} nearest in; {what}.", k=k, what=known.what),
    )


def known_reruns(text: str, a: Answer, source: PpmiSvd | Shelved) -> tuple[Repeats, str] | None:
    """The reruns behind the “9/10” beside a list, and its word; None where none stand there."""
    if not state.get("steady", False) or a.found.similarity != "cosine":
        return None
    try:
        word = a.words.words[a.words.find(text)]
    except UnknownWord:
        return None
    wanted = reruns_of(source)
    return (wanted, word) if repeat.stored(wanted) else None
