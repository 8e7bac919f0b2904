"""The plotly.js of the installed wheel, on its way to the browser before the first figure is.

It is large: a browser takes a second to read it, the same second in which the server
imports a page's code. So this module imports next to nothing, and is called first.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import plotly
import streamlit as st

COMPONENTS = Path(__file__).parent / "components"
LOADER = (COMPONENTS / "load_plotly.js").read_text(encoding="utf-8")
_STATIC = Path(__file__).parents[1] / "static"
_NAME = f"plotly-{plotly.__version__}.min.js"


def _copy() -> None:
    """Put the installed wheel's plotly.js where Streamlit serves static files from."""
    target = _STATIC / _NAME
    if target.exists():
        return
    _STATIC.mkdir(exist_ok=True)
    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    # Through a temporary name: another process never sees, and serves, half a file.
    handle, partial = tempfile.mkstemp(dir=_STATIC, suffix=".part")
    os.close(handle)
    shutil.copyfile(source, partial)
    os.chmod(partial, 0o644)
    os.replace(partial, target)


def address() -> str:
    """Where the browser finds it."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/app/static/{_NAME}"


_copy()
_mount = st.components.v2.component(
    "vectorscope_plotly",
    css=".st-key-plotly-js { display: none; }",
    # the address is part of the code: for data, Streamlit would import pandas first
    js=f"{LOADER}\nconst src = {json.dumps(address())};\n"
    "export default () => void loadPlotly(src).catch(() => {});",
    isolate_styles=False,
)


def load_ahead() -> None:
    """Have the browser load plotly.js now; should it fail, the first figure says so."""
    _mount(key="plotly-js")
