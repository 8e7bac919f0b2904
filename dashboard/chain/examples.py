"""Words to begin with, of the text or the vectors that are shown.

Pages have a word in their settings, by default one of the sample. Where a text or vectors do not
know it, and nobody typed it for them, another takes its place that they do have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from core import jobs
from core.counts import selection
from core.errors import CoreError
from core.text.specs import Corpus
from core.text.typical import content_words, typical
from core.text.vocabulary import vocabulary
from core.text.words import Vocabulary
from core.vectors.search import expression
from core.vectors.specs import PpmiSvd
from dashboard import state
from dashboard.slots import slot
from dashboard.ui.work import PATIENCE, obtain, watcher

ROW = "#"  # how the row of a collection begins, which is no word of a text
ENOUGH = 0.7  # of the words of a list: with more of them known it is not replaced

Outcome = Literal["kept", "changed", "waiting"]
"""Whether a setting was changed, in which case the page runs again; waiting: it will be."""


@dataclass
class Accepted:
    """By setting, the text or the model that its words were last accepted for."""

    of: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """The words of a text or of a model; None: they are not counted yet.

    key: which text or model; corpus: the text's, None for a model.
    """

    key: str
    words: Vocabulary | None
    corpus: Corpus | None = None

    def typical(self, setting: str) -> list[str]:
        """Words to begin with; none while they are looked for, which is shown."""
        if self.words is None:
            return []
        if self.corpus is None:
            return content_words(self.words)
        obtained = obtain(typical, self.corpus, f"example words {setting}")
        return list(obtained.result) if obtained is not None and obtained.fresh else []


def of_corpus(corpus: Corpus) -> Known:
    """The words of a text, once they are counted; a short one of one's own is waited for."""
    if not vocabulary.ready(corpus) and corpus.text.origin.digest:
        jobs.submit(vocabulary, corpus, watcher("vocabulary")).wait(PATIENCE)
    words = vocabulary(corpus) if vocabulary.ready(corpus) else None
    return Known(corpus.text.key, words, corpus)


def word(known: Known, name: str, usual: str) -> Outcome:
    """Have a setting hold a word, or an expression, that is known."""

    def fits(text: str, words: Vocabulary) -> bool:
        return all(words.find(word) >= 0 for word in expression.parse(text, words.find))

    return _settle(known, name, usual, fits, 1)


def several(known: Known, name: str, usual: str) -> Outcome:
    """Have a setting hold a list of words most of which are known."""

    def fits(text: str, words: Vocabulary) -> bool:
        listed = [word for word in selection.SEPARATORS.split(text) if word]
        known = sum(word in words.index or word.lower() in words.index for word in listed)
        return known >= ENOUGH * len(listed) > 0

    return _settle(known, name, usual, fits, 24)


def passage(name: str, usual: str, key: str, passage_of: Callable[[], str]) -> None:
    """Have a setting hold a passage of the text shown, unless one was typed for it."""
    accepted = slot(Accepted).of
    before = accepted.get(name)
    if before == key or (before is None and state.get(name, usual) != usual):
        return
    accepted[name] = key
    state.put(name, passage_of())


def dimension(name: str = "dim") -> None:
    """Lower a dimension that nobody chose for this text where it has too few words for it.

    name: of the setting that holds it.
    """
    corpus, usual = state.spec(Corpus), PpmiSvd().dim
    now, before = state.get(name, usual), slot(Accepted).of.get(name)
    if not corpus.text.origin.digest or (words := of_corpus(corpus).words) is None:
        return
    most = max(len(words.words) - 1, 2)
    if now > most and (now == usual or before not in (None, corpus.text.key)):
        state.put(name, most)
    slot(Accepted).of[name] = corpus.text.key


def _settle(
    known: Known, name: str, usual: str, fits: Callable[[str, Vocabulary], bool], most: int
) -> Outcome:
    accepted, value = slot(Accepted).of, str(state.latest(name, usual))
    if known.words is None:
        accepted.setdefault(name, known.key)  # by the time they are, another text may be shown
        return "kept"
    before = accepted.get(name)
    try:
        good = bool(value) and fits(value, known.words)
    except CoreError:
        good = False
    if good:
        accepted[name] = known.key
        return "kept"
    row = value.startswith(ROW)
    if value != usual and not row and before in (None, known.key):  # typed for it, or in a link
        return "kept"
    examples = known.typical(name)[:most]
    if not examples:
        return "waiting"
    accepted[name] = known.key
    state.put(name, " ".join(examples))
    return "changed"
