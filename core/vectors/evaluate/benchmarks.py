"""Lists of judged word pairs and of analogies: those gensim's wheel carries, and the user's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from core.errors import SourceError
from core.messages import message

PAIR_SETS = {"WordSim-353": "wordsim353.tsv", "SimLex-999": "simlex999.txt"}
ANALOGY_SETS = {"Google analogies": "questions-words.txt"}


@dataclass(frozen=True)
class Pair:
    """Two words and how alike people judged them."""

    a: str
    b: str
    score: float


@dataclass(frozen=True)
class Question:
    """a is to b as c is to d."""

    section: str
    a: str
    b: str
    c: str
    d: str


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

    with open(datapath(PAIR_SETS[name]), encoding="utf-8") as file:
        return tuple(read_pairs(file, name))


@cache
def questions_of(name: str) -> tuple[Question, ...]:
    """A list of analogies that gensim ships."""
    from gensim.test.utils import datapath

    with open(datapath(ANALOGY_SETS[name]), encoding="utf-8") as file:
        return tuple(read_questions(file, name))


def read_pairs(lines: Iterable[str], name: str) -> list[Pair]:
    """Lines of word, word, number, apart by tabs, commas or spaces; # and a heading are skipped.

    Raises SourceError with the line's number.
    """
    pairs: list[Pair] = []
    for n, line in enumerate(lines, start=1):
        parts = _parts(line)
        if not parts:
            continue
        score = _number(parts[2]) if len(parts) >= 3 else None
        if score is None:
            if not pairs and n <= 3:  # a heading
                continue
            raise SourceError(
                message(
                    "“{name}”, line {n:,} (“{shown}”): two words and a number are expected.",
                    name=name,
                    n=n,
                    shown=line.strip()[:40],
                )
            )
        pairs.append(Pair(parts[0], parts[1], score))
    if len(pairs) < 3:
        raise SourceError(
            message(
                "“{name}” holds {n} judged pairs; at least 3 are needed.", name=name, n=len(pairs)
            )
        )
    return pairs


def read_questions(lines: Iterable[str], name: str) -> list[Question]:
    """Lines of four words, below lines “: section”. Raises SourceError with the line's number."""
    questions: list[Question] = []
    section = "all"
    for n, line in enumerate(lines, start=1):
        if line.startswith(":"):
            section = line[1:].strip() or "all"
            continue
        parts = line.split()
        if not parts or parts[0].startswith("#"):
            continue
        if len(parts) != 4:
            raise SourceError(
                message(
                    "“{name}”, line {n:,} (“{shown}”): four words are expected.",
                    name=name,
                    n=n,
                    shown=line.strip()[:40],
                )
            )
        questions.append(Question(section, *parts))
    if not questions:
        raise SourceError(
            message("“{name}” holds no analogies; lines of four words are expected.", name=name)
        )
    return questions


def sections(questions: Sequence[Question]) -> list[str]:
    """The sections, in order."""
    return list(dict.fromkeys(question.section for question in questions))


def _parts(line: str) -> list[str]:
    text = line.strip().lstrip("\ufeff")
    if not text or text.startswith("#"):
        return []
    for separator in ("\t", ",", ";"):
        if separator in text:
            return [part.strip() for part in text.split(separator)]
    return text.split()


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
