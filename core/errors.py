"""The errors that a user's input, texts or machines can cause, and no others.

::

    CoreError
    ├── SpecError      an impossible parameter: value, limit and remedy
    ├── SourceError    a text that cannot be read: missing, damaged, not text
    │   └── NotFetched     a data set of the network that is not on this machine
    ├── ClusterError   other machines that cannot be reached, or cannot do the work
    ├── ProgramError   a bug that ended a computation in the background; logged, not hidden
    └── QueryError     a question that has no answer: unknown word, malformed expression
        └── UnknownWord    carries the near spellings

`Cancelled` is not an error: it unwinds a computation that the user cancelled.
Anything else that is raised is a bug.
"""

from __future__ import annotations

import re

from core.messages import message


class CoreError(Exception):
    """A message a user can act on."""


class SpecError(CoreError):
    """A parameter outside what is possible; `field` names it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class SourceError(CoreError):
    """A text that cannot be read."""


class NotFetched(SourceError):
    """A data set that is not on this machine; `name` is what `core.network.ask_for` takes."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


class ClusterError(CoreError):
    """A cluster that cannot be reached, or whose workers cannot do the work."""


class ProgramError(CoreError):
    """A bug in a background computation; its message says how to report it."""


class QueryError(CoreError):
    """A query that cannot be answered."""


class UnknownWord(QueryError):
    """A word outside the vocabulary; `near` holds the closest spellings, best first."""

    def __init__(self, word: str, near: tuple[str, ...] = ()) -> None:
        if near:
            text = message(
                "“{word}” is not in the vocabulary. Near spellings: {near}.",
                word=word,
                near=", ".join(near),
            )
        else:
            text = message("“{word}” is not in the vocabulary.", word=word)
        super().__init__(text)
        self.word = word
        self.near = near


class Cancelled(Exception):
    """Raised inside a computation whose `on_step` hook answered True."""


_FOLDERS = re.compile(r"(?<![\w:/])(?:[A-Za-z]:)?[/\\](?:[^\s'\"/\\]+[/\\])+")


def described(error: Exception, longest: int = 160) -> str:
    """An unforeseen error in a line for people: its kind and its text, folders left out.

    Where files lie on the server is nobody's business but its log's.

    >>> described(FileNotFoundError(2, "No such file", "/home/ada/cache/a.npy"))
    "FileNotFoundError: [Errno 2] No such file: 'a.npy'"
    """
    text = _FOLDERS.sub("", " ".join(str(error).split()))
    return f"{type(error).__name__}: {text[:longest]}"
