"""Cells of a table: which are numbers, which are missing, and what the numbers are."""

from __future__ import annotations

import re
from collections.abc import Iterable

MISSING = frozenset(
    ("", "na", "n/a", "nan", "null", "none", "-nan", "#n/a", "<na>", "nil", "?", ".", "-")
)
NUMBER = re.compile(r"[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?|[-+−]?(?:inf|infinity|∞)", re.I)
COMMA = re.compile(r"[-+−]?(?:\d+,\d*|,\d+)(?:[eEdD][-+]?\d+)?")
THOUSANDS = {
    ",": re.compile(r"[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"),
    ".": re.compile(r"[-+−]?\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
    " ": re.compile(r"[-+−]?\d{1,3}(?:[ \xa0\u202f]\d{3})+(?:[.,]\d*)?"),
    "'": re.compile(r"[-+−]?\d{1,3}(?:['’]\d{3})+(?:[.,]\d*)?"),
}
GROUPS = re.compile("[ \xa0\u202f'’]")
FORTRAN = str.maketrans("dD−", "ee-")
EXACT = 1 << 53  # from here on different whole numbers may be the same float64


def number(cell: str, decimal: str = ".", thousands: str = "") -> float | None:
    """The number that a cell holds; None where it holds none, or one is missing.

    >>> number(" 1,5", ","), number("2,000", ".", ","), number("1.0D+02"), number("1_0")
    (1.5, 2000.0, 100.0, None)
    """
    text = cell.strip()
    if thousands and THOUSANDS[thousands].fullmatch(text):
        text = GROUPS.sub("", text) if thousands in " '" else text.replace(thousands, "")
    if decimal == ",":
        text = text.replace(",", ".", 1) if "." not in text else ""
    if not NUMBER.fullmatch(text):
        return None
    return float(text.translate(FORTRAN) if text[-1].isdigit() or text[-1] == "." else
                 text.replace("∞", "inf").replace("−", "-"))  # fmt: skip


def is_missing(cell: str) -> bool:
    """Whether a cell says that its number is missing."""
    return cell.strip().lower() in MISSING


def marks(cells: Iterable[str], separator: str) -> tuple[str, str]:
    """The decimal mark and the thousands mark of numbers as they are written.

    separator: of the table, whose sign no unquoted number can hold.

    >>> marks(["1,234.5", "12"], ","), marks(["1,5", "2,25"], ";"), marks(["1.234,5"], ";")
    (('.', ','), (',', ''), (',', '.'))
    >>> marks(["0,10", "1.100"], ";"), marks(["0,10", "0.100"], ";")
    ((',', '.'), (',', ''))
    """
    texts = [text for cell in cells if (text := cell.strip()) and not text.isdigit()]
    for sign, pattern in ((",", THOUSANDS[","]), (".", THOUSANDS["."])):
        other = "." if sign == "," else ","
        grouped = [text for text in texts if pattern.fullmatch(text)]
        sure = any(other in text or text.count(sign) > 1 for text in grouped)
        others = [text for text in texts if sign in text and not pattern.fullmatch(text)]
        against = any(NUMBER.fullmatch(text) or COMMA.fullmatch(text) for text in others)
        if grouped and not against and (sure or (sign == "," and separator == ",")):
            return other, sign
    if any(COMMA.fullmatch(text) for text in texts):
        points = [text.lstrip("+-−") for text in texts if "." in text]
        grouped = [text for text in points if text[0] != "0" and THOUSANDS["."].fullmatch(text)]
        against = any(NUMBER.fullmatch(text) for text in {*points} - {*grouped})
        return ",", "." if grouped and not against else ""
    for sign in (" ", "'"):
        if separator != sign and any(THOUSANDS[sign].fullmatch(text) for text in texts):
            return "," if any("," in text for text in texts) else ".", sign
    return ".", ""
