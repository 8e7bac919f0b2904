"""Broken tables: thousands of broken files a reader, none of which may end in a traceback.

Each input is a real layout with bytes changed, cut out, doubled or put in at random. An input
fails where the reader raises anything but the product's own errors, or takes more than five
seconds. SIEGE_INPUTS says how many there are (10,000); the inputs follow from their numbers, so
that a failure can be repeated.
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from core import uploads
from core.errors import CoreError
from core.items import text_files
from core.items.files import read_upload, store_items
from core.tables.aside import Aside
from core.tables.numbers import read_numbers
from core.tables.objects import objects, paths, text_at
from core.tables.table import read_table
from core.text import shelf
from core.text.reading import columns, read
from core.vectors.evaluate.lists import read_list
from core.vectors.store.readers.formats import load

INPUTS = int(os.environ.get("SIEGE_INPUTS", "10000"))
SLOW = 5.0  # s
SEEDS = (
    b'id,text\n1,"rivers, and\nlakes"\n2,bread\n' * 8,
    b"\xef\xbb\xbfid;text;score\r\n1;rivers;1,5\r\n2;lakes;2,25\r\n" * 8,
    'id\ttext\n1\t河流和湖泊\n2\t"面包\n'.encode("gb18030") * 8,
    "name,a,b\nrow,1,2\n".encode("utf-16") * 8,
    b'"" "a" "b"\n"r1" 1.5 2\n"r2" NA 4\n' * 8,
    b"# a b c\n1.0e+00 2.0D+01 nan\n" * 8,
    b'{"text": "rivers", "data": {"tokens": ["a", "b"]}}\n' * 8,
    b'[{"text": "rivers"},\n {"text": ["lakes", 1, null]}]\n',
    b"3 2\nriver 1.5 2\nlake 2.5 -1e3\n10 000 0,5 3\n" * 4,
    b"word1\tword2\tscore\nriver\tlake\t8.5\nbread\tcheese\t7\n" * 4,
    b'text with \\" a quote,"1,234.5"\r3,4\r' * 8,
)
PIECES = (b'"', b",", b"\n", b"\r", b"\t", b";", b"\\", b"\0", b"\xff", b"\xc3", b"[", b"{", b"}")


def besieged(number: int) -> bytes:
    """The n-th input: a seed with up to eight changes."""
    dice = random.Random(number)
    data = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randrange(9)):
        at, size = dice.randrange(len(data) + 1), dice.randrange(12)
        change = dice.randrange(4)
        if change == 0:
            data[at:at] = dice.choice(PIECES) * dice.randrange(1, 4)
        elif change == 1:
            del data[at : at + size]
        elif change == 2:
            data[at:at] = data[at : at + size] * dice.randrange(1, 50)
        else:
            data[at : at + size] = dice.randbytes(size)
    return bytes(data)


def _table(data: bytes) -> None:
    read_table(data, "any.csv")


def _numbers(data: bytes) -> None:
    read_numbers(data, "any.txt")


def _json(data: bytes) -> None:
    records = [record for _, record in objects([data.decode("utf-8", "replace")], "a", Aside())]
    for path in paths(records):
        text_at(records[0], path)


def _text(ending: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        source = shelf.store_upload(f"any.{ending}", data)
        names = columns(source)
        read.__wrapped__(source.replace(column=names[0][:200] if names else ""))  # type: ignore[attr-defined]

    return run


def _vectors(data: bytes) -> None:
    path = uploads.path("any", uploads.keep("any", data))
    load(path, "any.txt")


def _pairs(data: bytes) -> None:
    read_list(data, "any.txt")


def _items(data: bytes) -> None:
    read_upload(store_items("any.csv", data))


def _collection(ending: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        path = uploads.path("any", uploads.keep("any", data))
        READ[ending](path, f"any.{ending}")

    return run


READ = {"csv": text_files.delimited, "jsonl": text_files.json_lines}
READERS: dict[str, Callable[[bytes], None]] = {
    "tables": _table,
    "numbers": _numbers,
    "JSON": _json,
    "vectors": _vectors,
    "scored lists": _pairs,
    "items": _items,
    **{f"collections, .{ending}": _collection(ending) for ending in READ},
    **{f"texts, .{ending}": _text(ending) for ending in ("csv", "tsv", "jsonl", "json", "txt")},
}


def table() -> list[dict[str, Any]]:
    """A row for each reader."""
    return [_row(name, reader) for name, reader in READERS.items()]


def _row(name: str, reader: Callable[[bytes], None]) -> dict[str, Any]:
    outcomes: Counter[str] = Counter()
    longest, worst = 0.0, ""
    for number in range(INPUTS):
        start = time.perf_counter()
        try:
            reader(besieged(number))
            outcomes["read"] += 1
        except CoreError:
            outcomes["refused"] += 1
        except Exception as error:  # what is looked for
            outcomes["failed"] += 1
            worst = worst or f"{number}: {type(error).__name__}: {error}"[:60]
        taken = time.perf_counter() - start
        longest = max(longest, taken)
        outcomes["slow"] += taken > SLOW
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "reader": name,
        **{outcome: outcomes[outcome] for outcome in ("read", "refused", "failed", "slow")},
        "longest, s": longest,
        "memory so far, MB": memory,
        "first failure": worst,
    }
