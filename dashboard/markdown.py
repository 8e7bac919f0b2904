"""Text from outside, escaped so that Markdown shows it literally.

Streamlit shows captions, messages, labels and help as Markdown. What a user, a file or a link put
into them is escaped here and nowhere else: `marked` says a text with such values, `plain_message`
a whole message, `plain` one word.
"""

from __future__ import annotations

import re
from typing import Any

from core.messages import Message
from dashboard.language import say

SIGNS = frozenset(r"\`*_{}[]()<>#+-.!|~$:")
APART = "\u2060"  # a word joiner: it is not seen, and no line breaks there
# Addresses become links even where every sign of theirs is escaped: they are looked for later.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)


def plain(word: str) -> str:
    """A word with every sign that Markdown would interpret escaped, and no address in one piece."""
    apart = _ADDRESS.sub(APART, word)
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in apart)


def marked(text: str, /, **values: Any) -> str:
    """A text of the app's for Markdown, in the session's language: string values are escaped.

    A `Message` has its values with it.
    """
    if isinstance(text, Message):
        return marked(text.template, **text.values)
    return say(text, **{name: _escaped(value) for name, value in values.items()})


def plain_message(message: object) -> str:
    """A message for Markdown, in the session's language: what it quotes is escaped, `code` stays
    code.

    A link or a file can put anything into a message, a picture from elsewhere too.
    """
    if isinstance(message, Exception) and message.args:
        message = message.args[0]
    text = say(message) if isinstance(message, Message) else str(message)
    parts = text.split("`")
    if len(parts) % 2 == 0:  # an unpaired backtick comes from outside
        return plain(text)
    return "`".join(part if i % 2 else plain(part) for i, part in enumerate(parts))


def _escaped(value: Any) -> Any:
    if isinstance(value, Message):
        return plain_message(value)
    return plain(value) if isinstance(value, str) else value
