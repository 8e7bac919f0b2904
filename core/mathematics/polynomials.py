"""Polynomials in x and ε, read from a line of text by a grammar of our own.

::

    sum     = [sign] product {sign product}          sign  = "+" | "-"
    product = power {["*" | "/"] power}              (only numbers divide; "x 2" is refused)
    power   = atom ["^" whole number]
    atom    = number | "x" | "ε" | "e" | "eps" | "(" sum ")"

Nothing in the text is run as code: each rule below reads a piece and returns numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.errors import SpecError
from core.messages import Message, message

F64 = NDArray[np.float64]
DEGREE = 12  # of x, at most
POWERS = 4  # of ε, at most
LARGEST = 1e6  # absolute value of a coefficient
DEEPEST = 20  # brackets within each other
_SUPERSCRIPTS = {sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_SIGNS = str.maketrans(_SUPERSCRIPTS | {"−": "-", "·": "*", "×": "*"})
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(\*\*|eps|[-+*/^()xeε]))")


@lru_cache(maxsize=64)
def parse(text: str) -> F64:
    """The coefficients of a polynomial: (DEGREE + 1, POWERS + 1), of x^k ε^j at [k, j].

    Raises SpecError, naming the place, for anything but a polynomial in x and ε.

    >>> np.argwhere(parse("x² + 3ε x^4")).tolist()
    [[2, 0], [4, 1]]
    """
    table = _Reader(text).polynomial()
    table.setflags(write=False)
    return table


@dataclass(frozen=True)
class _Token:
    text: str
    place: int  # its first character, from 1
    number: bool


def _tokens(text: str) -> list[_Token]:
    plain, places = "", list[int]()  # of each character of `plain`, its place in `text`
    for place, sign in enumerate(text, start=1):
        written = sign.translate(_SIGNS)
        plain += written
        places += [place] * len(written)
    tokens, at = list[_Token](), 0
    while plain[at:].strip():
        if (read := _TOKEN.match(plain, at)) is None:
            at += len(plain[at:]) - len(plain[at:].lstrip())
            raise _refused(places[at], message("“{sign}” is not known here.", sign=plain[at]))
        group = 1 if read[1] is not None else 2
        tokens.append(_Token(read[group], places[read.start(group)], group == 1))
        at = read.end()
    return tokens


class _Reader:
    """The tokens of a text, read from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens, self.at, self.end = _tokens(text), 0, len(text.rstrip())
        self.depth = 0

    def polynomial(self) -> F64:
        if not self.tokens:
            raise _refused(1, message("there is nothing."))
        value = self.sum()
        if self.at < len(self.tokens):
            raise self.unexpected()
        return value

    def sum(self) -> F64:
        negative = self.take("-")
        if not negative:
            self.take("+")
        value = -self.product() if negative else self.product()
        while sign := self.take("+", "-"):
            term = self.product()
            value = self.checked(value + term if sign == "+" else value - term)
        return value

    def product(self) -> F64:
        value = self.power()
        while self.at < len(self.tokens) and not self.next_is("+", "-", ")"):
            if self.take("/"):
                divisor = self.power()
                if np.abs(divisor).sum() != abs(divisor[0, 0]) or divisor[0, 0] == 0:
                    raise self.refused_before(message("only a number other than 0 divides."))
                value = self.checked(value / divisor[0, 0])
            else:
                named = self.tokens[self.at - 1].text in ("x", "ε", "e", "eps")
                if not self.take("*") and named and self.tokens[self.at].number:
                    raise self.refused(message("a number here needs * or ^ before it."))
                value = self.times(value, self.power())
        return value

    def power(self) -> F64:
        base = self.atom()
        if not self.take("^", "**"):
            return base
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or not token.number or not token.text.isdecimal():
            raise self.refused(message("an exponent is a whole number."))
        if int(token.text[:4]) > DEGREE:
            raise self.refused(message("an exponent is at most {most}.", most=DEGREE))
        self.at += 1
        value = _constant(1.0)
        for _ in range(int(token.text)):
            value = self.times(value, base)
        return value

    def atom(self) -> F64:
        if self.at == len(self.tokens):
            raise self.unexpected()
        token = self.tokens[self.at]
        if token.number:
            self.at += 1
            return self.checked(_constant(float(token.text)))
        if self.take("("):
            return self.bracket()
        value = np.zeros((DEGREE + 1, POWERS + 1))
        if self.take("x"):
            value[1, 0] = 1.0
        elif self.take("ε", "e", "eps"):
            value[0, 1] = 1.0
        else:
            raise self.unexpected()
        return value

    def bracket(self) -> F64:
        self.depth += 1
        if self.depth > DEEPEST:
            text = "at most {most} brackets stand within each other."
            raise self.refused(message(text, most=DEEPEST))
        value = self.sum()
        if not self.take(")"):
            raise self.refused(message("a bracket is not closed."))
        self.depth -= 1
        return value

    def times(self, a: F64, b: F64) -> F64:
        product = np.zeros((2 * DEGREE + 1, 2 * POWERS + 1))
        for k, j in np.argwhere(a):
            product[k : k + DEGREE + 1, j : j + POWERS + 1] += a[k, j] * b
        if product[DEGREE + 1 :].any() or product[:, POWERS + 1 :].any():
            text = "the highest powers are x^{x} and ε^{powers}."
            raise self.refused_before(message(text, x=DEGREE, powers=POWERS))
        return self.checked(product[: DEGREE + 1, : POWERS + 1])

    def checked(self, value: F64) -> F64:
        if not (np.abs(value) <= LARGEST).all():
            text = "a coefficient is at most {most:,.0f}."
            raise self.refused_before(message(text, most=LARGEST))
        return value

    def next_is(self, *texts: str) -> bool:
        tokens = self.tokens[self.at : self.at + 1]
        return any(not token.number and token.text in texts for token in tokens)

    def take(self, *texts: str) -> str:
        if not self.next_is(*texts):
            return ""
        self.at += 1
        return self.tokens[self.at - 1].text

    def unexpected(self) -> SpecError:
        if self.at == len(self.tokens):
            return self.refused(message("the end comes too early."))
        sign = self.tokens[self.at].text
        return self.refused(message("“{sign}” is not expected here.", sign=sign))

    def refused_before(self, reason: Message) -> SpecError:
        """A refusal of what was read last."""
        return _refused(self.tokens[self.at - 1].place, reason)

    def refused(self, reason: Message) -> SpecError:
        at_end = self.at >= len(self.tokens)
        return _refused(self.end if at_end else self.tokens[self.at].place, reason)


def written(table: F64) -> str:
    """A polynomial as LaTeX, highest power of x last.

    >>> written(parse("3ε x^4 - x + x²/2"))
    '-x+0.5x^{2}+3\\\\varepsilon x^{4}'
    """
    terms = ""
    for k, j in np.argwhere(table):
        value = float(table[k, j])
        power = "".join(
            name if n == 1 else f"{name}^{{{n}}}"
            for name, n in ((r"\varepsilon ", j), ("x", k))
            if n
        )
        size = f"{abs(value):.6g}" if abs(value) != 1 or not power else ""
        terms += ("-" if value < 0 else "+" if terms else "") + size + power
    return terms or "0"


def _constant(value: float) -> F64:
    polynomial = np.zeros((DEGREE + 1, POWERS + 1))
    polynomial[0, 0] = value
    return polynomial


def _refused(place: int, reason: Message) -> SpecError:
    text = "The polynomial cannot be read at character {place}: {reason} Write x^2 + ε x^4, say."
    return SpecError(message(text, place=place, reason=reason), "polynomial")
