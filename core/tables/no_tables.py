"""What is given as a table and is none: spreadsheets, and web pages saved under a table's name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from core.errors import SourceError
from core.messages import message

SHEETS = (".xls", ".xlsx", ".xlsm", ".ods")
PAGE = re.compile(r"\s*<(!doctype\s+html|html[\s>])", re.IGNORECASE)
LOOKED_AT = 2_000  # characters


def check_sheet(name: str) -> None:
    """Raise SourceError for a spreadsheet, by its name."""
    kind = PurePosixPath(name.lower()).suffix
    if kind in SHEETS:
        raise SourceError(
            message(
                "“{name}” is a {kind} file, which is not read: {remedy}.",
                name=name,
                kind=kind,
                remedy=message("save the sheet as CSV first"),
            )
        )


def check_page(start: str, name: str) -> None:
    """Raise SourceError for what begins as a web page does."""
    if PAGE.match(start[:LOOKED_AT].lstrip("\ufeff")):
        raise SourceError(
            message(
                "“{name}” is a web page, not a table: perhaps the page of the download was saved "
                "instead of the file. Fetch the file itself.",
                name=name,
            )
        )
