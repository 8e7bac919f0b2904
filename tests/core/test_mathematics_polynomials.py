"""Polynomials written by users: read as meant, refused with their place, never run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import SpecError
from core.mathematics.polynomials import DEEPEST, DEGREE, parse


def value(text: str, x: float, e: float) -> float:
    table = parse(text)
    powers = x ** np.arange(table.shape[0])[:, None] * e ** np.arange(table.shape[1])
    return float((table * powers).sum())


@pytest.mark.parametrize(("text", "terms"), [
    ("x^2 + ε x^4", {(2, 0): 1, (4, 1): 1}),
    ("x² − 2εx⁴", {(2, 0): 1, (4, 1): -2}),
    ("-x**2/4+1.5e-1", {(2, 0): -0.25, (0, 0): 0.15}),
    ("eps (x^2 - 1)^2", {(4, 1): 1, (2, 1): -2, (0, 1): 1}),
    ("2(x+1)(x-1)3", {(2, 0): 6, (0, 0): -6}),
    ("e^2 x·x × .5", {(2, 2): 0.5}),
    ("x^10 x²", {(12, 0): 1}),
    ("(x)^0", {(0, 0): 1}),
])  # fmt: skip
def test_what_is_read(text: str, terms: dict[tuple[int, int], float]) -> None:
    table = parse(text)
    assert {(k, j): table[k, j] for k, j in np.argwhere(table).tolist()} == pytest.approx(terms)


ATOMS = some.sampled_from(["x", "e", "2", "0.5", "3"])
SUMS = some.recursive(
    ATOMS,
    lambda inner: some.one_of(
        some.tuples(inner, some.sampled_from(["+", "-", "*"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda part: f"({part})**2"),
    ),
    max_leaves=5,
)


@given(SUMS)
@settings(max_examples=100, deadline=None)
def test_agrees_with_python(text: str) -> None:
    """Python's own parser, which the code must not use, gives the same numbers."""
    try:
        read = value(text, 0.7, -0.6)
    except SpecError as error:
        assert "highest powers" in str(error) or "at most" in str(error)
        return
    expected = eval(text, {"__builtins__": {}}, {"x": 0.7, "e": -0.6})
    assert read == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(some.text(alphabet="x eε^*/+-()0123.²⁴_'\"[]abc\\\n", max_size=30) | some.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        table = parse(text)
    except SpecError as error:
        assert error.field == "polynomial" and "character" in str(error)
        return
    assert np.isfinite(table).all()


@pytest.mark.parametrize(("text", "place", "reason"), [
    ("", 1, "nothing"),
    ("   ", 1, "nothing"),
    ("x^2 + y", 7, "“y” is not known"),
    ("x² + __import__('os')", 6, "“_” is not known"),
    ("2x2", 3, "needs * or ^"),
    ("x^2 +", 5, "the end comes too early"),
    ("x^1.5", 3, "whole number"),
    ("x^-2", 3, "whole number"),
    ("x^x", 3, "whole number"),
    ("x^99999999999", 3, "at most 12"),
    ("x^12 x", 6, "x^12 and ε^4"),
    ("e^5", 3, "x^12 and ε^4"),
    ("1/x", 3, "other than 0"),
    ("1/0", 3, "other than 0"),
    ("(x", 2, "not closed"),
    ("x)", 2, "“)” is not expected"),
    ("x * * 2", 5, "“*” is not expected"),
    ("9999999 x", 1, "at most 1,000,000"),
    ("1e999", 1, "at most 1,000,000"),
    ("(" * 50 + "x", DEEPEST + 2, f"at most {DEEPEST} brackets"),
])  # fmt: skip
def test_refusals_name_the_place(text: str, place: int, reason: str) -> None:
    with pytest.raises(SpecError) as raised:
        parse(text)
    assert f"character {place}: " in str(raised.value) and reason in str(raised.value)


def test_the_highest_degree() -> None:
    assert parse(f"x^{DEGREE}")[DEGREE, 0] == 1
