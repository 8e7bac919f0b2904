"""English that agrees with a one: "1 row is", not "1 rows are"."""

from __future__ import annotations

import numpy as np
import pytest

from core.messages import message
from dashboard import language
from dashboard.agreement import agreeing
from dashboard.language import say
from dashboard.ui import captions


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{n:,} rows are left out", 1, "1 row is left out"),
        ("{n:,} rows are left out", 2, "2 rows are left out"),
        ("{n:,} rows are left out", 1001, "1,001 rows are left out"),
        ("{n:,} rows or files were not used", np.int64(1), "1 row or file was not used"),
        ("about {n:.0f} minutes here", 1.2, "about 1 minute here"),
        ("about {n:.0f} minutes here", 1.6, "about 2 minutes here"),
        ("{n:.1f} nats", 1.0, "1.0 nats"),
        ("{n:.0%} rows", 1.0, "100\u00a0% rows"),
        ("the {n} most frequent words that have no vector", "1",
         "the 1 most frequent word that has no vector"),
        ("{n:,} of the words", 1, "1 of the words"),
        ("{n:,} and its words", 1, "1 and its words"),
        ("{n:,} series are one", 1, "1 series is one"),
        ("after {n} epochs batches of", 1, "after 1 epoch batches of"),
        ("of all {n:,} {n:stands|stand} out", 1, "of all 1 stands out"),
        ("of all {n:,} {n:stands|stand} out", 0, "of all 0 stand out"),
        ("{n:,} lines above the table were skipped", 1, "1 line above the table was skipped"),
        ("{n} epochs leave a loss", 1, "1 epoch leaves a loss"),
        ("7 rows of {n} numbers were read", 1, "7 rows of 1 number were read"),
        ("7 texts with {n} labels are left", 1, "7 texts with 1 label are left"),
        ("after {n} passes", 1, "after 1 pass"),
        ("Train {n} times", 1, "Train 1 time"),
        ("a margin of {n} keeps classes", 1, "a margin of 1 keeps classes"),
        ("{n} words", True, "True words"),
        ("{n} words", "a text", "a text words"),
    ],
)  # fmt: skip
def test_a_noun_agrees_with_its_number(template: str, value: object, shown: str) -> None:
    assert say(template, n=value) == shown


def test_only_the_value_that_is_one() -> None:
    assert say("{a} runs of {b} epochs", a=12, b=1) == "12 runs of 1 epoch"
    assert say("{a} runs of {b} epochs", a=1, b=12) == "1 run of 12 epochs"
    assert say(message("{n:,} words have no vector", n=1)) == "1 word has no vector"
    many = {"a": 3, "b": np.arange(2), "c": message("x")}
    template = "{a} rows of {b}, {c}"
    assert agreeing(template, many) is template


def test_a_language_without_plurals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_session", [lambda: "zh"])
    texts = [say("{n:,} occurrences of “{word}”.", n=n, word="x") for n in (1, 2)]
    assert texts[0] == texts[1].replace("2", "1") == "“x”出现 1 次。"


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (["RMSProp 115", "SGD 192"], "RMSProp 115 和 SGD 192"),
        (["poetry", "folk", "dance"], "poetry、folk 和 dance"),
        (["动量", "梯度下降", "SGD"], "动量、梯度下降和 SGD"),
        (["战争", "和平"], "战争和和平"),
    ],
)
def test_latin_is_set_apart_from_chinese(
    monkeypatch: pytest.MonkeyPatch, names: list[str], listed: str
) -> None:
    monkeypatch.setattr(language, "_session", [lambda: "zh"])
    assert captions.listed(names) == listed
    said = say("“{text}” is nearest to {words}.", text="the", words=listed)
    assert said == f"“the”最近的是{' ' if listed[0].isascii() else ''}{listed}。"
