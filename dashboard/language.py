"""Every text of the screen, in the language of whoever looks.

The code holds English. `say("{n:,} words", n=5)` gives it in the session's language, as the
catalogues in `languages/` have it: TOML files, a line "English" = "translation" for each text,
the values' names and formats the same in both. Without values nothing is formatted, so that
braces are braces. Where one English word has two meanings, what follows a "‹" tells them apart
and is not shown: "rank‹of a list›". What `core` says (`core.messages`) is said anew from its
template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from core.messages import Message

SPOKEN = {"en": "English", "zh": "简体中文"}
BETWEEN = {"en": " ", "zh": ""}
"""What stands between two sentences."""
MEANT = "‹"
FOLDER = Path(__file__).parent / "languages"
_asked: list[Callable[[], str]] = [lambda: "en"]


def ask(whom: Callable[[], str]) -> None:
    """From now on, `whom` knows the language of the session that runs."""
    _asked[0] = whom


def spoken() -> str:
    """The language of the session that runs: a key of `SPOKEN`."""
    return _asked[0]()


def say(text: str, /, **values: Any) -> str:
    """A text in the session's language; English where the catalogue lacks it."""
    if isinstance(text, Message):
        return say(text.template, **text.values)
    language = spoken()
    plain = text.partition(MEANT)[0]
    found = plain if language == "en" else catalogue(language).get(text, plain)
    if not values:
        return found
    said = {k: say(v) if isinstance(v, Message) else v for k, v in values.items()}
    return found.format(**said)


def paragraph(*sentences: str) -> str:
    """Whole sentences, said already, one after the other; those that are empty are left out."""
    return BETWEEN[spoken()].join(filter(None, sentences))


@cache
def catalogue(language: str) -> dict[str, str]:
    """English → translation."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found
