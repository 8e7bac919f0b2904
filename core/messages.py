"""Sentences that keep their template and values, so that they can be translated.

`core` speaks English. A sentence for people is a `message`: an ordinary string in a notebook;
code that translates it has the template and the values apart.

>>> size = message("{n:,} words of “{name}”", n=1200, name="war")
>>> print(size)
1,200 words of “war”
>>> size.template, size.values
('{n:,} words of “{name}”', {'n': 1200, 'name': 'war'})
"""

from __future__ import annotations

from typing import Any


class Message(str):
    """A string, and the template and values that it was formatted from."""

    template: str
    values: dict[str, Any]


def message(template: str, /, **values: Any) -> Message:
    """The sentence that `template.format(**values)` gives; values may be messages themselves.

    Without values nothing is formatted: braces are braces.
    """
    sentence = Message(template.format(**values) if values else template)
    sentence.template, sentence.values = template, values
    return sentence
