"""Sums of words as people write them, and what is said when they cannot be read."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import QueryError, UnknownWord
from core.vectors.search.expression import parse

SENTENCE = (
    "king man woman paris france germany vice president vice-president state-of-the-art state "
    "new york 女人 男人 国王 don't 1999 3d d war 7"
)
WORDS = SENTENCE.split()
IDS = {word: i for i, word in enumerate([*WORDS, "new york", "x-ray 2"])}


def lookup(word: str) -> int:
    try:
        return IDS[word.lower()]
    except KeyError:
        raise UnknownWord(word) from None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("king", {"king": 1}),
        ("king - man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("king-man+woman", {"king": 1, "man": -1, "woman": 1}),
        ("king − man – woman", {"king": 1, "man": -1, "woman": -1}),
        (
            "2*paris - 0.5*(france + germany)",
            {"paris": 2, "france": -0.5, "germany": -0.5},
        ),
        ("2 paris .5 (france - germany)", None),
        ("2 paris + .5(france - germany)", {"paris": 2, "france": 0.5, "germany": -0.5}),
        ("2paris × 3", {"paris": 6}),
        ("(king - man) * 2", {"king": 2, "man": -2}),
        ("2 (3 (king))", {"king": 6}),
        ("-king + man", {"king": -1, "man": 1}),
        ("king - -man", {"king": 1, "man": 1}),
        ("-(king - (man + woman))", {"king": -1, "man": 1, "woman": 1}),
        ("king + king - man", {"king": 2, "man": -1}),
        ("King + king", {"King": 2}),
        ("king - king + man", {"man": 1}),
        ("vice-president - vice", {"vice-president": 1, "vice": -1}),
        ("vice - president", {"vice": 1, "president": -1}),
        ("king-vice", {"king": 1, "vice": -1}),
        ("state-of-the-art-man", {"state-of-the-art": 1, "man": -1}),
        ("2vice-president", {"vice-president": 2}),
        ('"new york" + new', {"new york": 1, "new": 1}),
        ("2 “new york” − 「paris」", {"new york": 2, "paris": -1}),
        ('"x-ray 2"', {"x-ray 2": 1}),
        ("女人 - 男人 + 国王", {"女人": 1, "男人": -1, "国王": 1}),
        ("女人－男人＋２×（国王）", {"女人": 1, "男人": -1, "国王": 2}),
        ("2女人", {"女人": 2}),
        ("don't", {"don't": 1}),
        ("1999 + war", {"1999": 1, "war": 1}),
        ("2*1999", None),
        ('2*"1999"', {"1999": 2}),
        ("3d", {"3d": 1}),
        ("7", {"7": 1}),
        ("man - 7", {"man": 1, "7": -1}),
    ],
)
def test_what_can_be_written(text, expected):
    if expected is None:
        with pytest.raises(QueryError):
            parse(text, lookup)
    else:
        assert parse(text, lookup) == expected
        assert list(parse(text, lookup)) == list(expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty; write a word"),
        ("  \n", "empty; write a word"),
        ("(king", r"character 1 .*never closed; add “\)”"),
        ("king)", r"character 5 .*remove it"),
        ("()", "character 2 .*word is missing"),
        ("king -", "At the end: a word is missing"),
        ("king *", "At the end: a word is missing"),
        ("* king", "character 1 .*word is missing"),
        ("king + * man", "character 8"),
        ("new york man", "character 5 .*operator is missing.*quotes"),
        ("(king) man", "character 8 .*operator is missing"),
        ("2 * 3", "multiply no word"),
        ('"king', "quotation mark is never closed"),
        ('""', "nothing between"),
        ("king - king", "cancels out"),
        ("0 king", "cancels out"),
        ("9" * 400 + " king", "weights go up to 1,000,000"),
        ("1000 (1000 (1000 king))", "weights go up to 1,000,000"),
        ("+".join(["king"] * 51), "more than 50 words"),
        ("(" * 40 + "king" + ")" * 40, "30 deep"),
        ("king " * 200, "1,000 characters; shorten it to 500"),
    ],
)
def test_what_cannot_is_told_with_place_and_remedy(text, says):
    with pytest.raises(QueryError, match=says) as raised:
        parse(text, lookup)
    assert not isinstance(raised.value, UnknownWord)


@pytest.mark.parametrize(
    ("text", "word"), [("king + xyzzy", "xyzzy"), ("foo-bar", "foo-bar"), ("2xyzzy", "2xyzzy")]
)
def test_unknown_words_are_named_whole(text, word):
    with pytest.raises(UnknownWord) as raised:
        parse(text, lookup)
    assert raised.value.word == word


pieces = st.sampled_from([*WORDS, *'+-−＋－×*()（）"“”「」. ', "2", "0.5", "1e9", "-", "q"])


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join) | st.text(max_size=60))
@example(".5" * 240)
@example("-" * 500)
@example("1" * 400)
def test_nothing_else_is_ever_raised(text):
    try:
        weights = parse(text, lookup)
    except QueryError:
        return
    assert weights and all(math.isfinite(weight) and weight for weight in weights.values())
    assert len({lookup(word) for word in weights}) == len(weights)
