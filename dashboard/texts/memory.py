"""What the pages on texts remember besides their settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class LabelledFile:
    """The table given last: the browser's id of the file, its name and its digest."""

    file: str = ""
    name: str = ""
    digest: str = ""


@dataclass
class SeriesFile:
    """The file of series given last, by the browser's id of it."""

    file: str = ""
