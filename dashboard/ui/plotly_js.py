"""The plotly.js of the installed wheel, on its way to the browser before the first figure is.

It is large: a browser takes a second to read it, the same second in which the server
imports a page's code. So this module imports next to nothing, and is called first.
"""

from __future__ import annotations

from pathlib import Path

import plotly
import streamlit as st

from dashboard.ui import browser_code

_NAME = f"plotly-{plotly.__version__}-gap.min.js"
GAP = (
    (b'"thousands","grouping","currency"]', b'"thousands","grouping","currency","percent"]'),
    (b'currency:["$",""],year:"%Y"', rb'currency:["$",""],percent:"\u00a0%",year:"%Y"'),
)
"""What is replaced in plotly.js: it would drop a locale's sign for percent, "61 %" in English."""


def code() -> bytes:
    """plotly.js, which writes percent as the app's texts do."""
    js = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    for old, new in GAP:
        js = js.replace(old, new)
    return js


browser_code.put(_NAME, code)
browser_code.sweep(_NAME)


def address() -> str:
    """Where the browser finds it."""
    return browser_code.address(_NAME)


_mount = st.components.v2.component(
    "vectorscope_plotly",
    css=".st-key-plotly-js { display: none; }",
    js=browser_code.component("load_plotly"),
    isolate_styles=False,
)


def load_ahead() -> None:
    """Have the browser load plotly.js now; should that fail, the first figure reports it."""
    # bytes, because Streamlit would import pandas to see what other data is
    _mount(key="plotly-js", data=address().encode())
