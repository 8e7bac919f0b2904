"""What `python3 -m dashboard` serves: the app, and a hint to the browser.

plotly.js is large. Streamlit's page could name it only once its own script runs, is
connected and has been answered; a header of that page names it at once, so that the
browser fetches and reads it meanwhile. `streamlit run dashboard/app.py` serves the same
app without the hint.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.middleware import Middleware

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.ui.plotly_js import address  # noqa: E402

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Hint:
    """Adds `Link: <plotly.js>; rel=preload` to every HTML page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hint(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if any(k == b"content-type" and v.startswith(b"text/html") for k, v in headers):
                    link = f"<{address()}>; rel=preload; as=script"
                    message["headers"] = [*headers, (b"link", link.encode())]
            await send(message)

        await self.app(scope, receive, hint if scope["type"] == "http" else send)


app = st.App("app.py", middleware=[Middleware(Hint)])
