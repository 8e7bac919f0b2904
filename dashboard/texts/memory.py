"""What the pages on texts remember besides their settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class LabelledFile:
    """The table given last, by the browser's id of it, or (name, digest) of one of the server."""

    file: str = ""
    served: tuple[str, str] = ("", "")


@dataclass
class SeriesFile:
    """The file of series given last, by the browser's id of it."""

    file: str = ""
