"""The co-occurrence counts of a corpus, of a text on this machine or on those of a cluster."""

from __future__ import annotations

from core import cluster
from core.cache import cached
from core.counts.counting import Cooccurrence, count_words, no_meetings
from core.counts.specs import Counts
from core.progress import OnStep, run_on
from core.text.tokens import segments, tokenise
from core.text.vocabulary import vocabulary


@cached
def count(spec: Counts, on_step: OnStep = run_on) -> Cooccurrence:
    """Count the co-occurrences of a corpus.

    Raises SourceError when no two kept words stand within a window of each other.

    >>> matrix = count(Counts(window=2)).matrix              # doctest: +SKIP
    """
    if cluster.address():
        from core.counts import spread

        return spread.count(spec, on_step)
    tokens = tokenise(spec.corpus.text, on_step)
    words = vocabulary(spec.corpus, on_step)
    counts = count_words(spec, tokens.ids, segments(tokens, spec.boundary), words, on_step=on_step)
    if counts.matrix.nnz == 0:
        raise no_meetings(spec, len(words.words))
    return counts
