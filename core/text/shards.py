"""A text in shards that can be read and tokenised separately, on machines that see its files.

The tokens of the shards, one after the other, are the tokens of the text. A shard
is some whole files, or a slice of one: plain text and JSON lines in UTF-8 are cut
after a line's end; compressed files, other encodings and quoted tables cannot be
cut, and each file is one shard. Texts that only this machine has, uploads and those
that come with the program, are cut here and sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from core.errors import SourceError
from core.progress import OnStep, run_on
from core.tables import encodings
from core.tables.options import TableOptions
from core.text import files, shelf
from core.text.files import Budget, Part
from core.text.parts import read_part
from core.text.reading import RawText, ReadReport, read
from core.text.specs import Source
from core.text.spool import INVISIBLE, LINE_END, Spool
from core.text.tokens import NEWLINE

MOST = 1 << 27  # bytes of a shard that can be cut
LEAST = 1 << 18  # a smaller one costs more to send than to read
AROUND = 256  # bytes examined on either side of a cut
SEARCHED = 1 << 20  # bytes searched for a line's end before the next cut is tried
SHARES = 3  # shards for each thread of a cluster, or more where they would be too large
UNITS = ("line", "paragraph", "document")
SILENT = ReadReport("UTF-8", 0, 0, 0, -1, [])


@dataclass(frozen=True)
class Shard:
    """Parts of files, or (B,) bytes of cleaned text and where its documents begin.

    stamps: sizes and times that reveal a changed file; begins: the largest unit that begins
    here, one of UNITS; several: whether the text has more than one file, so that one that is
    not text is skipped; size: in bytes; joined: whether spaces are taken out.
    """

    begins: str
    size: int
    parts: tuple[Part, ...] = ()
    stamps: tuple[tuple[int, int], ...] = ()
    utf8: np.ndarray | None = None
    documents: np.ndarray | None = None
    several: bool = False
    column: str = ""
    table: TableOptions = TableOptions()
    joined: bool = False

    def reaches(self, boundary: str) -> bool:
        """Whether a window may reach back from this shard into the one before."""
        return boundary == "none" or (
            boundary in UNITS and UNITS.index(self.begins) < UNITS.index(boundary)
        )


class Uncut(SourceError):
    """A slice that cannot be read on its own, although its file can."""


def plan(source: Source, threads: int, on_step: OnStep = run_on) -> list[Shard]:
    """Cut a source into shards, several for each of `threads` where it is large enough.

    Raises SourceError as `read` does.
    """
    if source.source != "file":
        return _sent(read(source, on_step), threads)
    parts = [part for path, name in shelf.locate(source) for part in files.parts(path, name)[0]]
    total = sum(path.stat().st_size for path in {part.path for part in parts})
    if total > files.limit():
        raise files.too_large(source.name, total, files.limit())
    size = _size(total, threads)
    shards: list[Shard] = []
    group: list[Part] = []
    weight = 0

    def flush() -> None:
        if group:
            shards.append(_of(group, "document", weight))
            group.clear()

    def _of(chosen: list[Part], begins: str, size: int) -> Shard:
        return Shard(
            begins, size, tuple(chosen), tuple(map(stamp, chosen)),
            several=len(parts) > 1, column=source.column, table=source.table, joined=source.joined,
        )  # fmt: skip

    for part in parts:
        own = part.path.stat().st_size
        if own > size and _can_be_cut(part, source):
            flush()
            for begins, start, end in _slices(part, own, size):
                piece = replace(part, start=start, end=end)
                shards.append(_of([piece], begins, end - start))
            continue
        if weight + own > size:
            flush()
        weight = weight + own if group else own
        group.append(part)
    flush()
    return shards


def stamp(part: Part) -> tuple[int, int]:
    """Size and time of a part's file, which reveal a change."""
    facts = part.path.stat()
    return facts.st_size, facts.st_mtime_ns


def uncut(shards: list[Shard], refused: Shard) -> list[Shard]:
    """The same plan, but the file of a slice that could not be read alone is one shard."""
    (part,) = refused.parts
    is_other = [(s.parts[0].path if _is_slice(s) else None) != part.path for s in shards]
    first = is_other.index(False)
    one = replace(
        refused, begins="document", size=part.path.stat().st_size,
        parts=(replace(part, start=0, end=-1),),
    )  # fmt: skip
    remaining = [shard for shard, other in zip(shards, is_other, strict=True) if other]
    return [*remaining[:first], one, *remaining[first:]]


def read_shard(shard: Shard) -> RawText | None:
    """The cleaned text of a shard; None where it holds none. Raises Uncut and SourceError."""
    if shard.utf8 is not None and shard.documents is not None:
        starts = np.append(shard.documents, len(shard.utf8)).astype(np.int64)
        return RawText(shard.utf8, starts, [], SILENT)
    budget = Budget(files.limit())
    with Spool(joined=shard.joined) as spool:
        for part in shard.parts:
            mark = spool.mark()
            try:
                encoding, tally = read_part(
                    part, shard.column, shard.table, False, spool, budget, _no_step
                )
            except SourceError as error:
                if _is_slice(shard):
                    raise Uncut(part.name) from error
                if not shard.several or isinstance(error, files.TooLarge):
                    raise
                spool.rewind(mark)
                continue
            if _is_slice(shard) and (encoding.label != "UTF-8" or not tally.is_text_everywhere):
                raise Uncut(part.name)
        if not spool.size:
            return None
        starts = np.array([*spool.starts, spool.size], np.int64)
        return RawText(spool.array(), starts, [], replace(SILENT, bytes_read=budget.spent))


def _sent(raw: RawText, threads: int) -> list[Shard]:
    """Shards that carry their text."""
    utf8, total = np.asarray(raw.utf8), len(raw.utf8)
    size = _size(total, threads)
    cuts = [0]
    while (target := cuts[-1] + size) < total:
        # after the first line's end that no other follows
        ends = np.flatnonzero(utf8[target : target + SEARCHED] == NEWLINE) + target + 1
        ends = ends[ends < total]
        ends = ends[utf8[ends] != NEWLINE]
        if not len(ends):
            break
        cuts.append(int(ends[0]))
    shards = []
    for start, end in pairwise([*cuts, total]):
        starts = raw.document_starts[:-1]
        inside = starts[(starts >= start) & (starts < end)] - start
        begins = "line"
        if start in starts:
            begins = "document"
        elif utf8[start - 2] == NEWLINE:
            begins = "paragraph"
        documents = np.unique(np.append(inside, 0)).astype(np.int64)
        shards.append(Shard(begins, end - start, utf8=utf8[start:end].copy(), documents=documents))
    return shards


def _slices(part: Part, total: int, size: int) -> Iterator[tuple[str, int, int]]:
    """(the unit that begins there, start, end) of the slices of a file."""
    start, begins, at = 0, "document", size
    with part.path.open("rb") as file:
        while at < total:
            low = max(at - AROUND, 0)
            file.seek(low)
            data = file.read(SEARCHED)
            target, at = at, at + size
            for end in re.finditer(rb"\n", data[:-AROUND]):
                line_end = end.end()
                unit = _gap(
                    data[max(line_end - AROUND, 0) : line_end], data[line_end : line_end + AROUND]
                )
                if low + line_end >= target and unit:
                    yield begins, start, low + line_end
                    start, begins = low + line_end, unit if part.kind == "text" else "document"
                    at = start + size
                    break
    yield begins, start, total


def _gap(before: bytes, after: bytes) -> str:
    """The unit that begins between two stretches of bytes; "" where they do not decide it.

    Treats the white space between them as `Spool` does.
    """
    left, right = (INVISIBLE.sub("", part.decode("utf-8", "ignore")) for part in (before, after))
    before_text, after_text = left.rstrip(), right.lstrip()
    if not before_text or not after_text or encodings.marked(after)[0]:
        return ""
    gap = left[len(before_text) :] + right[: len(right) - len(after_text)]
    gap = LINE_END.sub("\n", gap.replace("\r\n", "\n").replace("\r", "\n"))
    if "\f" in gap:
        return "document"
    return "paragraph" if gap.replace("\u2029", "\n\n").count("\n") > 1 else "line"


def _can_be_cut(part: Part, source: Source) -> bool:
    """Plain text or JSON lines, not packed, and without a mark of another encoding."""
    if part.member or not (part.kind == "text" or (part.kind == "jsonl" and source.column)):
        return False
    if source.table.codec not in ("", "utf-8"):
        return False
    with part.path.open("rb") as file:
        first = file.read(encodings.SAMPLE)
    return (
        not first.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"))
        and encodings.opening(first) == encodings.Encoding()
    )


def _size(total: int, threads: int) -> int:
    """Bytes of a shard."""
    return min(max(total // (SHARES * threads) + 1, LEAST), MOST)


def _is_slice(shard: Shard) -> bool:
    return bool(shard.parts) and shard.parts[0].end >= 0


def _no_step(fraction: float) -> None:
    """Shards are short: how many are done is progress enough."""
