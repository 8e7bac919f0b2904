"""Repeated trainings of a model: their settings, and how stable its neighbours are."""

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
    """The reruns of a model with the current settings, resampled in a way that it allows."""
    repeats = state.spec(Repeats)
    resampling = repeats.leaf("repeat_by")
    model = source.model if isinstance(source, Shelved) else ""
    entry = shelf.get(model) if model else None
    training = entry.training if entry else source
    if entry is not None and entry.of_items:
        resampling = "dimensions"
    elif training is not None:
        kind = kind_of(training)
        resampling = "bootstrap" if kind.load_bootstrap else "seeds" if kind.seed else resampling
    return Repeats(Rerun(source, repeat_by=resampling), repeats.repeats)


def notes_of(repeated: Repeated, word: str, others: list[str], k: int) -> list[str] | None:
    """“9/10” for each of some neighbours of a word; None if the reruns lack the word."""
    hits = repeated.found_again(word, others, k)
    if hits is None:
        return None
    return [f"{n}/{len(repeated.runs)}" for n in hits]


def with_rerun_notes(
    ranking: Ranking, text: str, words: Vocabulary, source: PpmiSvd | Shelved
) -> tuple[Ranking, str]:
    """The list with “9/10” beside each word that 9 of 10 reruns find again, and a caption.

    Unchanged, with no caption, until the reruns are computed and where none are wanted.
    """
    if not state.get("steady", False) or ranking.axis != "cosine":
        return ranking, ""
    try:
        word = words.words[words.find(text)]
    except UnknownWord:
        return ranking, say("How often a neighbour comes back is told of one word, not of a sum.")
    reruns = obtain(repeat, reruns_of(source), "reruns")
    if reruns is None or not reruns.fresh:
        return ranking, ""
    repeated = reruns.result
    k = min(len(ranking.words), repeated.longest)
    notes = notes_of(repeated, word, list(ranking.words), k)
    of_words = "Beside each word: among the {k} nearest in; {what}."
    of_rows = "Beside each row: in how many it is among the {k} nearest; {what}."
    return (
        replace(ranking, notes=notes, note_label=say("among the {k} nearest in", k=k)),
        say(of_rows if ranking.of_items else of_words, k=k, what=repeated.what),
    )


def stored_reruns(
    text: str, answer: Answer, source: PpmiSvd | Shelved
) -> tuple[Repeats, str] | None:
    """The reruns behind the “9/10” beside a list, and its word; None if the list has none."""
    if not state.get("steady", False) or answer.neighbours.similarity != "cosine":
        return None
    try:
        word = answer.words.words[answer.words.find(text)]
    except UnknownWord:
        return None
    reruns = reruns_of(source)
    return (reruns, word) if repeat.stored(reruns) else None
