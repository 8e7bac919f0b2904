"""`python -m core.reading KIND FILE [FILE …]`: how the pages read a file, as one JSON object."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import CoreError
from core.reading import items, matrix, pairs, text, vectors
from core.reading.kinds import guess
from core.reading.report import Reading

KINDS: dict[str, Callable[[Sequence[Path]], Reading]] = {
    "vectors": vectors.describe,
    "text": text.describe,
    "matrix": matrix.describe,
    "items": items.describe,
    "pairs": pairs.describe,
}


def describe(kind: str, files: Sequence[Path]) -> Reading:
    """Read files as the page of their kind does; “auto” chooses the kind by names and content."""
    if kind == "auto":
        kind = guess(files)
    try:
        return KINDS[kind](files)
    except CoreError as error:
        return Reading(kind, error=str(error))


def main(arguments: Sequence[str]) -> int:
    """Print what was understood as one JSON object on the last line; 1 where nothing was read."""
    parser = argparse.ArgumentParser("python -m core.reading", description=__doc__)
    parser.add_argument("kind", choices=[*KINDS, "auto"])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    chosen = parser.parse_args(arguments)
    if missing := [str(file) for file in chosen.files if not file.is_file()]:
        parser.error(f"no such file: {', '.join(missing)}")
    reading = describe(chosen.kind, chosen.files)
    print(reading.to_json())
    return 1 if reading.error else 0
