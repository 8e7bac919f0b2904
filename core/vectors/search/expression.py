"""Sums of words, as one writes them: king − man + woman, 2·paris − 0.5 (france + germany).

::

    sum     = [sign] product {sign product}
    product = atom {["*"] atom}            at most one atom is not a number
    atom    = number | word | "quoted words" | "(" sum ")"

A number that multiplies nothing is a word (1999 + war). A hyphen inside a word
belongs to it where the vocabulary has such a word, and is a minus elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from core.errors import QueryError, UnknownWord
from core.messages import message

Lookup = Callable[[str], int]
"""The id of a word; raises UnknownWord."""

LONGEST = 500
MOST_TERMS = 50
DEEPEST = 30
LARGEST = 1e6

SIGNS = dict.fromkeys("+＋", 1.0) | dict.fromkeys("-−–－", -1.0)
TIMES, OPEN, CLOSE = "*＊×·", "(（", ")）"
QUOTES = {'"': '"', "“": "”", "”": "”", "「": "」", "＂": "＂"}
NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
WORD = re.compile(rf"[^\s{re.escape(''.join(SIGNS) + TIMES + OPEN + CLOSE + ''.join(QUOTES))}]+")
HYPHENATED = re.compile(rf"{WORD.pattern}(?:-{WORD.pattern})*")


class _Token(NamedTuple):
    kind: str  # sign, times, open, close, number, word, end
    text: str
    at: int


def parse(text: str, lookup: Lookup) -> dict[str, float]:
    """The words of an expression and their weights, equal words merged, in order.

    Raises QueryError with position and remedy, and UnknownWord.

    >>> parse("king - man + 2 woman", {"king": 0, "man": 1, "woman": 2}.__getitem__)
    {'king': 1.0, 'man': -1.0, 'woman': 2.0}
    """
    return _Parser(text, lookup).parse()


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self.text, self.lookup = text, lookup
        if len(text) > LONGEST:
            raise QueryError(
                message(
                    "The expression has {n:,} characters; shorten it to {longest}.",
                    n=len(text),
                    longest=LONGEST,
                )
            )
        self.tokens = self.cut()
        self.next = 0
        self.terms: list[tuple[str, float]] = []

    def parse(self) -> dict[str, float]:
        if self.tokens[0].kind == "end":
            raise QueryError(
                message("The expression is empty; write a word, or a sum: king − man + woman.")
            )
        self.sum(1.0, 0)
        if self.peek.kind == "close":
            self.fail(message("nothing was opened before this parenthesis; remove it"))
        merged: dict[int, tuple[str, float]] = {}
        for word, weight in self.terms:
            first, sofar = merged.get(id := self.lookup(word), (word, 0.0))
            merged[id] = (first, sofar + weight)
        left = {word: weight for word, weight in merged.values() if abs(weight) > 1e-9}
        if not left:
            raise QueryError(message("Everything in the expression cancels out; change a weight."))
        return left

    @property
    def peek(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def fail(self, what: str, at: int | None = None) -> NoReturn:
        at = self.peek.at if at is None else at
        near = self.text[at : at + 12].strip()
        place = (
            message("At character {at} (“{near}”)", at=at + 1, near=near)
            if near
            else message("At the end")
        )
        raise QueryError(message("{place}: {what}.", place=place, what=what))

    def sum(self, weight: float, depth: int) -> None:
        if depth > DEEPEST:
            self.fail(
                message(
                    "parentheses are nested more than {deepest} deep; simplify", deepest=DEEPEST
                )
            )
        sign = 1.0
        while self.peek.kind == "sign":
            sign *= SIGNS[self.take().text]
        self.product(sign * weight, depth)
        while self.peek.kind == "sign":
            sign = 1.0
            while self.peek.kind == "sign":
                sign *= SIGNS[self.take().text]
            self.product(sign * weight, depth)

    def product(self, weight: float, depth: int) -> None:
        """Numbers before and after the one operand scale all terms the operand adds."""
        start, factor, numbers = len(self.terms), 1.0, 0
        operand: _Token | None = None
        last: _Token | None = None
        while True:
            token = self.peek
            if token.kind == "number":
                last, numbers = self.take(), numbers + 1
                factor *= float(token.text)
                if not factor <= LARGEST:
                    self.fail(
                        message("weights go up to {most:,.0f}; choose a smaller one", most=LARGEST),
                        token.at,
                    )
            elif token.kind in ("word", "open"):
                if operand is not None:
                    self.fail(
                        message(
                            "an operator is missing before this; write + or −, or put words that "
                            "belong together in quotes"
                        )
                    )
                operand = self.take()
                if token.kind == "word":
                    self.add(token.text, 1.0)
                else:
                    self.sum(1.0, depth + 1)
                    if self.peek.kind != "close":
                        self.fail(
                            message("a parenthesis opened here is never closed; add “)”"), token.at
                        )
                    self.take()
            else:
                self.fail(message("a word is missing here; add one or remove what comes before it"))
            if self.peek.kind == "times":
                self.take()
            elif self.peek.kind not in ("number", "word", "open"):
                break
        if operand is None:
            if numbers > 1 or last is None:
                self.fail(message("these numbers multiply no word; add one"))
            self.add(last.text, 1.0)
            factor = 1.0
        scaled = [(word, w * factor * weight) for word, w in self.terms[start:]]
        if any(not abs(w) <= LARGEST for _, w in scaled):
            self.fail(message("weights go up to {most:,.0f}; choose smaller ones", most=LARGEST))
        self.terms[start:] = scaled

    def add(self, word: str, weight: float) -> None:
        self.terms.append((word, weight))
        if len(self.terms) > MOST_TERMS:
            raise QueryError(
                message("The expression has more than {most} words; shorten it.", most=MOST_TERMS)
            )

    def cut(self) -> list[_Token]:
        """The tokens of the text; an "end" closes them."""
        tokens: list[_Token] = []
        kinds = (("sign", "".join(SIGNS)), ("times", TIMES), ("open", OPEN), ("close", CLOSE))
        at = 0
        while at < len(self.text):
            char = self.text[at]
            kind = next((kind for kind, chars in kinds if char in chars), None)
            if char.isspace():
                at += 1
            elif kind is not None:
                tokens.append(_Token(kind, char, at))
                at += 1
            elif char in QUOTES:
                end = self.text.find(QUOTES[char], at + 1)
                if end < 0:
                    self.fail(message("a quotation mark is never closed; add one"), at)
                if not (quoted := self.text[at + 1 : end].strip()):
                    self.fail(
                        message("there is nothing between these quotation marks; remove them"), at
                    )
                tokens.append(_Token("word", quoted, at))
                at = end + 1
            else:
                tokens += self.word(at)
                at = tokens[-1].at + len(tokens[-1].text)
        return [*tokens, _Token("end", "", len(self.text))]

    def word(self, at: int) -> list[_Token]:
        """One word or number, or a number and the word it multiplies (2paris)."""
        match, whole = WORD.match(self.text, at), HYPHENATED.match(self.text, at)
        assert match is not None and whole is not None
        plain, parts = match.group(), whole.group().split("-")
        for n in range(len(parts), 1, -1):
            if self.known(candidate := "-".join(parts[:n])):
                return [_Token("word", candidate, at)]
        if NUMBER.fullmatch(plain):
            return [_Token("number", plain, at)]
        if self.known(plain):
            return [_Token("word", plain, at)]
        if number := NUMBER.match(plain):
            first, *rest = self.word(at + number.end())
            if self.known(first.text):
                return [_Token("number", number.group(), at), first, *rest]
        return [_Token("word", whole.group(), at)]

    def known(self, word: str) -> bool:
        try:
            self.lookup(word)
        except UnknownWord:
            return False
        return True
