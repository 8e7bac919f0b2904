"""Finding a table's dialect from its beginning."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.tables.cells import COMMA, marks, number
from core.tables.dialect import Dialect
from core.tables.headings import (
    column_names,
    has_heading,
    is_index,
    is_shorter_heading,
    names_numbers,
)
from core.tables.options import GUESSED, SEPARATORS, TableOptions
from core.tables.records import cut, records, split

LOOKED_AT = 1000  # rows
DECLARED = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)
PREFERRED = "\t;|, "  # where two separators cut equally well, the rarer one in texts and numbers
NEARLY = 0.02  # shares of rows that count as equal
COMMENTS = ("#", "%")


def dialect_of(
    sample: Sequence[str],
    options: TableOptions = GUESSED,
    *,
    usual: str = ",",
    spaces: bool = False,
    numbers: bool = False,
    whole: bool = True,
) -> Dialect:
    """The dialect of a table that begins with these lines.

    usual: the separator that the file's name promises, "\\t" for .tsv. spaces: whether runs of
    white space may separate, as in matrices but not in texts. numbers: whether cells below the
    heading are numbers, so that a first column of words names the rows. whole: whether the lines
    are the whole table; else the last row may be cut.

    >>> dialect_of(["sep=;\\n", "id;text\\n", "1;rivers, lakes\\n"]).columns
    ('id', 'text')
    """
    skipped, declared = _declared(sample)
    lines = sample[skipped : skipped + LOOKED_AT]
    whole = whole and skipped + LOOKED_AT >= len(sample)
    chosen = "" if options.separator == "guess" else SEPARATORS[options.separator]
    if options.separator == "guess":
        chosen = declared or _separator(lines, usual, spaces)
    dialect = Dialect(chosen, _quotes(lines, chosen, usual, whole))
    above, marked = _preamble(lines, dialect)
    body = list(lines[above:])
    if marked:
        body[0] = body[0].lstrip()[1:].lstrip(" \t" if chosen != "\t" else " ")
    rows = [record.cells for record in records(body, dialect)]
    if not whole and len(rows) > 1:
        rows.pop()
    return _with_columns(
        replace(dialect, preamble=skipped + above), rows, body, options, numbers, marked
    )


def _declared(sample: Sequence[str]) -> tuple[int, str]:
    """Excel's first line “sep=;”: how many lines it takes, and the separator."""
    match = DECLARED.fullmatch(sample[0].rstrip("\n").removeprefix("\ufeff")) if sample else None
    return (1, match[1]) if match else (0, "")


def _separator(lines: Sequence[str], usual: str, spaces: bool) -> str:
    """The sign that cuts most rows into equally many cells; "" where none does."""
    quality: dict[str, float] = {}
    lines = list(itertools.dropwhile(_is_comment, lines)) or lines
    first = next((line for line in lines if line.strip()), "")
    for sign in PREFERRED if spaces else PREFERRED[:-1]:
        if not any(sign in line or (sign == " " and "\t" in line) for line in lines):
            continue
        widths = [len(cells) for cells in _roughly(lines, sign) if cells]
        usable = [width for width in widths if width > 1]
        if not usable or (len(usable) < 0.5 * len(widths) and sign not in first):
            continue
        width, rows = Counter(usable).most_common(1)[0]
        own = len(next(_roughly([first], sign), [])) == width
        quality[sign] = rows / len(widths) + 0.25 * own + 0.1 * (sign == usual)
    if not quality:
        return ""
    for sign in ("\t", ";", " "):
        if {",", sign} <= {*quality} and _holds_decimal_commas(lines, sign):
            return sign
    best = max(quality.values())
    return next(sign for sign in PREFERRED if quality.get(sign, -1.0) >= best - NEARLY)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(COMMENTS) or not line.strip()


def _holds_decimal_commas(lines: Sequence[str], sign: str) -> bool:
    """Whether all commas of all rows but the first stand inside numbers, cut at this sign."""
    rows = [cut(line, sign) for line in lines if line.strip()]
    cells = [cell.strip(" \n\r") for row in rows[1:] or rows for cell in row if "," in cell]
    plain = [cell.strip('"') for cell in cells if sign == " " or not _is_quoted_text(cell)]
    return bool(plain) and all(COMMA.fullmatch(cell) and cell[-1] != "," for cell in plain)


def _is_quoted_text(cell: str) -> bool:
    return cell[:1] == cell[-1:] == '"' and not COMMA.fullmatch(cell[1:-1])


def _roughly(lines: Sequence[str], sign: str) -> Iterator[list[str]]:
    """Rows cut at a sign, with quotes as `csv` understands them unless they close nowhere."""
    if sign == " ":
        lines = [line.strip().replace("\t", " ") + "\n" for line in lines]
    rows: list[list[str]] = []
    try:
        reader = csv.reader(
            (line.replace("\r", " ") for line in lines),
            delimiter=sign,
            skipinitialspace=sign == " ",
        )
        rows = [row for row in reader if row]
    except csv.Error:
        rows = []
    if not rows or len(rows) < 0.5 * sum(bool(line.strip()) for line in lines):
        plain = [cut(line, sign) for line in lines if line.strip()]
        if not rows or _evenness(plain) > _evenness(rows):
            rows = plain
    return iter(rows)


def _evenness(rows: Sequence[Sequence[str]]) -> float:
    """The share of rows that have the commonest number of cells."""
    return Counter(map(len, rows)).most_common(1)[0][1] / len(rows) if rows else 0.0


def _quotes(lines: Sequence[str], separator: str, usual: str, whole: bool) -> str:
    """What quotes mean: nothing in a TSV whose quotes do not come in pairs around cells."""
    if not any('"' in line for line in lines):
        return "none" if separator == "\t" and usual == "\t" else "doubled"
    plain = [cut(line, separator) for line in lines if line.strip()]
    even = separator != "" and len({*map(len, plain)}) == 1 and len(plain) > 1
    for quotes in ("doubled", "escaped"):
        if quotes == "escaped" and not any('\\"' in line for line in lines):
            continue
        lengths = _strictly(lines, Dialect(separator, quotes), whole)
        if lengths is not None:
            merged = even and separator == "\t" and len(lengths) < len(plain) - (not whole)
            return "none" if merged else quotes
    return "none" if even and separator == "\t" else "doubled"


def _strictly(lines: Sequence[str], dialect: Dialect, whole: bool) -> list[int] | None:
    """The lengths of the rows if all quotes are as the dialect has them."""
    stray: list[int] = []
    wide = replace(dialect, columns=())
    rows = list(records(lines, wide, stray))
    if not whole and stray and rows and stray[-1] >= rows[-1].line:
        return None if len(stray) > 1 else [len(row.cells) for row in rows]
    return None if stray else [len(row.cells) for row in rows]


def _preamble(lines: Sequence[str], dialect: Dialect) -> tuple[int, bool]:
    """Lines above the heading, and whether the heading stands behind a comment's mark.

    They are titles, comments and blank lines. Where rows have several cells, a line of one is a
    title; so is a shorter line above a blank one.
    """
    cells = [split(line, dialect) if line.strip() else [] for line in lines[:50]]
    widths = [len(row) for row in cells]
    later = [len(split(line, dialect)) for line in lines if line.strip()]
    wide = [width for width in later if width > 1]
    common = Counter(wide).most_common(1)[0][0] if 2 * len(wide) >= len(later) and wide else 0
    if not common:
        return next((i for i, line in enumerate(lines) if line.strip()), 0), False
    for i, line in enumerate(lines[:50]):
        text = line.strip()
        if not text or (widths[i] == 1 and number(text) is None):  # a number is no title
            continue
        if text.startswith(COMMENTS) and text not in COMMENTS:
            named = split(text[1:].strip() + "\n", dialect)
            below = next((w for w in widths[i + 1 :] if w), 0)
            another = "".join(lines[i + 1 : i + 2]).lstrip().startswith(COMMENTS)
            if not another and len(named) in (below, below - 1) and below > 1:
                return i, True
            if len(named) != common:
                continue
        if common > 2 and widths[i] == common and _is_title(cells[i], cells[i + 1 :]):
            continue
        blank_below = i + 1 < len(lines) and not lines[i + 1].strip()
        if blank_below and widths[i] != common and common in widths[i + 1 :]:
            continue
        rest = [row for row in cells[i + 1 :] if row]
        if (
            widths[i] < common
            and rest
            and len(rest[0]) == common
            and names_numbers(rest[0], rest[1:])
        ):
            continue
        return i, False
    return 0, False


def _is_title(cells: Sequence[str], later: Sequence[Sequence[str]]) -> bool:
    """Whether a row holds a title, or nothing, and the separators that a spreadsheet puts there.

    Below it are other titles, or rows of several cells; most rows are of these.
    """
    filled = [row for row in later if any(map(str.strip, row))]
    if not _is_alone(cells) or not filled:
        return False
    alone = [_is_alone(row) for row in filled]
    titles = next((i for i, lone in enumerate(alone) if not lone), len(alone))
    several = len(alone) > titles and sum(map(bool, map(str.strip, filled[titles]))) > 1
    return several and (not titles or 2 * sum(alone) < len(alone))


def _is_alone(cells: Sequence[str]) -> bool:
    """Whether a row has nothing but one text at its beginning."""
    return not any(map(str.strip, cells[1:])) and number(cells[0]) is None


def _with_columns(
    dialect: Dialect,
    rows: list[list[str]],
    body: Sequence[str],
    options: TableOptions,
    numbers: bool,
    marked: bool,
) -> Dialect:
    """The dialect with heading, names of columns, row names and marks."""
    if not rows:
        return replace(dialect, heading=False)
    first, rest = rows[0], rows[1:]
    width = Counter(map(len, rest or rows)).most_common(1)[0][0]
    ends = [row for row in rest or rows if len(row) == width]
    trailing = width > 1 and all(not row[-1].strip() for row in ends)
    if trailing and len(first) == width and first[-1].strip():
        trailing = False  # a last column that is empty throughout, but has a name
    if trailing:
        rest = [row[:-1] if len(row) == width else row for row in rest]
        first = first[:-1] if len(first) == width and not first[-1].strip() else first
        width -= 1
    shorter = options.heading != "no" and is_shorter_heading(
        first, rest, width, body[0], dialect.separator
    )
    heading = marked or shorter or has_heading(first, rest, numbers)
    if options.heading != "guess":
        heading = options.heading == "yes"
    if shorter:
        first = ["", *first]
    names = column_names(first if heading else [], max(len(first), 1) if heading else width)
    below = rest if heading else rows
    index = shorter or (numbers and is_index(first if heading else [], below))
    dialect = replace(dialect, heading=heading, columns=names, index=index, trailing=trailing)
    decimal, thousands = _marks(dialect, below, options)
    return replace(dialect, decimal=decimal, thousands=thousands)


def _marks(dialect: Dialect, rows: list[list[str]], options: TableOptions) -> tuple[str, str]:
    cells = (cell for row in rows for cell in row[dialect.index :])
    decimal, thousands = marks(cells, dialect.separator)
    if options.decimal != "guess":
        decimal = {"point": ".", "comma": ","}[options.decimal]
        thousands = "" if thousands == decimal else thousands
    return decimal, thousands
