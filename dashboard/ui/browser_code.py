"""What the browser runs: one module, which it fetches once.

Streamlit sends a component's code, style and markup with every change of it. Here that is a line
that imports a file which the app serves: all modules of `components/` in one (see `bundle`),
with their style and markup, and the template of all figures. It is named after its content, and
may be kept for ever.

This module imports next to nothing: it is needed before the first picture.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from core.files import replacing
from dashboard.figures.template import TEMPLATE
from dashboard.ui.bundle import bundle

_SOURCES = Path(__file__).parent / "components"
_STATIC = Path(__file__).parents[1] / "static"
_KINDS = (".js", ".css", ".html")
_OURS = ("components-*", "plotly-*.js", "*.part")  # what lies in the static folder
UNUSED = 7 * 24 * 3600.0  # seconds after which a file of another version is deleted
# Streamlit runs it under an address of its own, from which no relative path leads anywhere.
_START = """
const code = await import(new URL(MODULE, window.location.href).href);
export default code.NAME.default;
"""


def source(name: str) -> str:
    """A file of `components/`."""
    return (_SOURCES / name).read_text(encoding="utf-8")


def component(name: str) -> str:
    """Code of a component: it runs the default export of this module of `components/`."""
    return _START.replace("MODULE", json.dumps(module())).replace("NAME", name)


def module() -> str:
    """Where the browser finds the modules; the file is written where it is missing."""
    name = _name()
    if not (_STATIC / name).exists():
        _STATIC.mkdir(exist_ok=True)
        with replacing(_STATIC / name) as partial:
            partial.write_text(code(), encoding="utf-8")
    return address(name)


@cache
def code() -> str:
    """The modules, as one."""
    files = {path.name: source(path.name) for path in _sources()}
    return bundle(files | {"template.json": json.dumps(TEMPLATE)})


def put(name: str, content: Callable[[], bytes]) -> None:
    """Put a file where Streamlit serves files from, if it is not there yet.

    Through a temporary name: another process never sees, and serves, half a file.
    """
    if (_STATIC / name).exists():
        return
    _STATIC.mkdir(exist_ok=True)
    with replacing(_STATIC / name) as partial:
        partial.write_bytes(content())


def address(name: str) -> str:
    """Where the browser finds a file that Streamlit serves."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/app/static/{name}"


def sweep(*more: str) -> None:
    """Delete what other versions of the app left in the folder of static files.

    Not what another server may be serving still: each marks what it uses when it starts.
    more: names of files in use besides the modules.
    """
    oldest = time.time() - UNUSED
    for path in {path for pattern in _OURS for path in _STATIC.glob(pattern)}:
        with contextlib.suppress(OSError):  # a read-only folder, or another process was faster
            if path.name in (_name(), *more):
                path.touch()
            elif path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sources() -> list[Path]:
    return sorted(path for path in _SOURCES.iterdir() if path.suffix in _KINDS)


@cache
def _name() -> str:
    """The name of the file that holds the modules."""
    return f"components-{hashlib.sha256(code().encode()).hexdigest()[:12]}.js"
