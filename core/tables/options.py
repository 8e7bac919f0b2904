"""What a user says of a table, where the guess was wrong."""

from __future__ import annotations

from dataclasses import dataclass

from core import specs
from core.specs import Spec

SEPARATORS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "pipe": "|",
    "spaces": " ",
    "none": "",
}
ENCODINGS = (
    "UTF-8", "UTF-16", "Windows-1252", "Windows-1250", "Windows-1251", "ISO-8859-2", "ISO-8859-15",
    "GB18030", "Big5", "Shift-JIS", "EUC-JP", "EUC-KR", "Windows-1253", "Windows-1254",
    "Windows-1255", "Windows-1256", "Windows-874", "KOI8-R", "Mac Roman", "CP850",
)  # fmt: skip
CODECS = {
    "UTF-16": "utf-16-le", "Windows-1252": "cp1252", "Windows-1250": "cp1250",
    "Windows-1251": "cp1251", "Big5": "big5hkscs", "Shift-JIS": "cp932", "EUC-KR": "cp949",
    "Windows-1253": "cp1253", "Windows-1254": "cp1254", "Windows-1255": "cp1255",
    "Windows-1256": "cp1256", "Windows-874": "cp874", "Mac Roman": "mac_roman",
}  # fmt: skip


@dataclass(frozen=True)
class TableOptions(Spec):
    """How a table is to be read; what is “guess” is found by looking at it."""

    separator: str = specs.choice(
        "guess", ("guess", *SEPARATORS), "What stands between the columns of a table."
    )
    heading: str = specs.choice(
        "guess", ("guess", "yes", "no"), "Whether the first row of a table names its columns."
    )
    encoding: str = specs.choice(
        "guess", ("guess", *ENCODINGS), "How the bytes of the file stand for characters."
    )
    decimal: str = specs.choice(
        "guess", ("guess", "point", "comma"), "What stands before the decimals of a number."
    )
    named_by: str = specs.text(
        "",
        200,
        "The column that names the rows; empty: the one that looks like it; -: none.",
        silent=True,
    )

    @property
    def codec(self) -> str:
        """Python's name of the encoding, "" where it is guessed."""
        return "" if self.encoding == "guess" else CODECS.get(self.encoding, self.encoding.lower())


GUESSED = TableOptions()
