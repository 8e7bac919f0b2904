"""Lists of judged word pairs and of analogies: those gensim's wheel carries, and the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.vectors.evaluate.judged import Pair, Question
from core.vectors.evaluate.lists import read_list

PAIR_SETS = {"WordSim-353": "wordsim353.tsv", "SimLex-999": "simlex999.txt"}
ANALOGY_SETS = {"Google analogies": "questions-words.txt"}


# Levy, Goldberg & Dagan 2015 (Q15-1016), tables 3 (word2vec's defaults) and 5 (tuned, window 5);
# Wikipedia, 1.5 G tokens, 500-d. WordSim is given there in two halves, similarity and relatedness.
PUBLISHED: dict[str, list[tuple[str, float]]] = {
    "WordSim-353": [
        ("SGNS, similarity half", 0.773), ("SGNS, relatedness half", 0.623),
        ("SVD, similarity half", 0.784), ("SVD, relatedness half", 0.672),
        ("GloVe, similarity half", 0.667), ("GloVe, relatedness half", 0.506),
    ],
    "SimLex-999": [("SGNS", 0.423), ("SVD", 0.402), ("GloVe", 0.389), ("PPMI", 0.354)],
    "Google analogies": [("SGNS", 0.599), ("SVD", 0.547), ("GloVe", 0.539), ("PPMI", 0.553)],
}  # fmt: skip


@cache
def pairs_of(name: str) -> tuple[Pair, ...]:
    """A list of pairs that gensim ships."""
    from gensim.test.utils import datapath

    return read_list(Path(datapath(PAIR_SETS[name])), PAIR_SETS[name], "pairs").pairs


@cache
def questions_of(name: str) -> tuple[Question, ...]:
    """A list of analogies that gensim ships."""
    from gensim.test.utils import datapath

    path = Path(datapath(ANALOGY_SETS[name]))
    return read_list(path, ANALOGY_SETS[name], "analogies").questions


def sections(questions: Sequence[Question]) -> list[str]:
    """The sections, in order."""
    return list(dict.fromkeys(question.section for question in questions))
