"""The lines that a page shows, as a script and as a notebook that run with `core` alone."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from core.specs import Spec
from core.vectors.store import shelf
from dashboard.markdown import plain
from dashboard.spec_code import constructor

PINNED = {  # fields that pin the content of a file: the fields that name it
    "digest": "name",
    "list_digest": "list_name",
    "dataset_digest": "dataset_name",
    "file_digest": "file_name",
    "right_digest": "right_name",
}
CELL = Path(__file__).with_name("notebook_cell.py")
NEEDS = "Needs Vectorscope’s packages and the folder that holds its `core`"


@dataclass(frozen=True)
class View:
    """What a page shows: its name, title and address, and the settings that it published."""

    page: str
    title: str
    address: str = ""
    query: dict[str, str] | None = None
    specs: Sequence[Spec] = ()

    @property
    def link(self) -> str:
        """The address with these settings; "" where it is not known."""
        return f"{self.address}?{urlencode(self.query)}" if self.query else self.address

    @property
    def settings(self) -> dict[str, object]:
        """All settings by name; what several specs share appears once."""
        return {name: value for spec in self.specs for name, value in spec.leaves()}


def complete(lines: str) -> str:
    """The lines, preceded by those that fetch the files and the trained models they use.

    Where a table is read as its user says, so is the import of how.

    >>> print(complete("print(1)"))
    print(1)
    """
    before = [*_files(lines), *_models(lines)]
    if "=TableOptions(" in lines:
        before = ["from core.tables.options import TableOptions", *before]
    return "\n".join([*before, "", lines]) if before else lines


def script(view: View, lines: str) -> str:
    """A Python file, in which what users typed appears as literals only."""
    head = [f"Vectorscope: {view.title}", view.link, "", f"{NEEDS}:",
            f"    PYTHONPATH=that_folder python {name(view)}.py", "", "Settings:"]  # fmt: skip
    head += [f"    {setting} = {value!r}" for setting, value in view.settings.items()]
    return "\n".join([*(f"# {line}".rstrip() for line in head), "", lines.rstrip(), ""])


def notebook(view: View, lines: str) -> str:
    """The same as a notebook (nbformat 4.5): what is printed is a table there, and drawn."""
    rows = [f"| {plain(k)} | {plain(_line(v))} |" for k, v in view.settings.items()]
    text = [f"# {plain(view.title)}", f"<{view.link}>" if view.link else "",
            f"{NEEDS} on `sys.path` (start Jupyter with PYTHONPATH set to it).",
            "\n".join(["| setting | value |", "|---|---|", *rows]) if rows else ""]  # fmt: skip
    cells = [
        {"cell_type": "markdown", "id": "about", "metadata": {},
         "source": "\n\n".join(filter(None, text))},
        _cell("show", CELL.read_text(encoding="utf-8")),
        _cell("numbers", re.sub(r"^print\(", "show(", lines, flags=re.MULTILINE)),
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"nbformat": 4, "nbformat_minor": 5, "cells": cells,
             "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}}  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _cell(id: str, lines: str) -> dict[str, object]:
    return {"cell_type": "code", "id": id, "metadata": {}, "execution_count": None,
            "outputs": [], "source": lines.rstrip()}  # fmt: skip


def name(view: View) -> str:
    """The stem of its files; never the name of a module of the standard library or of ours."""
    return f"vectorscope-{view.page.replace('_', '-')}"


def _files(lines: str) -> list[str]:
    """Lines that fetch the uploads, and comments on the other files that are read."""
    prelude: list[str] = []
    for place, file, digest in sorted(set(_pinned(lines))):
        if place == "file":
            prelude.append(f"# Reads {file!r} in the folder that VECTORSCOPE_FILES names.")
        else:
            prelude.append(
                f"fetch({file!r}, {digest!r})  # elsewhere: put the file beside this one"
            )
    if any(line.startswith("fetch") for line in prelude):
        prelude.insert(0, "from core.uploads import fetch\n")
    return prelude


def _pinned(lines: str) -> Iterator[tuple[str, str, str]]:
    """(upload or file, name, digest) of every file that some spec in these lines names."""
    for node in ast.walk(ast.parse(lines)):
        if isinstance(node, ast.Call):
            arguments = {
                k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)
            }
            place = str(arguments.get("source") or arguments.get("place") or "upload")
            for digest, file in PINNED.items():
                if arguments.get(digest):
                    yield place, str(arguments.get(file, "")), str(arguments[digest])


def _models(lines: str) -> list[str]:
    """Lines that train the models named in these lines where the shelf does not have them."""
    prelude: list[str] = []
    for entry in shelf.entries():
        if entry.id not in lines:
            continue
        if (training := entry.training) is None:
            prelude.append(
                f"# The model {entry.id} was loaded from {entry.origin!r}; elsewhere, load that "
                "file first: core.vectors.store.loading.keep."
            )
            continue
        construction = constructor(training)
        prelude += [
            "from core.counts import Association, Counts",
            "from core.text import Corpus, Source, Text",
            f"from core.vectors.specs import {type(training).__name__}",
            "from core.vectors.store import shelf\n",
            *_files(construction),
            f"shelf.train({construction})  # at once where it is on the shelf already",
        ]
    return list(dict.fromkeys(prelude))


def _line(value: object) -> str:
    return " ".join(str(value).split())
