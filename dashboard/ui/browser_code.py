"""What the browser runs: modules that it fetches once, and style and markup of components.

Streamlit sends a component's code with every change of it. Here that is a line that imports a
module which the app serves as a file; a page of ten sliders and five figures sends a fifth.

All modules of `components/` are served from one folder that is named after their content: they
import each other by relative paths, exist once in a page, and may be kept for ever.

This module imports next to nothing: it is needed before the first picture.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import streamlit as st

from core.files import replacing

_SOURCES = Path(__file__).parent / "components"
_STATIC = Path(__file__).parents[1] / "static"
# Streamlit runs it under an address of its own, from which no relative path leads anywhere.
_START = """
const code = await import(new URL(MODULE, window.location.href).href);
export default code.default;
"""


def source(name: str) -> str:
    """A file of `components/`."""
    return (_SOURCES / name).read_text(encoding="utf-8")


def component(name: str) -> str:
    """Code of a component: it runs the default export of this module of `components/`."""
    return _START.replace("MODULE", json.dumps(module(name)))


def module(name: str) -> str:
    """Where the browser finds a module of `components/`."""
    return address(f"{_folder()}/{name}.js")


def modules() -> list[str]:
    """Where the browser finds each of them."""
    return [module(path.stem) for path in _sources()]


def sources() -> dict[str, bytes]:
    """The code of each of them, by name."""
    return {path.stem: path.read_bytes() for path in _sources()}


def copy(path: Path, name: str) -> None:
    """Put a copy of this file where Streamlit serves files from, if it is not there yet.

    Through a temporary name: another process never sees, and serves, half a file.
    """
    if (_STATIC / name).exists():
        return
    _STATIC.mkdir(exist_ok=True)
    with replacing(_STATIC / name) as partial:
        shutil.copyfile(path, partial)


def address(name: str) -> str:
    """Where the browser finds a file that Streamlit serves."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/app/static/{name}"


def _sources() -> list[Path]:
    return sorted(_SOURCES.glob("*.js"))


@cache
def _folder() -> str:
    """Name of the folder that holds the modules; it is filled where it is missing."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    name = f"components-{digest.hexdigest()[:12]}"
    if not (_STATIC / name).exists():
        _STATIC.mkdir(exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=_STATIC, suffix=".part"))
        for path in _sources():
            shutil.copyfile(path, partial / path.name)
        partial.chmod(0o755)
        try:
            partial.rename(_STATIC / name)
        except OSError:  # another process was faster
            shutil.rmtree(partial)
            if not (_STATIC / name).exists():
                raise
    return name
