"""One ES module made of many: a browser asks for one file instead of forty.

The modules of `components/` stay what people read, check and test. Here each becomes a function
that is called once and returns what its module exports; those it imports come before it. The
forms of `import` and `export` are those that the modules use; any other is refused. Text files
(style, markup, data as JSON) are imported by their names, as bundlers for the web have it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

IMPORT = re.compile(r'^import (?P<names>\{ [^}]+ \}|\w+) from "\./(?P<file>[\w.]+)";$', re.M)
EXPORT = re.compile(r"^export (?:(?:async )?function|const|class) (\w+)", re.M)
DEFAULT = "export default function ("
LEFT = re.compile(r"^(?:import|export)\b.*", re.M)


def bundle(files: Mapping[str, str]) -> str:
    """One module of these files (name → text); it exports each module by its name without “.js”.

    Raises ValueError where a module uses another form of import or export, CycleError where
    modules import each other in a circle.
    """
    imported = {
        name: [match["file"] for match in IMPORT.finditer(text)] if name.endswith(".js") else []
        for name, text in files.items()
    }
    order = list(TopologicalSorter(imported).static_order())
    if unknown := set(order) - set(files):
        raise ValueError(f"the modules import what there is not: {sorted(unknown)}")
    parts = [
        _as_function(name, files[name])
        if name.endswith(".js")
        else f"const {_variable(name)} = {_literal(name, files[name])};"
        for name in order
    ]
    exported = ", ".join(
        f"{_variable(name)} as {name.removesuffix('.js')}" for name in order if name.endswith(".js")
    )
    return "\n".join([*parts, f"export {{ {exported} }};\n"])


def _as_function(name: str, text: str) -> str:
    names = EXPORT.findall(text)
    code = IMPORT.sub(_taken, text)
    code = EXPORT.sub(lambda match: match[0].removeprefix("export "), code)
    if DEFAULT in code:
        code = code.replace(DEFAULT, "function $default(", 1)
        names.append("default: $default")
    if other := LEFT.search(code):
        raise ValueError(f"{name}: cannot bundle `{other[0]}`")
    return f"const {_variable(name)} = (() => {{\n{code}return {{ {', '.join(names)} }};\n}})();"


def _taken(match: re.Match[str]) -> str:
    """A declaration in place of an import."""
    return f"const {match['names'].replace(' as ', ': ')} = {_variable(match['file'])};"


def _variable(name: str) -> str:
    return "$" + name.removesuffix(".js").replace(".", "_")


def _literal(name: str, text: str) -> str:
    return text if name.endswith(".json") else json.dumps(text)
