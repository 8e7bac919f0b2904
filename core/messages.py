"""Sentences that remember how they were made, so that they can be said in another language.

`core` speaks English. A sentence for people is a `message`: an ordinary string in a notebook;
whoever shows it elsewhere finds the words and the values apart from each other.

>>> said = message("{n:,} words of “{name}”", n=1200, name="war")
>>> print(said)
1,200 words of “war”
>>> said.template, said.values
('{n:,} words of “{name}”', {'n': 1200, 'name': 'war'})
"""

from __future__ import annotations

from typing import Any


class Message(str):
    """A string, and the template and values that it was made of."""

    template: str
    values: dict[str, Any]


def message(template: str, /, **values: Any) -> Message:
    """The sentence that `template.format(**values)` gives; values may be messages themselves.

    Without values nothing is formatted: braces are braces.
    """
    made = Message(template.format(**values) if values else template)
    made.template, made.values = template, values
    return made
