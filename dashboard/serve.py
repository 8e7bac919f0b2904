"""What `python3 -m dashboard` serves: the app, and hints to the browser.

plotly.js is large, and the modules of the components import each other. Streamlit's page could
name them only once its own script runs, is connected and has been answered; a header of that
page names them at once, so that the browser fetches and compiles them meanwhile. Their
addresses change with their content, so that it may cache them for good. `streamlit run
dashboard/app.py` serves the same app without the hints.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.middleware import Middleware

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.ui import browser_code, plotly_js  # noqa: E402

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CACHE_FOREVER = b"public, max-age=31536000, immutable"  # a year


class Hints:
    """Adds `Link` to every HTML page, and `Cache-Control` to what the browser may cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))

        async def hint(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if any(k == b"content-type" and v.startswith(b"text/html") for k, v in headers):
                    message["headers"] = [*headers, (b"link", links().encode())]
                elif message["status"] == 200 and path in cacheable_paths():
                    message["headers"] = [*headers, (b"cache-control", CACHE_FOREVER)]
            await send(message)

        await self.app(scope, receive, hint if scope["type"] == "http" else send)


@cache
def links() -> str:
    """What a page will need: plotly.js, and all modules."""
    script = f"<{plotly_js.address()}>; rel=preload; as=script"
    return ", ".join([script, *(f"<{m}>; rel=modulepreload" for m in browser_code.modules())])


@cache
def cacheable_paths() -> set[str]:
    """Paths of the files whose content never changes."""
    return {plotly_js.address(), *browser_code.modules()}


app = st.App("app.py", middleware=[Middleware(Hints)])
