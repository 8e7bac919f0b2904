"""How the lines of a file of vectors are divided: separator, heading, numbers a line.

The first lines decide. Each way to divide them is tried: a line agrees with it where it ends in
as many numbers as most lines do. A word is whatever stands before the numbers, so that it may
hold separators or digits itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.messages import Message, message
from core.tables.options import GUESSED, TableOptions

NUMBER = re.compile(
    rb"\s*(?:[-+]|\xe2\x88\x92)?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eED][-+]?\d+)?|nan|inf|infinity)\s*",
    re.IGNORECASE,
)
MINUS = "−".encode()
FLOAT = re.compile(rb"\s*-|.*[.eE]", re.DOTALL)
DECLARED = re.compile(rb"(\d+)[ \t,;]+(\d+)[ \t,;]*\s*")
TITLES = frozenset(
    b"word words token tokens term terms text key name label labels index id vocab entity".split()
)
LOOSE = bytes.maketrans(b"\t", b" ")
LOOSER = bytes.maketrans(b'\t,;[]()"', b"        ")
SEPARATORS = {"tab": (b"\t",), "semicolon": (b";",), "comma": (b",",), "pipe": (b"|",)}
SPACES = (b" ", b"")
AGREE = 0.8
TITLES_ABOVE = 3  # lines above the vectors that say nothing of their layout
MANY = 5  # a heading 0 1 2 … of so many numbers is no vector


@dataclass(frozen=True)
class Layout:
    """A way to divide lines.

    separator: one byte between fields, or none: then runs of those that `table` turns into
    spaces. comma: decimal commas. d: numbers a line. declared: V and d of a line before the
    vectors. heading: lines before the first vector. quoted: words stand in quotes. padded:
    spaces stand around them. indexed: a running number stands before each word. last: the word
    stands behind its numbers.
    """

    separator: bytes = b" "
    table: bytes = LOOSE
    comma: bool = False
    d: int = 0
    declared: tuple[int, int] | None = None
    heading: int = 0
    quoted: bool = False
    padded: bool = False
    indexed: bool = False
    last: bool = False
    agreeing: float = 0.0

    def fields(self, line: bytes) -> list[bytes]:
        """All fields of a line."""
        if self.separator:
            return line.strip(b"\r\n").split(self.separator)
        return line.translate(self.table).split()

    def divided(self, line: bytes) -> tuple[bytes, list[bytes]]:
        """(word, its numbers: d of them, or fewer where the line has no more fields)."""
        line = line.rstrip(b"\r\n\t ,;" if self.separator != b" " else b"\r\n\t ")
        if self.last:
            *numbers, word = self.fields(line) or [b""]
            return word, self._numbers(numbers)
        if self.separator:
            word, *numbers = line.rsplit(self.separator, self.d)
        else:
            loose = line.translate(self.table)
            parts = loose.rsplit(None, self.d)
            whole = len(parts) > self.d
            word = line[: len(parts[0])] if whole else b""
            numbers = parts[1:] if whole else parts
        return self._word(word), self._numbers(numbers)

    def _numbers(self, numbers: list[bytes]) -> list[bytes]:
        return [number.replace(b",", b".") for number in numbers] if self.comma else numbers

    def _word(self, word: bytes) -> bytes:
        if self.indexed:
            word = word.partition(self.separator)[2] if self.separator else _second(word)
        if not self.separator:
            word = word.strip(b" \t,;[(")
        elif self.padded:
            word = word.strip()
        if self.quoted and len(word) > 1 and word[:1] == word[-1:] == b'"':
            word = word[1:-1].replace(b'""', b'"')
        elif self.quoted and not self.separator:
            word = word.strip(b'"')
        return word

    def notes(self) -> list[Message]:
        """What is unusual about it, in sentences."""
        notes = []
        if self.comma:
            notes.append(message("Its numbers have decimal commas."))
        if self.heading:
            notes.append(
                message("Lines above the vectors, read as headings: {n:,}.", n=self.heading)
            )
        if self.indexed:
            notes.append(message("A running number before each word is left out."))
        if self.declared and self.declared[1] != self.d:
            template = "Line 1 declares {declared:,} numbers a word; the lines hold {d:,}."
            notes.append(message(template, declared=self.declared[1], d=self.d))
        return notes


WAYS = (
    *(Layout(separator) for separator in (b"\t", b";", b",", b"|", b" ")),
    *(Layout(separator, comma=True) for separator in (b"\t", b";", b"|", b" ")),
    Layout(b"", LOOSE),
    Layout(b"", LOOSE, comma=True),
    Layout(b"", LOOSER),
)
"""Tried in this order; the first of equals is chosen."""


def layout_of(
    lines: list[bytes], words: bool = True, options: TableOptions = GUESSED
) -> Layout:  # fmt: skip
    """The layout of a file by its first lines; without words, all fields are numbers.

    d = 0 where no line ends in a number. options: what is known of it.
    """
    lines = [line for line in lines if line.strip()]
    start = 0
    separators: tuple[bytes, ...] = ()
    if lines and (said := re.fullmatch(rb"sep=(.)", lines[0].strip())):
        start, separators = 1, (said[1],)
    while (
        start < len(lines) - 1 and lines[start].startswith(b"#") and _declared(lines[start + 1 :])
    ):
        start += 1  # a comment above line 1
    declared = _declared(lines[start:])
    body = lines[start + bool(declared) :]
    if options.separator != "guess":
        separators = SEPARATORS.get(options.separator, SPACES)
    ways = [way for way in WAYS if not separators or way.separator in separators]
    if options.decimal != "guess":
        ways = [way for way in ways if way.comma == (options.decimal == "comma")]
    measured = [_measured(way, body, words, declared) for way in ways or WAYS]
    layout = _best(measured)
    if layout.d == 0 and words:
        layout = _behind(body)
    if declared and declared[1] < layout.d and len(body) < 3 and declared[1] > 0:
        layout = replace(layout, d=declared[1])
    heading = start
    if options.heading != "guess":
        heading += options.heading == "yes" and not declared
    elif layout.d and body and not declared:
        heading += _headings(layout, body, words)
    layout = replace(layout, declared=declared, heading=heading)
    rows = body[heading - start :] if not declared else body
    return replace(
        layout,
        indexed=words and _indexed(layout, rows),
        quoted=_quoted(layout, rows),
        padded=words and _padded(layout, rows),
    )


def only_numbers(layout: Layout, lines: list[bytes]) -> bool:
    """Whether the first lines hold no words: their first fields are numbers as well.

    Whole numbers before fractions may be words: names of nodes or of products.
    """
    rows = [layout.fields(line) for line in _rows(layout, lines)]
    if layout.last or not rows or not all(NUMBER.fullmatch(fields[0]) for fields in rows if fields):
        return False
    if layout.declared:
        return layout.declared[1] == layout.d + 1
    first = [fields[0] for fields in rows]
    if any(FLOAT.match(field) for field in first):
        return True
    return not any(FLOAT.match(field) for fields in rows for field in fields[1:])


def _rows(layout: Layout, lines: list[bytes]) -> list[bytes]:
    lines = [line for line in lines if line.strip()]
    return lines[layout.heading + bool(layout.declared) :]


def _second(word: bytes) -> bytes:
    """What follows the first of some fields."""
    return b"".join(word.split(None, 1)[1:])


def _declared(lines: list[bytes]) -> tuple[int, int] | None:
    """V and d, where the first line declares them and is no vector itself."""
    match = DECLARED.fullmatch(lines[0]) if lines else None
    if match is None or max(map(len, match.groups())) > 18:
        return None
    V, d = int(match[1]), int(match[2])
    others = Counter(len(line.split()) for line in lines[1:])
    if d != 1 and others and others.most_common(1)[0][0] == 2 and b"," not in lines[0]:
        return None
    return V, d


def _measured(
    way: Layout, lines: list[bytes], words: bool, declared: tuple[int, int] | None
) -> Layout:
    """The way with the numbers a line that most lines end in, and the share that agree.

    Of several that are as common, the number that is declared, or the largest.
    """
    if not lines:
        return way
    runs = [_run(way, line, words) for line in lines]
    times = Counter(run for run in runs if run)
    if not times:
        return way
    d = max(times, key=lambda d: (times[d], d))
    if declared and 2 * times.get(declared[1], 0) >= times[d]:
        d = declared[1]
    if not declared and runs.index(d) <= TITLES_ABOVE:
        runs = runs[runs.index(d) :]
    return replace(way, d=d, agreeing=sum(run == d for run in runs) / len(runs))


def _run(way: Layout, line: bytes, words: bool) -> int:
    """How many numbers a line ends in, behind a word."""
    if way.separator != b" ":
        line = line.rstrip(b"\r\n\t ,;")
    fields = way.fields(line.rstrip(b"\r\n\t "))
    n = 0
    for field in reversed(fields[1:] if words else fields):
        if way.comma:
            field = field.replace(b",", b".", 1)
        if not NUMBER.fullmatch(field):
            break
        n += 1
    return n


def _best(ways: Iterable[Layout]) -> Layout:
    """The way that most lines agree with; of several the one with the most numbers."""
    ways = list(ways)
    good = [way for way in ways if way.agreeing >= AGREE]
    if not good:
        return max(ways, key=lambda way: way.agreeing)
    commas = [way for way in good if way.comma]
    points = [way for way in good if not way.comma and way.table is LOOSE]
    if commas and max(way.d for way in commas) > max([way.d for way in points], default=0):
        return max(commas, key=lambda way: way.d)
    return max(good, key=lambda way: way.d if not way.comma else 0)


def _behind(lines: list[bytes]) -> Layout:
    """The layout of lines whose word stands behind the numbers, or one with d = 0."""
    for separator in (b"\t", b";", b",", b" "):
        way = Layout(separator, last=True)
        counts = []
        for line in lines:
            *numbers, word = way.fields(line.rstrip(b"\r\n"))
            whole = numbers and all(map(NUMBER.fullmatch, numbers)) and not NUMBER.fullmatch(word)
            counts.append(len(numbers) if whole else 0)
        d, n = Counter(counts).most_common(1)[0] if counts else (0, 0)
        if d and n >= AGREE * len(lines):
            return replace(way, d=d, agreeing=n / len(lines))
    return Layout()


def _headings(layout: Layout, lines: list[bytes], words: bool) -> int:
    """How many of the first lines name columns, or are comments, rather than hold vectors."""
    n = 0
    while n < len(lines) - 1 and lines[n].startswith(b"#") and not _run(layout, lines[n], words):
        n += 1
    if n + 2 < len(lines) and len(layout.fields(lines[n])) == 1 < layout.d:
        n += _run(layout, lines[n + 2], words) == layout.d  # a title
    fields = [field.strip(b' "\r\n') for field in layout.fields(lines[n])]
    fields = [field.replace(b",", b".") for field in fields] if layout.comma else fields
    width = layout.d + words
    if not any(map(NUMBER.fullmatch, fields)):
        named = abs(len(fields) - width) < 2 or (not layout.separator and len(fields) < 4)
        return n + (named and len(fields) > 1)
    names, numbers = fields[: -layout.d], fields[-layout.d :]
    counted = [[b"%d" % (first + k) for k in range(layout.d)] for first in (0, 1)]
    titles = all(not name or name.lower() in TITLES for name in names)
    if words and numbers in counted and (titles or layout.d >= MANY):
        return n + 1
    if not words and numbers in counted and n + 1 < len(lines):
        return n + any(map(FLOAT.match, layout.fields(lines[n + 1])))
    return n


def _indexed(layout: Layout, lines: list[bytes]) -> bool:
    """Whether a running number stands before each word."""
    if layout.last or len(lines) < 3:
        return False
    words = [layout.divided(line)[0].split(layout.separator or None, 1) for line in lines]
    firsts = [fields[0] for fields in words if len(fields) == 2]
    if len(firsts) < len(words) or not all(first.isdigit() for first in firsts):
        return False
    numbers = [int(first) for first in firsts if len(first) < 18]
    return numbers in (list(range(len(words))), list(range(1, len(words) + 1)))


def _padded(layout: Layout, lines: list[bytes]) -> bool:
    """Whether spaces around words align columns: every word has them."""
    words = [layout.divided(line)[0] for line in lines]
    return len(words) > 1 and all(word != word.strip() != b"" for word in words)


def _quoted(layout: Layout, lines: list[bytes]) -> bool:
    """Whether quotes around words belong to the layout, as in CSV, or to the words."""
    if layout.separator in (b",", b";") or layout.table is LOOSER:
        return True
    words = [layout.divided(line)[0] for line in lines]
    quoted = sum(len(word) > 2 and word[:1] == word[-1:] == b'"' for word in words)
    return len(words) > 0 and quoted > AGREE * len(words)
