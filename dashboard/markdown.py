"""Text from outside, escaped so that Markdown shows it literally."""

from __future__ import annotations

from core.messages import Message
from dashboard.language import say

SIGNS = frozenset(r"\`*_{}[]()<>#+-.!|~$:")


def plain(word: str) -> str:
    """A word with every sign that Markdown would interpret escaped."""
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in word)


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
