"""Every text of the screen, in the language of the session.

The code holds English. `say("{n:,} words", n=5)` gives it in the session's language, as the
catalogues in `languages/` have it: TOML files, a line "English" = "translation" for each text,
the values' names and formats the same in both. Without values nothing is formatted, so that
braces are braces. Where one English word has two meanings, what follows a "‹" tells them apart
and is not shown: "rank‹of a list›". Messages from `core` (`core.messages`) are translated from
their template. English is written in the plural: what agrees with a 1 is `dashboard.agreement`'s.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from numbers import Real
from pathlib import Path
from string import Formatter
from typing import Any

from core.messages import Message
from dashboard.agreement import CHOICE, agreeing, chosen

SPOKEN = {"en": "English", "zh": "简体中文"}
TAGS = {"en": "en", "zh": "zh-CN"}
"""Languages as browsers name them."""
BETWEEN = {"en": " ", "zh": ""}
"""The separator of two sentences."""
PERCENT_GAP = {"en": "\u00a0", "zh": ""}
"""What stands between a number and "%": no line ends there."""
SENSE = "‹"
FOLDER = Path(__file__).parent / "languages"
_session: list[Callable[[], str]] = [lambda: "en"]


def follow_session(language_of_session: Callable[[], str]) -> None:
    """Take the language from this function from now on: it knows the session that runs."""
    _session[0] = language_of_session


def session_language() -> str:
    """The language of the session that runs: a key of `SPOKEN`."""
    return _session[0]()


def naming_script(language: str) -> str:
    """JavaScript that tells the browser the language of the page."""
    return f"document.documentElement.lang = '{TAGS[language]}'"


def say(text: str, /, **values: Any) -> str:
    """A text in the session's language; English where the catalogue lacks it."""
    if isinstance(text, Message):
        return say(text.template, **text.values)
    language = session_language()
    plain = text.partition(SENSE)[0]
    translation = plain if language == "en" else catalogue(language).get(text, plain)
    if not values:
        return translation
    if translation is plain:
        translation = agreeing(translation, values)
    gap = PERCENT_GAP[language]
    shown = {name: _shown(value, gap) for name, value in values.items()}
    return translation.format(**shown) if BETWEEN[language] else _filled_apart(translation, shown)


class _Shown:
    """A number whose text has a true minus sign, and the language's gap before "%".

    Its format may be two words, that for one and that for many: "is|are".
    """

    __slots__ = ("gap", "value")

    def __init__(self, value: Real | float, gap: str) -> None:
        self.value, self.gap = value, gap

    def __format__(self, spec: str) -> str:
        if CHOICE in spec:
            return chosen(self.value, spec)
        text = format(self.value, spec).replace("-", "−")
        return f"{text[:-1]}{self.gap}%" if spec.endswith("%") else text

    def __str__(self) -> str:
        return format(self)


def _shown(value: Any, gap: str) -> Any:
    if isinstance(value, Message):
        return say(value)
    return _Shown(value, gap) if isinstance(value, Real) else value


def number(value: Real | float, form: str) -> str:
    """A number alone, written as `say` writes it: "61 %", "−0.4"."""
    return format(_Shown(value, PERCENT_GAP[session_language()]), form)


def percent_sign() -> str:
    """What follows a number of per cent: " %", or "%" alone."""
    return f"{PERCENT_GAP[session_language()]}%"


def filled(template: str, value: Any) -> str:
    """A template that is no text, such as "{:.0%}", with a number as `say` writes it."""
    return template.format(_shown(value, PERCENT_GAP[session_language()]))


def paragraph(*sentences: str) -> str:
    """Whole sentences, translated already, one after the other; empty ones are left out."""
    return BETWEEN[session_language()].join(filter(None, sentences))


def set_apart(left: str, right: str) -> str:
    """One text after the other, a space between a Chinese character and a Latin one or a digit."""
    between = left[-1:] + right[:1]
    apart = len(between) == 2 and between.isalnum() and between[0].isascii() != between[1].isascii()
    return f"{left} {right}" if apart else left + right


def _filled_apart(template: str, values: dict[str, Any]) -> str:
    """A template with its values, each set apart from what stands before and behind it."""
    text = ""
    for literal, name, form, conversion in _parts(template):
        text = set_apart(text, literal)
        if name is not None:
            value = Formatter().convert_field(values[name], conversion)
            text = set_apart(text, format(value, form or ""))
    return text


@cache
def _parts(template: str) -> tuple[tuple[str, str | None, str | None, Any], ...]:
    return tuple(Formatter().parse(template))


@cache
def catalogue(language: str) -> dict[str, str]:
    """English → translation."""
    translations: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        translations |= tomllib.loads(path.read_text(encoding="utf-8"))
    return translations
