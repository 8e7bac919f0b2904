"""The vocabulary of a corpus, of a text on this machine or on those of a cluster."""

from __future__ import annotations

from core import cluster
from core.cache import cached
from core.progress import OnStep, run_on
from core.text.specs import Corpus
from core.text.tokens import tokenise
from core.text.words import Vocabulary, frequent


@cached
def vocabulary(corpus: Corpus, on_step: OnStep = run_on) -> Vocabulary:
    """The vocabulary of a corpus. Raises SpecError when fewer than two words are left.

    >>> words = vocabulary(Corpus())
    >>> words.words[:3], words.find("Government") == words.index["government"]
    (['the', 'of', 'and'], True)
    """
    if cluster.address():
        from core.text import spread

        return spread.merged_vocabulary(corpus, on_step)
    tokens = tokenise(corpus.text, on_step)
    return frequent(corpus, tokens.types, tokens.type_counts, len(tokens.ids), len(tokens.types))
