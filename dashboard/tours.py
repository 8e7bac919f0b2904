"""Tours: a plain-text file of steps, each a page with settings, a few sentences, a question.

::

    # Title of the tour
    One or two sentences on what it shows.

    ## Title of a step
    open: heatmap?window=5&row_list=war+army
    point: war × army
    show: window, Evidence
    What to look at.

    question: What would happen if …?
    answer: It would …
    notes: What the presenter wants to say besides.

A step opens what follows `open:`, which is what stands in the address bar after the host's
name. `point:` has an arrow drawn at what bears this name: a bar, a point, or a cell by its row
and column; “@ counts” after it means the figure of that name alone. `show:` names the settings
whose controls stay on the stage, a tab to open, or the scopes of a path to keep. `notes:` are
for the presenter's own window. Everything else is text, and is shown as it stands.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from core import cache
from core.errors import SourceError
from core.files import replacing
from core.messages import Message, message
from core.specs import declared
from dashboard.language import session_language
from dashboard.navigation import FIRST, PAGES, address, kinds

SHIPPED = Path(__file__).parent / "tour_files"
LARGEST = 64_000  # bytes of a file
MOST = 40  # steps
LONGEST = 1_200  # characters of a step's text, question, answer or notes
NAMED = ("question", "answer", "notes")  # parts of a step that begin with their name
_ID = re.compile(r"[a-z][a-z-]{2,40}|[0-9a-f]{32}")


@dataclass(frozen=True)
class Pointer:
    """What a step points at: a name, or a row and a column; `figure`, if not any, is its name."""

    names: tuple[str, ...]
    figure: str = ""


@dataclass(frozen=True)
class Step:
    """One step: its line in the file, the page, its settings, and its texts.

    point: what it points at; show: the settings, tabs and scopes that it speaks of; notes: for
    the presenter alone.
    """

    line: int
    title: str
    page: str
    settings: tuple[tuple[str, str], ...]
    text: tuple[str, ...]
    question: str = ""
    answer: str = ""
    point: Pointer | None = None
    show: tuple[str, ...] = ()
    notes: str = ""

    @property
    def tab(self) -> str:
        """The tab that the step opens, "" for none."""
        return next((name for name in self.show if name in PAGES[self.page].tabs), "")

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that the step keeps on the stage; all, if it names none."""
        return tuple(name for name in self.show if name in PAGES[self.page].scopes)


@dataclass(frozen=True)
class Tour:
    """A title, a summary, and the steps. `id` names it in links."""

    id: str
    title: str
    summary: str
    steps: tuple[Step, ...]

    def link(self, number: int) -> dict[str, str]:
        """The address parameters of a step, counted from 1."""
        place = {"tour": self.id, "step": str(number)}
        return dict(self.steps[number - 1].settings) | place

    def address(self, number: int, **more: str) -> str:
        """The link to a step, relative to the app."""
        page = self.steps[number - 1].page
        return f"{address(page)}?{urlencode(self.link(number) | more)}"


def files(language: str = "") -> list[Path]:
    """Files of the shipped tours, in order, in a language or the session's.

    A tour that is not translated is given in English.
    """
    translated = SHIPPED / (language or session_language())
    paths = (translated / path.name for path in sorted(SHIPPED.glob("*.md"), key=_number))
    return [path if path.is_file() else SHIPPED / path.name for path in paths]


def _number(path: Path) -> int:
    """A file's place among the shipped ones, with which its name begins."""
    return int(path.name.partition("_")[0])


def shipped(language: str = "") -> list[Tour]:
    """The tours in these files."""
    return [_read(path, _name(path)) for path in files(language)]


def titles() -> dict[str, str]:
    """The titles of the shipped tours, by name; nothing is imported to check their steps."""
    heads = {_name(path): path.read_text("utf-8-sig").partition("\n")[0] for path in files()}
    return {id: head.removeprefix("# ").strip() for id, head in heads.items()}


def find(id: str) -> Tour:
    """A tour by its name. Raises SourceError."""
    if not _ID.fullmatch(id):
        raise SourceError(message("The link names no tour; choose one on the page Tours."))
    for path in (*(path for path in files() if _name(path) == id), _upload_path(id)):
        if path.is_file():
            return _read(path, id)
    text = "The tour “{id}” is not stored here; load its file on the page Tours."
    raise SourceError(message(text, id=id))


def keep(data: bytes) -> Tour:
    """Check a file and store it. Raises SourceError, naming the line, and on a full disk."""
    if len(data) > LARGEST:
        raise SourceError(
            message(
                "The file has {n:,} bytes; a tour has at most {most:,}. Shorten it.",
                n=len(data),
                most=LARGEST,
            )
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            message("The file is not UTF-8 text (byte {n:,}); save it as UTF-8.", n=error.start)
        ) from error
    id = _digest(data)
    tour = parse(text, id)
    path = _upload_path(id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as part:
            part.write_bytes(data)
    except OSError as error:
        raise SourceError(
            message(
                "The tour could not be kept ({reason}); free some space, or put the cache "
                "elsewhere by setting VECTORSCOPE_CACHE.",
                reason=error.strerror,
            )
        ) from error
    return tour


def written_title(title: str, summary: str) -> str:
    """The beginning of a tour's file."""
    return f"# {title}\n{summary}\n"


def written_step(title: str, page: str, query: Mapping[str, str], text: str) -> str:
    """A step of a tour's file; what of the query is no setting of the page is left out.

    >>> print(written_step("Pairs", "heatmap", {"window": "3", "lang": "zh"}, "Look."), end="")
    ## Pairs
    open: heatmap?window=3
    Look.
    """
    names = {name for kind in kinds(page) for name in declared(kind)}
    settings = urlencode({name: value for name, value in query.items() if name in names})
    return f"## {title}\nopen: {page}{'?' if settings else ''}{settings}\n{text}\n"


def parse(text: str, id: str = "") -> Tour:
    """Read a tour. Raises SourceError, naming the line, for whatever is invalid in it."""
    title, summary, steps = "", list[str](), list[_Draft]()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("## "):
            steps.append(_Draft(number, line[3:].strip()))
        elif line.startswith("# ") and not title and not steps:
            title = line[2:].strip()
        elif line and not title:
            raise _wrong(number, message("a tour begins with “# ” and its title."))
        elif steps:
            steps[-1].add(number, line)
        elif line:
            summary.append(line)
    if not title or not steps:
        raise SourceError(message("A tour needs a title (“# …”) and at least one step (“## …”)."))
    if len(steps) > MOST:
        reason = message("a tour has at most {most} steps; this is one too many.", most=MOST)
        raise _wrong(steps[MOST].line, reason)
    return Tour(id, title, " ".join(summary), tuple(step.step() for step in steps))


class _Draft:
    """A step while it is being read."""

    def __init__(self, line: int, title: str) -> None:
        self.line, self.title = line, title
        self.opens: tuple[str, tuple[tuple[str, str], ...]] | None = None
        self.parts: dict[str, list[str]] = {part: [""] for part in ("text", *NAMED)}
        self.part = "text"
        self.point: Pointer | None = None
        self.show: tuple[int, tuple[str, ...]] = (line, ())

    def add(self, number: int, line: str) -> None:
        """Read the next line of the step."""
        key, colon, rest = line.partition(":")
        if colon and key == "open":
            if self.opens:
                reason = "the step opens a second page; begin a new step with “## ”."
                raise _wrong(number, message(reason))
            self.opens = _parsed_link(number, rest.strip())
            return
        if colon and key == "point":
            self.point = _parsed_pointer(rest.strip())
            return
        if colon and key == "show":
            self.show = number, tuple(filter(None, map(str.strip, rest.split(","))))
            return
        if colon and key in NAMED:
            self.part, line = key, rest.strip()
        part = self.parts[self.part]
        if line:
            part[-1] = f"{part[-1]} {line}".strip()
        elif part[-1]:
            part.append("")
        if sum(map(len, part)) > LONGEST:
            reason = "the {part} is longer than {longest:,} characters."
            raise _wrong(number, message(reason, part=message(self.part), longest=LONGEST))

    def step(self) -> Step:
        if self.opens is None:
            reason = "the step “{title}” opens no page; write “open: …”."
            raise _wrong(self.line, message(reason, title=self.title[:40]))
        question, answer, notes = (" ".join(self.parts[key]).strip() for key in NAMED)
        if bool(question) != bool(answer):
            reason = "a question needs an answer, and an answer its question."
            raise _wrong(self.line, message(reason))
        text = tuple(filter(None, self.parts["text"]))
        page, settings = self.opens
        number, show = self.show
        _check_shown(number, page, show)
        return Step(
            self.line, self.title, page, settings, text, question, answer, self.point, show, notes
        )


def _parsed_pointer(text: str) -> Pointer | None:
    """What a step points at, as it is written: “folk”, “music × folk”, “folk @ counts”."""
    names, _, figure = text[:LONGEST].partition(" @ ")
    parts = tuple(filter(None, map(str.strip, names.split(" × ", 1))))
    return Pointer(parts, figure.strip()) if parts else None


def _check_shown(number: int, page: str, show: tuple[str, ...]) -> None:
    """Refuse what is neither a setting of the page nor a tab or a scope on it."""
    row = PAGES[page]
    names = {*row.tabs, *row.scopes, *(name for kind in kinds(page) for name in declared(kind))}
    for name in show:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            reason = message(
                "the page {page} has nothing called “{name}” to show; did you mean “{near}”?"
                if near
                else "the page {page} has nothing called “{name}” to show.",
                page=page, name=name[:40], near="".join(near),
            )  # fmt: skip
            raise _wrong(number, reason)


def _parsed_link(number: int, link: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Page and settings of a link, checked against the specs of the page."""
    page, _, query = link.partition("?")
    page = page.strip("/") or FIRST
    if page not in PAGES:
        known = ", ".join(PAGES)
        reason = "there is no page “{page}”; choose one of {known}."
        raise _wrong(number, message(reason, page=page[:40], known=known))
    settings = dict(parse_qsl(query, keep_blank_values=True))
    specs = kinds(page)
    names = {name for kind in specs for name in declared(kind)}
    for name in settings:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            without_hint = "the page {page} has no setting “{name}”."
            with_hint = "the page {page} has no setting “{name}”; did you mean “{near}”?"
            reason = message(
                with_hint if near else without_hint, page=page, name=name[:40], near="".join(near)
            )
            raise _wrong(number, reason)
    for kind in specs:
        _, notices = kind.from_query(settings)
        if notices:
            raise _wrong(number, _refused(notices[0]))
    return page, tuple(settings.items())


def _refused(notice: str) -> Message:
    """What a spec objects to in a link, as a message about a line."""
    assert isinstance(notice, Message)
    if "name" in notice.values:
        return message("{name}={shown} is not possible; using {default}.", **notice.values)
    return notice


def _wrong(number: int, reason: Message) -> SourceError:
    return SourceError(message("Line {line}: {what}", line=number, what=reason))


def _name(path: Path) -> str:
    """The name of a shipped tour in links."""
    return path.stem.split("_", 1)[1]


def _upload_path(id: str) -> Path:
    return cache.folder() / "tours" / f"{id}.md"


@lru_cache(maxsize=64)
def _parsed(text: str, id: str) -> Tour:
    return parse(text, id)


def _digest(data: bytes) -> str:
    """The name of a user's tour in links."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _read(path: Path, id: str) -> Tour:
    """A stored tour. Raises SourceError where its file is damaged."""
    data = path.read_bytes()
    try:
        # earlier versions stored it without the mark at its beginning that says UTF-8
        if path == _upload_path(id) and id not in (_digest(data), _digest(b"\xef\xbb\xbf" + data)):
            raise ValueError("digest")
        return _parsed(data.decode("utf-8-sig"), id)
    except ValueError as error:
        text = "The tour “{id}” is damaged; load its file again on the page Tours."
        raise SourceError(message(text, id=id)) from error
