"""What the browser runs: JavaScript that it fetches once, and style and markup of components.

Streamlit sends a component's code with every change of it. Here that is a line that imports a
module which the app serves as a file; a page of ten sliders and five figures sends a fifth.

This module imports next to nothing: it is needed before the first picture.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.files import replacing

_SOURCES = Path(__file__).parent / "components"
_STATIC = Path(__file__).parents[1] / "static"
LOADED = """
let run;
const loaded = import(new URL(SOURCE, window.location.href).href).then((code) => {
  run = code.default;
});
export default function (...given) {
  if (run) return run(...given);
  let left = false, leave;
  loaded.then(() => left || (leave = run(...given)));
  return () => { left = true; leave?.(); };
}
"""


def source(name: str) -> str:
    """A file of `components/`."""
    return (_SOURCES / name).read_text(encoding="utf-8")


def module(name: str, *parts: str) -> str:
    """Serve these scripts of `components/` as one module; return code that runs it."""
    code = "".join(source(f"{part}.js") for part in parts)
    mark = hashlib.sha256(code.encode()).hexdigest()[:12]
    file = f"{name}.js"
    if not _is(file, code):
        place(file, lambda partial: Path(partial).write_text(code, encoding="utf-8"))
    return LOADED.replace("SOURCE", json.dumps(f"{address(file)}?{mark}"))


def place(name: str, write: Callable[[str], object]) -> None:
    """Put a file where Streamlit serves static files from.

    Through a temporary name: another process never sees, and serves, half a file.
    """
    _STATIC.mkdir(exist_ok=True)
    with replacing(_STATIC / name) as partial:
        write(str(partial))


def copy(path: Path, name: str) -> None:
    """Put a copy of this file there, if it is not there yet."""
    if not (_STATIC / name).exists():
        place(name, lambda partial: shutil.copyfile(path, partial))


def address(name: str) -> str:
    """Where the browser finds a file that was put there."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/app/static/{name}"


def _is(name: str, code: str) -> bool:
    file = _STATIC / name
    return file.exists() and file.read_text(encoding="utf-8") == code
