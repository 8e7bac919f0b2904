"""Records of JSON: one a line, an array of them, or an object that holds them.

Fields are named by their path: `data.text` is the field `text` of `data`; a path leads through
lists, whose elements are read one after the other.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from core.errors import SourceError
from core.messages import message
from core.tables.aside import Aside
from core.tables.lines import LONGEST_LINE, lines

DEEPEST = 8
MOST_PATHS = 200
SPACE = re.compile(r"\s*")
DAMAGE = (ValueError, RecursionError)  # what `json` raises
Place = tuple[int, Any]  # the number of a line, or of a record of an array, and the record


def objects(pieces: Iterable[str], name: str, aside: Aside) -> Iterator[Place]:
    """The records of a JSON text, each with its line, or its number in an array.

    Lines that are no JSON are set aside. Raises SourceError where they are not fewer than the
    records, and for a damaged array or object.
    """
    numbered = enumerate(lines(pieces, name), 1)
    begin: list[tuple[int, str]] = []
    while len(begin) < 2 and (line := next(((n, s) for n, s in numbered if s.strip()), None)):
        begin.append(line)
    first, second = [*(text for _, text in begin), "", ""][:2]
    start = first.lstrip()[:1]
    source = itertools.chain(begin, numbered)
    spread = start in ("[", "{") and not _is_json(first)
    if spread and not (start == "{" and _is_json(second)):
        yield from _whole((text for _, text in source), name)
    elif first and not second and (start == "[" or (start == "{" and _is_object(name))):
        yield from enumerate(unwrapped(json.loads(first)), 1)
    else:
        yield from _by_lines(source, name, aside)


def _is_object(name: str) -> bool:
    """Whether a file's name promises one JSON value rather than one a line."""
    return ".json" in PurePosixPath(name.lower()).suffixes


def _by_lines(source: Iterable[tuple[int, str]], name: str, aside: Aside) -> Iterator[Place]:
    records, wrong = 0, ("", 0)
    for number, line in source:
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except DAMAGE as error:
            wrong = wrong if wrong[1] else (str(error), number)
            aside.add(
                message("line {n:,}", n=number),
                message("It is no JSON record ({error}).", error=str(error)),
            )
            continue
        records += 1
        yield number, record
    if wrong[1] and len(aside) >= records:
        raise SourceError(
            message(
                "“{name}” has no JSON record on line {line:,} ({error}); "
                "each line must be one record.",
                name=name,
                line=wrong[1],
                error=wrong[0],
            )
        )


def _whole(source: Iterable[str], name: str) -> Iterator[Place]:
    """The elements of an array, or objects one after the other, over several lines."""
    values = _values(iter(source), name)
    first = next(values, None)
    if first is None:
        return
    second = next(values, None)
    if second is None and first[2] == "object":
        yield from enumerate(unwrapped(first[1]), 1)
        return
    following = itertools.chain((first, *((second,) if second else ())), values)
    yield from ((number, value) for number, value, _ in following)


def _values(source: Iterator[str], name: str) -> Iterator[tuple[int, Any, str]]:
    """(number, value, “element” of an array or “object” of its own) of a JSON text."""
    decode = json.JSONDecoder().raw_decode
    buffer, at, number = next(source, ""), 0, 0
    at = SPACE.match(buffer).end()  # type: ignore[union-attr]
    array = buffer[at : at + 1] == "["
    at += array
    ended = False
    while True:
        at = _after_comma(buffer, at)
        if at < len(buffer) and buffer[at] == "]" and array:
            return
        try:
            if at >= len(buffer):
                raise ValueError("it ends too early")
            value, end = decode(buffer, at)
            if end >= len(buffer) and not ended:  # a number may go on
                raise ValueError("it ends too early")
        except DAMAGE as error:
            more = _more(source, max(len(buffer) - at, 1 << 16))
            if not more:
                if not buffer[at:].strip() and not array:
                    return
                if ended:
                    raise _damaged(name, number + 1, error) from error
                ended = True
            if len(buffer) - at > LONGEST_LINE:
                raise _damaged(name, number + 1, error) from error
            buffer, at = buffer[at:] + more, 0
            continue
        number += 1
        yield number, value, "element" if array else "object"
        at = end


def _more(source: Iterator[str], size: int) -> str:
    """At least so many further characters, if there are."""
    taken: list[str] = []
    while size > 0 and (line := next(source, "")):
        taken.append(line)
        size -= len(line)
    return "".join(taken)


def _after_comma(buffer: str, at: int) -> int:
    at = SPACE.match(buffer, at).end()  # type: ignore[union-attr]
    if buffer[at : at + 1] == ",":
        at = SPACE.match(buffer, at + 1).end()  # type: ignore[union-attr]
    return at


def unwrapped(value: Any) -> list[Any]:
    """The records that one JSON value holds: its elements, or the rows of a table in it.

    Tables are those of pandas' `to_json` in all its forms, of columns as lists, and objects
    whose longest list of objects is the table.

    >>> unwrapped({"text": {"0": "rivers", "1": "lakes"}})
    [{'text': 'rivers'}, {'text': 'lakes'}]
    """
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or not value:
        return [value]
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return [dict(zip(value["columns"], row, strict=False)) for row in value["data"]]
    lists = [part for part in value.values() if isinstance(part, list)]
    tables = [part for part in lists if part and all(isinstance(row, dict) for row in part)]
    if tables:
        return max(tables, key=len)
    parts = list(value.values())
    if len(lists) == len(parts) and len({*map(len, lists)}) == 1 and len(lists[0]) > 1:
        return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
    if all(isinstance(part, dict) for part in parts) and len(parts) > 0:
        keys = list(parts[0])
        alike = all(part.keys() == parts[0].keys() for part in parts)
        if keys and alike and all(key.isdecimal() for key in keys):
            return [{name: part[key] for name, part in value.items()} for key in keys]
        return [{"key": key, **part} for key, part in value.items()]
    if all(isinstance(part, str) for part in parts) and len(parts) > 1:
        return [{"key": key, "text": part} for key, part in value.items()]
    return [value]


def paths(records: Iterable[Any]) -> list[str]:
    """The paths to fields that hold text, in order of appearance."""
    found: dict[str, None] = {}
    for record in records:
        for path in _paths(record, "", 0):
            found[path or "text"] = None
            if len(found) >= MOST_PATHS:
                return list(found)
    return list(found)


def _paths(value: Any, path: str, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield path
    elif depth >= DEEPEST:
        return
    elif isinstance(value, list):
        for element in value[:50]:
            yield from _paths(element, path, depth + 1)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if _is_unicode(key):
                yield from _paths(inner, f"{path}.{key}" if path else key, depth + 1)


def text_at(record: Any, path: str) -> str:
    """The text at a path, "" where there is none. Tokens are joined by spaces.

    >>> text_at({"data": {"tokens": ["rivers", "and", "lakes"]}}, "data.tokens")
    'rivers and lakes'
    """
    if not isinstance(record, dict):
        return _text(record)
    values = list(_reached(record, path, 0))
    return _text(values[0]) if len(values) == 1 else "\n".join(filter(None, map(_text, values)))


def _reached(value: Any, path: str, depth: int) -> Iterator[Any]:
    if not path:
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from _reached(element, path, depth)
    elif isinstance(value, dict) and depth < DEEPEST:
        if path in value:
            yield value[path]
            return
        at = path.find(".")
        while at >= 0:
            if path[:at] in value:
                yield from _reached(value[path[:at]], path[at + 1 :], depth + 1)
                return
            at = path.find(".", at + 1)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [_text(part) for part in value if not isinstance(part, dict)]
        inner = any(isinstance(part, list) for part in value)
        return ("\n" if inner else " ").join(filter(None, parts))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except DAMAGE:
        return False
    return True


def _is_unicode(key: str) -> bool:
    """Whether this is valid Unicode: JSON may hold lone surrogates, which no setting can."""
    return not any("\ud800" <= character <= "\udfff" for character in key)


def _damaged(name: str, number: int, error: Exception) -> SourceError:
    return SourceError(
        message(
            "“{name}” is no valid JSON from its record {n:,} on ({error}); save it again, one "
            "record a line.",
            name=name,
            n=number,
            error=str(error)[:120],
        )
    )
