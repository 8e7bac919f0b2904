"""Cutting one line into tokens by five rules, with the positions of the tokens.

A tokeniser is a pattern whose matches are the tokens; "chinese" also cuts each
run of ideographs with jieba's dictionary, after simplification. "discovered" has no pattern:
it cuts by the words that `core.text.discovery` finds in the text itself. `spans` gives the
positions of tokens, `normalise` the type of one, `split` the types of all.
"""

from __future__ import annotations

import functools
import itertools
import logging
import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.cache import cached
from core.progress import OnStep, run_on
from core.specs import Spec
from core.text import discovery
from core.text.classes import marks_of_words
from core.text.discovery import Discovered
from core.text.hanzi import HAN, HAN_RUN, simplified
from core.text.scripts import unspaced
from core.text.specs import Text

APOSTROPHES = "'’"
INSIDE_NUMBERS = ",."  # between two digits they do not split (Unicode's UAX 29, WB11 and WB12)
MUCH_CJK = 0.3
SHORT = 8  # runs of up to so many characters recur and are worth remembering


def split(line: str, text: Text) -> list[str]:
    """The tokens of a line.

    >>> split("Don't panic, it’s 42!", Text())
    ["don't", 'panic', "it's", '42']
    """
    return [
        name for token in raw_tokens(line, text) if (name := normalise(token, text)) is not None
    ]


def spans(line: str, text: Text) -> list[tuple[int, int]]:
    """[start, end) of each token of `split(line, text)` in the line.

    >>> spans("我爱北京 NLP2024", Text(tokeniser="characters"))[-1]
    (11, 12)
    """
    bounds: list[tuple[int, int]] = []
    if text.tokeniser == "discovered":
        bounds = discovered_spans(line, text)
        return [span for span in bounds if normalise(line[slice(*span)], text) is not None]
    for match in pattern(text).finditer(_apart(line, text)):
        if text.tokeniser == "chinese":
            start = match.start()
            for token in _han_cut(match[0], text):
                bounds.append((start, start + len(token)))
                start += len(token)
        else:
            bounds.append(match.span())
    return [span for span in bounds if normalise(line[slice(*span)], text) is not None]


def raw_tokens(line: str, text: Text) -> list[str]:
    """The tokens as written, including those that `normalise` drops."""
    if text.tokeniser == "discovered":
        return [line[start:end] for start, end in discovered_spans(line, text)]
    tokens: list[str] = pattern(text).findall(_apart(line, text))
    if text.tokeniser == "chinese":
        return list(itertools.chain.from_iterable(_han_cut(token, text) for token in tokens))
    return tokens


def discovered_spans(
    line: str, text: Text, phrases: np.ndarray | None = None
) -> list[tuple[int, int]]:
    """[start, end) of each word discovered; phrases: characters at which lines begin."""
    segmenter = discovery.segmenter(Discovered(text.origin, text.discovery))
    return list(map(tuple, segmenter.spans(line, phrases).tolist()))


def normalise(token: str, text: Text) -> str | None:
    """A token's type, or None for a token that is dropped (numbers, when unwanted)."""
    if text.tokeniser != "whitespace":
        token = token.replace("’", "'")
        if not text.numbers and token.isdigit():
            return None
    if converts(text):
        token = simplified(token)
    return token.lower() if text.lowercase else token


def converts(text: Text) -> bool:
    """Whether traditional characters are simplified."""
    return text.tokeniser == "chinese" and text.script == "simplified"


def pattern(text: Text) -> re.Pattern[str]:
    """The pattern that matches each token of a line."""
    return _pattern(text.tokeniser, text.apostrophes, text.numbers)


def character_classes(text: Text) -> list[tuple[str, str]]:
    """(pattern of one character, its class) for the rules that need no dictionary.

    The classes are those of `core.text.kernels`, which cuts by them as `pattern` does.
    """
    if text.tokeniser == "whitespace":
        return [(r"\S", "LETTER")]
    letters_and_marks = [(r"[^\W_]", "LETTER"), (f"[{marks_of_words()}]", "MARK")]
    words = text.tokeniser == "words"
    return (
        letters_and_marks
        + [(f"[{APOSTROPHES}]", "APOSTROPHE")] * (words and text.apostrophes)
        + [(f"[{INSIDE_NUMBERS}]", "INSIDE_NUMBER")] * (words and text.numbers)
    )


def suggest_tokeniser(sample: str) -> str:
    """The tokeniser that suits a text, by its script.

    "characters" where words are not set apart, "chinese" when much of it is ideographs, else
    "words".
    """
    if unspaced(sample):
        return "characters"
    letters = sum(map(str.isalpha, sample))
    ideographs = sum(map(len, HAN_RUN.findall(sample)))
    return "chinese" if ideographs > MUCH_CJK * letters else "words"


@functools.cache
def _pattern(tokeniser: str, apostrophes: bool, numbers: bool) -> re.Pattern[str]:
    if tokeniser == "whitespace":
        return re.compile(r"\S+")
    marks = marks_of_words()
    if tokeniser == "characters":
        return re.compile(rf"\w[{marks}]*")
    word = rf"\w[\w{marks}]*"
    if tokeniser == "chinese":
        word = rf"(?:[^\W{HAN}][{marks}]*)+"
    joiners = [rf"[{APOSTROPHES}]"] * apostrophes
    joiners += [rf"(?<=[0-9])[{INSIDE_NUMBERS}](?=[0-9])"] * numbers
    words = rf"{word}(?:(?:{'|'.join(joiners)}){word})*" if joiners else word
    return re.compile(rf"[{HAN}]+|{words}" if tokeniser == "chinese" else words)


def _apart(line: str, text: Text) -> str:
    r"""Underscores belong to \w but separate words; replacing them moves no position."""
    return line if text.tokeniser == "whitespace" else line.replace("_", " ")


def _han_cut(token: str, text: Text) -> list[str]:
    """A run of ideographs cut by the dictionary, as written; any other token as it is."""
    if not HAN_RUN.match(token):
        return [token]
    cut = _short_cut if len(token) <= SHORT else _long_cut
    return cut(token, converts(text), text.new_words)


@functools.lru_cache(1 << 17)
def _short_cut(run: str, convert: bool, new_words: bool) -> list[str]:
    return _long_cut(run, convert, new_words)


def _long_cut(run: str, convert: bool, new_words: bool) -> list[str]:
    looked_up = simplified(run) if convert else run
    cut: list[str] = _jieba().lcut(looked_up, HMM=new_words)
    if looked_up is run or looked_up == run:
        return cut
    ends = itertools.accumulate(map(len, cut), initial=0)
    return [run[start:end] for start, end in itertools.pairwise(ends)]


@dataclass(frozen=True)
class Dictionary(Spec):
    """jieba's own dictionary; there is no other."""


@cached
def dictionary(spec: Dictionary, on_step: OnStep = run_on) -> tuple[np.ndarray, str, int]:
    """jieba's words and all their beginnings: (counts (W,) int64, W words by line, total).

    A beginning that is no word has the count 0.
    """
    segmenter = _plain_jieba().Tokenizer()
    counts, total = segmenter.gen_pfdict(segmenter.get_dict_file())
    return np.fromiter(counts.values(), np.int64, len(counts)), "\n".join(counts), total


@functools.cache
def _jieba() -> Any:
    """jieba's segmenter, its dictionary one of our results: its own file has no checksum."""
    segmenter = _plain_jieba().Tokenizer()
    counts, words, segmenter.total = dictionary(Dictionary())
    segmenter.FREQ = dict(zip(words.split("\n"), counts.tolist(), strict=True))
    segmenter.initialized = True
    return segmenter


def _plain_jieba() -> Any:
    warnings.filterwarnings("ignore", "pkg_resources is deprecated")  # jieba asks for it first
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return jieba
