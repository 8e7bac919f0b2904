"""What is too large to be read: sizes are looked at before anything is unpacked."""

from __future__ import annotations

from core import budget
from core.errors import SourceError
from core.messages import message

LIMIT = 1_000_000_000  # bytes, unpacked
LARGEST = 4096  # numbers in an item
MOST_PIXELS = 1_000_000
MOST_COLUMNS = 5000
MOST_FILES = 200_000  # in a zip
BYTES = 8  # of memory for a number that is read and brought to its scale


def check_size(size: int, name: str) -> None:
    """Raise SourceError where a file holds, or claims, more bytes than the limit."""
    if size > LIMIT:
        raise SourceError(
            message(
                "“{name}” holds at least {size:,.2f} GB; the limit is {most:g} GB. Upload a part "
                "of it, or smaller pictures.",
                name=name,
                size=size / 1e9,
                most=LIMIT / 1e9,
            )
        )


def check_item(numbers: int, name: str) -> None:
    """Raise SourceError where an item has more numbers than the limit."""
    if numbers > LARGEST:
        raise SourceError(
            message(
                "An item of “{name}” has {n:,} numbers; the limit is {most:,}. Shrink the "
                "pictures, to 28×28 for instance, or leave columns out.",
                name=name,
                n=numbers,
                most=LARGEST,
            )
        )


def check_files(number: int, name: str) -> None:
    """Raise SourceError where an archive holds more files than the limit."""
    if number > MOST_FILES:
        raise SourceError(
            message(
                "“{name}” holds {n:,} files; the limit is {most:,}. Upload a part of it, or an "
                ".npz of all pictures.",
                name=name,
                n=number,
                most=MOST_FILES,
            )
        )


def check_kept(items: int, numbers: int, name: str) -> None:
    """Raise SourceError where the items that are kept take more memory than reading may."""
    budget.check_reading(float(items) * numbers * BYTES, name)
